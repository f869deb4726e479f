// The `@anthropic-ai/sdk` package, and its stream helper.

import Anthropic from '@anthropic-ai/sdk';

import type { Json } from '#base/json.ts';
import { NOTHING_SEEN, PIXEL, PROMPT, SCHEMA } from '../seen.ts';
import type { Lane, Question, Seen } from '../seen.ts';
import { errorSeen } from './error-seen.ts';

export const anthropic: Lane = {
  name: 'anthropic',
  language: 'anthropic-messages',
  async ask(question) {
    const client = new Anthropic({ baseURL: question.origin, apiKey: 'none', maxRetries: 0 });
    const body = bodyOf(question);
    try {
      if (!question.stream) return seenOf(await client.messages.create(body));
      return seenOf(await client.messages.stream(body).finalMessage());
    } catch (error) {
      return { ...NOTHING_SEEN, error: errorSeen(error) };
    }
  },
};

function bodyOf({ model, tools, more }: Question): Anthropic.MessageCreateParamsNonStreaming {
  const text = { type: 'text', text: PROMPT } as const;
  const source = { type: 'base64', media_type: 'image/png', data: PIXEL } as const;
  return {
    model,
    max_tokens: 1000,
    messages: [{ role: 'user', content: more === 'image' ? [text, { type: 'image', source }] : [text] }],
    ...(tools.length === 0
      ? {}
      : { tools: tools.map((name) => ({ name, input_schema: { type: 'object' as const } })) }),
    ...(more === 'schema' ? { output_config: { format: { type: 'json_schema', schema: SCHEMA } } } : {}),
  };
}

function seenOf({ content, stop_reason: finish, usage }: Anthropic.Message): Seen {
  return {
    ...NOTHING_SEEN,
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    reasoning: content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
    toolCalls: content.flatMap((block) =>
      block.type === 'tool_use' ? [{ name: block.name, arguments: block.input as Json }] : [],
    ),
    finish,
    usage: {
      input:
        usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0),
      output: usage.output_tokens,
      cached: usage.cache_read_input_tokens,
      reasoning: usage.output_tokens_details?.thinking_tokens ?? null,
    },
  };
}
