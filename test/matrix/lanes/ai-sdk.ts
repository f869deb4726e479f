// The `ai` package with its own providers: one program, four languages.

import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenRouter } from '@openrouter/ai-sdk-provider';
import { generateText, jsonSchema, Output, streamText, tool } from 'ai';
import type { FinishReason, LanguageModel, LanguageModelUsage, ModelMessage, ToolSet } from 'ai';

import type { Json } from '#base/json.ts';
import { NOTHING_SEEN, PIXEL, PROMPT, SCHEMA } from '../seen.ts';
import type { Lane, Language, Question, Seen } from '../seen.ts';
import { errorSeen } from './error-seen.ts';

const apiKey = 'none';
// Models that it does not know by name make it talk.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

/** The library's word for each of the wire's. */
const UNIFIED: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  content_filter: 'content-filter',
  completed: 'stop',
  max_output_tokens: 'length',
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  refusal: 'content-filter',
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  MALFORMED_FUNCTION_CALL: 'error',
  OTHER: 'other',
};

export const aiOpenaiChat = lane('ai + openai chat', 'openai-chat', ({ origin, model }) =>
  createOpenAI({ baseURL: `${origin}/v1`, apiKey }).chat(model),
);
export const aiOpenaiResponses = lane('ai + openai responses', 'openai-responses', ({ origin, model }) =>
  createOpenAI({ baseURL: `${origin}/v1`, apiKey }).responses(model),
);
export const aiAnthropic = lane('ai + anthropic', 'anthropic-messages', ({ origin, model }) =>
  createAnthropic({ baseURL: `${origin}/v1`, apiKey })(model),
);
export const aiGoogle = lane('ai + google', 'gemini', ({ origin, model }) =>
  createGoogleGenerativeAI({ baseURL: `${origin}/v1beta`, apiKey })(model),
);
export const aiOpenrouter = lane('ai + openrouter', 'openai-chat', ({ origin, model }) =>
  createOpenRouter({ baseURL: `${origin}/api/v1`, apiKey })(model),
);

function lane(name: string, language: Language, modelOf: (question: Question) => LanguageModel): Lane {
  return {
    name,
    language,
    // Where the wire has one word for an end with calls and one without, the library looks for calls itself.
    finishWord: (word, hasCalls) =>
      hasCalls && UNIFIED[word] === 'stop' ? 'tool-calls' : (UNIFIED[word] ?? 'other'),
    async ask(question) {
      const asked = { model: modelOf(question), messages: messagesOf(question), ...settingsOf(question) };
      try {
        return question.stream ? await streamed(asked) : whole(await generateText(asked));
      } catch (error) {
        return { ...NOTHING_SEEN, error: errorSeen(error) };
      }
    },
  };
}

function messagesOf({ more }: Question): ModelMessage[] {
  const image = { type: 'file', data: PIXEL, mediaType: 'image/png' } as const;
  return [{ role: 'user', content: [{ type: 'text', text: PROMPT }, ...(more === 'image' ? [image] : [])] }];
}

function settingsOf({ tools, more }: Question): { maxRetries: 0; tools?: ToolSet } {
  const anything = tool({ inputSchema: jsonSchema({ type: 'object' }) });
  return {
    maxRetries: 0,
    ...(tools.length === 0
      ? {}
      : { tools: Object.fromEntries(tools.map((name) => [name, anything])) as ToolSet }),
    ...(more === 'schema' ? { output: Output.object({ schema: jsonSchema(SCHEMA as never) }) } : {}),
  };
}

interface Told {
  readonly text: string;
  readonly reasoningText: string | undefined;
  readonly toolCalls: readonly {
    readonly toolName: string;
    readonly input: unknown;
    readonly providerExecuted?: boolean | undefined;
  }[];
  readonly finishReason: FinishReason;
  readonly usage: LanguageModelUsage;
}

async function streamed(asked: Parameters<typeof streamText>[0]): Promise<Seen> {
  const result = streamText({ ...asked, onError: () => {} });
  for await (const part of result.fullStream) if (part.type === 'error') throw part.error;
  return whole({
    text: await result.text,
    reasoningText: await result.reasoningText,
    toolCalls: await result.toolCalls,
    finishReason: await result.finishReason,
    usage: await result.usage,
  });
}

function whole({ text, reasoningText, toolCalls, finishReason, usage }: Told): Seen {
  return {
    text,
    reasoning: reasoningText ?? '',
    refusal: '',
    toolCalls: toolCalls
      .filter(({ providerExecuted }) => providerExecuted !== true)
      .map(({ toolName, input }) => ({ name: toolName, arguments: (input ?? {}) as Json })),
    finish: finishReason,
    usage: {
      input: usage.inputTokens ?? null,
      output: usage.outputTokens ?? null,
      cached: usage.inputTokenDetails.cacheReadTokens ?? null,
      reasoning: usage.outputTokenDetails.reasoningTokens ?? null,
    },
  };
}
