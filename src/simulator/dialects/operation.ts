// What the simulated operations that are no chats have in common: a body that is read where it is needed, an answer in one
// piece, no list of models.

import type { JsonObject } from '#base/json.ts';
import { asArray, asString } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import { estimateTokens, type SyntheticRequest } from '../answer.ts';
import type { AnswerEvent, SimulatedDialect } from './dialect.ts';
import { openaiChat } from './openai-chat.ts';

/** Everything but `id`, `answers`, `readRequest` and `unary`; languages with other errors say so themselves. */
export const PLAIN = {
  modelOf: (body) => asString(body['model']),
  streamType: 'text/event-stream; charset=utf-8',
  stream: noStream,
  error: openaiChat.error,
  streamError: openaiChat.streamError,
  models: () => undefined,
} satisfies Partial<SimulatedDialect>;

function* noStream(): Generator<AnswerEvent, void, void> {}

export interface Operation {
  readonly model: string;
  readonly fields: JsonObject;
  /** What is read, and billed as the prompt. */
  readonly text: string;
  readonly stream?: boolean;
  /** Tokens that may be said; 0 where an answer has no text. */
  readonly maxTokens?: number;
}

export function asked({ model, fields, text, stream = false, maxTokens = 0 }: Operation): SyntheticRequest {
  return {
    model,
    stream,
    streamUsage: true,
    lastUserText: text,
    afterToolResult: false,
    tools: [],
    toolChoice: { kind: 'none' },
    parallelToolCalls: false,
    choices: 1,
    maxTokens,
    stop: [],
    promptTokens: estimateTokens(text),
    fields,
  };
}

export function said({
  choices,
}: {
  readonly choices: readonly { readonly text: readonly string[] }[];
}): string {
  return choices[0]?.text.join('') ?? '';
}

/** A text, or a list of texts or of lists of numbers. */
export function textsIn(input: Json | undefined): readonly string[] | undefined {
  if (typeof input === 'string') return [input];
  const items = asArray(input);
  if (items === undefined || items.length === 0) return undefined;
  if (items.every((item) => typeof item === 'number')) return [items.join(' ')];
  const texts = items.map(
    (item) =>
      asString(item) ??
      asArray(item)
        ?.map((token) => JSON.stringify(token))
        .join(' '),
  );
  return texts.includes(undefined) ? undefined : (texts as string[]);
}

export function event(value: JsonObject, role: AnswerEvent['role'], tokens = 0): AnswerEvent {
  return {
    role,
    tokens,
    text: `event: ${asString(value['type']) ?? ''}\ndata: ${JSON.stringify(value)}\n\n`,
  };
}
