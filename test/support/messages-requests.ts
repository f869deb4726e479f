// Requests as other languages would bring them, for the tests of that dialect.

import type { JsonObject } from '#base/json.ts';
import type { Part } from '#canonical/part.ts';
import type { ChatRequest, Message } from '#canonical/request.ts';
import { encodeRequest } from '#dialects/anthropic-messages/encode-request.ts';

export const text = (words: string): Part => ({ kind: 'text', text: words });
export const user = (...parts: readonly Part[]): Message => ({ role: 'user', parts });
export const assistant = (...parts: readonly Part[]): Message => ({ role: 'assistant', parts });
export const BASE: ChatRequest = {
  model: 'm',
  messages: [user(text('Hello.'))],
  tools: [],
  sampling: {},
  maxOutputTokens: 4_000,
  stream: false,
};

interface Encoded {
  readonly body: JsonObject;
  /** Path and what happened to it. */
  readonly lost: readonly string[];
}

export function encode(more: Partial<ChatRequest>, model = 'claude-sonnet-4-5', quirks = {}): Encoded {
  const { body, losses } = encodeRequest({ ...BASE, ...more }, model, quirks);
  return { body, lost: losses.map(({ path: at, did }) => `${at} ${did}`) };
}

export const call = (id: string, more: Partial<Extract<Part, { kind: 'tool-call' }>> = {}): Part => ({
  kind: 'tool-call',
  id,
  name: 'weather',
  arguments: '{"city":"Oslo"}',
  form: 'function',
  ...more,
});
export const result = (id: string, ...parts: readonly Part[]): Part => ({ kind: 'tool-result', id, parts });
export const PNG = 'iVBORw0KGgo=';
