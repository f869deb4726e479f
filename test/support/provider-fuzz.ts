// Whatever a provider sends: nothing throws, the grammar holds, a stream ends exactly once. For any provider dialect.

import { expect } from 'bun:test';

import type { Frame } from '#base/frame.ts';
import type { Json, JsonDraft } from '#base/json.ts';
import { seededDraw } from '#base/random.ts';
import type { Draw } from '#base/random.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { isTerminal } from '#canonical/event.ts';
import { Grammar } from '#canonical/grammar.ts';
import { openaiChat } from '#dialects/openai-chat/index.ts';
import type { ProviderDialect } from '#dialects/dialect.ts';
import { encodeContext } from './encode-context.ts';

const DEPTH_MAX = 5;
const TEXTS = ['', '\ud800', '{"a":1}', 'null', 'end_turn', 'tool_use', 'COMPLETE'];
const NUMBERS = [0, -1, 1e308, 2 ** 53, 0.1, 3];

export interface Fuzzed {
  readonly provider: ProviderDialect;
  /** Words that mean something to the language, so that arbitrary input gets beyond the first check. */
  readonly words: readonly string[];
  /** Names of the events in its streams. */
  readonly events: readonly string[];
  readonly inputs: number;
}

export function arbitraryJson(draw: Draw, words: readonly string[], depth = 0): Json {
  const oneOf = <Item>(list: readonly Item[]): Item => list[Math.floor(draw() * list.length)] as Item;
  const kind = Math.floor(draw() * (depth > DEPTH_MAX ? 5 : 10));
  if (kind === 0) return oneOf([null, true, false]);
  if (kind === 1) return oneOf(NUMBERS);
  if (kind === 2) return oneOf(TEXTS);
  if (kind <= 4) return oneOf(words);
  if (kind === 5)
    return Array.from({ length: Math.floor(draw() * 4) }, () => arbitraryJson(draw, words, depth + 1));
  const object: JsonDraft = {};
  for (let count = Math.floor(draw() * 5); count > 0; count -= 1) {
    // As JSON.parse makes it, `__proto__` too.
    const value = arbitraryJson(draw, words, depth + 1);
    Object.defineProperty(object, oneOf(words), {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object;
}

export function fuzzStreams({ provider, words, events: names, inputs }: Fuzzed): void {
  const draw = seededDraw(2);
  for (let round = 0; round < inputs; round += 1) {
    const frames = Array.from({ length: 1 + Math.floor(draw() * 8) }, (): Frame => {
      const data = draw() < 0.05 ? '{broken' : JSON.stringify(arbitraryJson(draw, words, 0));
      const event = names[Math.floor(draw() * names.length)] ?? 'x';
      return draw() < 0.02 ? { event, data, exception: true } : { event, data };
    });
    checkFrames(provider, frames);
  }
}

export function checkFrames(provider: ProviderDialect, frames: readonly Frame[]): void {
  const decoder = provider.openDecoder({});
  const events: ChatEvent[] = frames.flatMap((frame) => [...decoder.push(frame)]);
  events.push(...decoder.finish(), ...decoder.finish());
  const grammar = new Grammar();
  const wrong = events.flatMap((event) => grammar.check(event) ?? []);
  if (wrong.length > 0 || events.filter(isTerminal).length !== 1) {
    expect({ frames, wrong, events }).toEqual({ frames: [], wrong: [], events: [] });
  }
  const encoder = openaiChat.client.openEncoder(encodeContext());
  for (const event of events) encoder.push(event);
}

/** Requests of another language, and answers and failures of this one. */
export function fuzzWholes({ provider, words, inputs }: Fuzzed): void {
  const draw = seededDraw(4);
  for (let round = 0; round < inputs; round += 1) {
    const body = arbitraryJson(draw, words);
    const decoded = provider.decodeResponse(body, {});
    if (decoded.ok) JSON.stringify(openaiChat.client.encodeResponse(decoded.value));
    const header = (): string => JSON.stringify(arbitraryJson(draw, words));
    const failed = provider.decodeFailure(300 + Math.floor(draw() * 300), header, JSON.stringify(body), 0);
    expect(failed.message).not.toBe('');
    const messages = Array.from({ length: Math.floor(draw() * 4) }, () => arbitraryJson(draw, words));
    const asked = { ...(arbitraryJson(draw, words) as object), model: 'm', messages };
    const request = openaiChat.client.decodeRequest(asked);
    if (request.ok) JSON.stringify(provider.encodeRequest(request.value, 'm', {}).body);
  }
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
}
