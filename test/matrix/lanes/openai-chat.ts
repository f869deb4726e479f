// The `openai` package: Chat Completions, and its stream helper.

import OpenAI from 'openai';

import { argumentsOf, NOTHING_SEEN, PIXEL, PROMPT, SCHEMA } from '../seen.ts';
import type { Lane, Question, Seen } from '../seen.ts';
import { errorSeen } from './error-seen.ts';

export const openaiChat: Lane = {
  name: 'openai chat',
  language: 'openai-chat',
  async ask(question) {
    const client = new OpenAI({ baseURL: `${question.origin}/v1`, apiKey: 'none', maxRetries: 0 });
    const body = bodyOf(question);
    try {
      if (!question.stream) return seenOf(await client.chat.completions.create(body));
      const stream = client.chat.completions.stream({
        ...body,
        stream: true,
        stream_options: { include_usage: true },
      });
      // The helper puts together what its types know, and of other fields keeps the last piece.
      let reasoning = '';
      stream.on('chunk', (chunk) => {
        reasoning += reasoningOf(chunk.choices[0]?.delta);
      });
      return { ...seenOf(await stream.finalChatCompletion()), reasoning };
    } catch (error) {
      return { ...NOTHING_SEEN, error: errorSeen(error) };
    }
  },
};

function bodyOf({ model, tools, more }: Question): OpenAI.ChatCompletionCreateParamsNonStreaming {
  const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } } as const;
  const format = {
    type: 'json_schema',
    json_schema: { name: 'matrix', strict: true, schema: SCHEMA },
  } as const;
  return {
    model,
    messages: [
      {
        role: 'user',
        content: more === 'image' ? [{ type: 'text', text: PROMPT }, image] : PROMPT,
      },
    ],
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map((name) => ({
            type: 'function' as const,
            function: { name, parameters: { type: 'object' } },
          })),
        }),
    ...(more === 'schema' ? { response_format: format } : {}),
  };
}

interface Reasoned {
  readonly reasoning_content?: string | null;
  readonly reasoning?: string | null;
  readonly reasoning_details?: readonly { readonly text?: string; readonly summary?: string }[];
}

/** What the types do not know but every reader of the object sees. */
function reasoningOf(message: object | undefined): string {
  // Several spellings: between those who speak this language an answer keeps its provider's.
  const { reasoning_content: text, reasoning, reasoning_details: details } = (message ?? {}) as Reasoned;
  return text ?? reasoning ?? (details ?? []).map((one) => one.text ?? one.summary ?? '').join('');
}

function seenOf({ choices, usage }: OpenAI.ChatCompletion): Seen {
  const choice = choices[0];
  const message = choice?.message;
  const legacy = message?.function_call;
  return {
    text: message?.content ?? '',
    reasoning: reasoningOf(message),
    refusal: message?.refusal ?? '',
    toolCalls: [
      ...(message?.tool_calls ?? []).map((call) =>
        call.type === 'function'
          ? { name: call.function.name, arguments: argumentsOf(call.function.arguments) }
          : { name: call.custom.name, arguments: call.custom.input },
      ),
      // The older form of one call, for those who asked for it; its end has a word of its own.
      ...(legacy ? [{ name: legacy.name, arguments: argumentsOf(legacy.arguments) }] : []),
    ],
    finish:
      legacy && choice?.finish_reason === 'function_call' ? 'tool_calls' : (choice?.finish_reason ?? null),
    usage: usage
      ? {
          input: usage.prompt_tokens,
          output: usage.completion_tokens,
          cached: usage.prompt_tokens_details?.cached_tokens ?? null,
          reasoning: usage.completion_tokens_details?.reasoning_tokens ?? null,
        }
      : null,
  };
}
