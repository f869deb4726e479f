// The `openai` package: Responses, and its stream helper.

import OpenAI from 'openai';

import { argumentsOf, NOTHING_SEEN, PIXEL, PROMPT, SCHEMA } from '../seen.ts';
import type { Lane, Question, Seen } from '../seen.ts';
import { errorSeen } from './error-seen.ts';

export const openaiResponses: Lane = {
  name: 'openai responses',
  language: 'openai-responses',
  async ask(question) {
    const client = new OpenAI({ baseURL: `${question.origin}/v1`, apiKey: 'none', maxRetries: 0 });
    const body = bodyOf(question);
    try {
      if (!question.stream) return seenOf(await client.responses.create(body));
      return seenOf(await client.responses.stream({ ...body, stream: true }).finalResponse());
    } catch (error) {
      return { ...NOTHING_SEEN, error: errorSeen(error) };
    }
  },
};

function bodyOf({ model, tools, more }: Question): OpenAI.Responses.ResponseCreateParamsNonStreaming {
  const text = { type: 'input_text', text: PROMPT } as const;
  const image = { type: 'input_image', image_url: `data:image/png;base64,${PIXEL}`, detail: 'auto' } as const;
  const format = { type: 'json_schema', name: 'matrix', strict: true, schema: SCHEMA } as const;
  return {
    model,
    store: false,
    input: [{ role: 'user', content: more === 'image' ? [text, image] : [text] }],
    tools: tools.map((name) => ({
      type: 'function',
      name,
      parameters: { type: 'object' },
      strict: false,
    })),
    ...(more === 'schema' ? { text: { format } } : {}),
  };
}

function seenOf(response: OpenAI.Responses.Response): Seen {
  const { output, usage } = response;
  return {
    text: response.output_text,
    reasoning: output.map(reasoningOf).join(''),
    refusal: output
      .flatMap((item) => (item.type === 'message' ? item.content : []))
      .map((part) => (part.type === 'refusal' ? part.refusal : ''))
      .join(''),
    toolCalls: output.flatMap((item) => {
      if (item.type === 'function_call') return [{ name: item.name, arguments: argumentsOf(item.arguments) }];
      return item.type === 'custom_tool_call' ? [{ name: item.name, arguments: item.input }] : [];
    }),
    finish: response.incomplete_details?.reason ?? response.status ?? null,
    usage: usage
      ? {
          input: usage.input_tokens,
          output: usage.output_tokens,
          cached: usage.input_tokens_details.cached_tokens,
          reasoning: usage.output_tokens_details.reasoning_tokens,
        }
      : null,
  };
}

function reasoningOf(item: OpenAI.Responses.ResponseOutputItem): string {
  if (item.type !== 'reasoning') return '';
  return [...item.summary, ...(item.content ?? [])].map(({ text }) => text).join('');
}
