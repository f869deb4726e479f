// The `@openrouter/sdk` package: it checks each answer against its schemas and refuses what does not fit.

import { OpenRouter } from '@openrouter/sdk';
import type { ChatRequest, ChatResult, ChatStreamChunk } from '@openrouter/sdk/models';

import { argumentsOf, NOTHING_SEEN, PIXEL, PROMPT, SCHEMA } from '../seen.ts';
import type { Lane, Question, Seen, SeenUsage } from '../seen.ts';
import { errorSeen } from './error-seen.ts';

export const openrouter: Lane = {
  name: 'openrouter',
  language: 'openai-chat',
  async ask(question) {
    const client = new OpenRouter({
      serverURL: `${question.origin}/api/v1`,
      apiKey: 'none',
      retryConfig: { strategy: 'none' },
    });
    const pieces = new Pieces();
    try {
      if (!question.stream)
        return seenOf(
          (await client.chat.send({ chatRequest: { ...bodyOf(question), stream: false } })) as ChatResult,
        );
      const stream = await client.chat.send({ chatRequest: { ...bodyOf(question), stream: true } });
      for await (const chunk of stream as AsyncIterable<ChatStreamChunk>) {
        if (chunk.error !== undefined) throw new StreamError(chunk.error.message);
        pieces.add(chunk);
      }
      return pieces.seen();
    } catch (error) {
      return { ...NOTHING_SEEN, error: errorSeen(error) };
    }
  },
};

/** This library gives an error in a stream as an ordinary chunk. */
class StreamError extends Error {}

function bodyOf({ model, tools, more }: Question): ChatRequest {
  const image = { type: 'image_url', imageUrl: { url: `data:image/png;base64,${PIXEL}` } } as const;
  const format = {
    type: 'json_schema',
    jsonSchema: { name: 'matrix', strict: true, schema: SCHEMA },
  } as const;
  return {
    model,
    messages: [
      { role: 'user', content: more === 'image' ? [{ type: 'text', text: PROMPT }, image] : PROMPT },
    ],
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map((name) => ({
            type: 'function' as const,
            function: { name, parameters: { type: 'object' } },
          })),
        }),
    ...(more === 'schema' ? { responseFormat: format } : {}),
  };
}

function seenOf({ choices, usage }: ChatResult): Seen {
  const choice = choices[0];
  const message = choice?.message;
  const { content } = message ?? {};
  return {
    text: typeof content === 'string' ? content : '',
    reasoning: message?.reasoning ?? '',
    refusal: message?.refusal ?? '',
    toolCalls: (message?.toolCalls ?? []).map((call) => ({
      name: call.function.name,
      arguments: argumentsOf(call.function.arguments),
    })),
    finish: choice?.finishReason ?? null,
    usage: usageOf(usage),
  };
}

function usageOf(usage: ChatResult['usage']): SeenUsage | null {
  if (usage === undefined) return null;
  return {
    input: usage.promptTokens,
    output: usage.completionTokens,
    cached: usage.promptTokensDetails?.cachedTokens ?? null,
    reasoning: usage.completionTokensDetails?.reasoningTokens ?? null,
  };
}

/** It has no stream helper: programs add the pieces up, as here. */
class Pieces {
  #seen: Seen = NOTHING_SEEN;
  readonly #calls: { name: string; text: string }[] = [];

  add({ choices, usage }: ChatStreamChunk): void {
    const choice = choices.find(({ index }) => index === 0);
    const delta = choice?.delta;
    for (const { index, function: piece } of delta?.toolCalls ?? []) {
      const call = (this.#calls[index] ??= { name: '', text: '' });
      call.name += piece?.name ?? '';
      call.text += piece?.arguments ?? '';
    }
    const seen = this.#seen;
    this.#seen = {
      ...seen,
      text: seen.text + (delta?.content ?? ''),
      reasoning: seen.reasoning + (delta?.reasoning ?? ''),
      refusal: seen.refusal + (delta?.refusal ?? ''),
      finish: choice?.finishReason ?? seen.finish,
      usage: usageOf(usage) ?? seen.usage,
    };
  }

  seen(): Seen {
    const toolCalls = this.#calls.map(({ name, text }) => ({ name, arguments: argumentsOf(text) }));
    return { ...this.#seen, toolCalls };
  }
}
