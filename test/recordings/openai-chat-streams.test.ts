// What the recorded Chat Completions streams say: read by a simple accumulator beside the decoder, written again for
// clients and read once more, and cut after every frame.

import { describe, expect, test } from 'bun:test';

import type { Frame } from '#base/frame.ts';
import { asArray, asObject, asString, isObject, parseJson } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { isTerminal } from '#canonical/event.ts';
import { fold } from '#canonical/fold.ts';
import { Grammar } from '#canonical/grammar.ts';
import { openaiChat } from '#dialects/openai-chat/index.ts';
import { SseFramer } from '#framing/sse.ts';
import { readRecordings, RECORDINGS_ARE_HERE, sseBytes } from './fixtures.ts';
import type { Recording } from './fixtures.ts';
import { seen, textOf, withoutUnknown } from './openai-chat-seen.ts';
import { encodeContext } from '../support/encode-context.ts';

const { client, provider } = openaiChat;
const streams = readRecordings(['openai.chat', 'mistral.chat']).filter(
  ({ response }) => response.sse !== undefined,
);
const rows = streams.map((recording) => [recording.name, recording] as const);

function framesOf({ response }: Recording): readonly Frame[] {
  const framer = new SseFramer();
  return [...framer.push(sseBytes(response)), ...framer.finish()];
}

function decode(frames: readonly Frame[]): readonly ChatEvent[] {
  const decoder = provider.openDecoder({});
  const events = frames.flatMap((frame) => decoder.push(frame));
  return [...events, ...decoder.finish()];
}

/** The first choice, as someone who knows nothing of odd streams would add it up. */
interface Told {
  text: string;
  reasoning: string;
  readonly calls: Set<string>;
  finished: boolean;
}

function addUp(frames: readonly Frame[]): Told {
  const told: Told = { text: '', reasoning: '', calls: new Set(), finished: false };
  for (const { data } of frames) {
    const chunk = asObject(parseJson(data));
    const choices = (asArray(chunk?.['choices']) ?? []).map(asObject);
    const choice = choices.find((one) => (one?.['index'] ?? 0) === 0);
    const delta = asObject(choice?.['delta']);
    if (delta !== undefined && !told.finished) addDelta(delta, told);
    if ((asString(choice?.['finish_reason']) ?? '') !== '') told.finished = true;
  }
  return told;
}

function addDelta(delta: JsonObject, told: Told): void {
  const content = delta['content'];
  if (typeof content === 'string') told.text += content;
  for (const part of asArray(content) ?? []) {
    if (!isObject(part)) continue;
    told.text += asString(part['text']) ?? '';
    for (const piece of asArray(part['thinking']) ?? []) told.reasoning += textIn(piece);
  }
  told.reasoning += asString(delta['reasoning_content']) ?? asString(delta['reasoning']) ?? '';
  for (const call of asArray(delta['tool_calls']) ?? []) {
    const id = asString(asObject(call)?.['id']) ?? '';
    if (id !== '' && id !== 'null') told.calls.add(id);
  }
}

function textIn(piece: Json): string {
  return asString(asObject(piece)?.['text']) ?? '';
}

// Skipped where the recordings are absent: fixtures.ts says so.
describe.skipIf(!RECORDINGS_ARE_HERE)('recorded streams (skipped without ../shared/fixtures)', () => {
  test.each(rows)('%s says what a simple reading of it says', (_, recording) => {
    const frames = framesOf(recording);
    const folded = fold(decode(frames));
    if (!folded.ok) return;
    const told = addUp(frames);
    const [choice] = folded.value.choices;
    expect(textOf(choice, 'text')).toBe(told.text);
    expect(textOf(choice, 'reasoning')).toBe(told.reasoning);
    const calls = (choice?.parts ?? []).filter((part) => part.kind === 'tool-call');
    expect(calls.map(({ id }) => id)).toEqual([...told.calls]);
    const whole = recording.response.sse_elided === undefined && choice?.finish.reason !== 'length';
    if (whole) expect(calls.filter(({ arguments: text }) => parseJson(text) === undefined)).toEqual([]);
    if (told.finished) expect(choice?.finish.reason).not.toBe('unknown');
  });

  test.each(rows)('%s is the same answer after it was written for a client', (_, recording) => {
    const folded = fold(decode(framesOf(recording)));
    if (!folded.ok) return;
    const encoder = client.openEncoder(encodeContext());
    const written = decode(framesOf(recording)).flatMap((event) => encoder.push(event));
    expect(written.at(-1)).toEqual({ data: '[DONE]' });
    const again = fold(decode(written));
    expect(again.ok && seen(again.value)).toEqual(seen(withoutUnknown(folded.value)));
    const unary = provider.decodeResponse(client.encodeResponse(folded.value), {});
    expect(unary.ok && seen(unary.value)).toEqual(seen(withoutUnknown(folded.value)));
  });

  test.each(rows)('%s cut after any frame ends once, and only as whole as it was', (_, recording) => {
    const frames = framesOf(recording);
    const indices = new Set<Json | undefined>();
    const finished = new Set<Json | undefined>();
    for (let end = 0; end <= frames.length; end += 1) {
      const events = decode(frames.slice(0, end));
      const grammar = new Grammar();
      expect(events.flatMap((event) => grammar.check(event) ?? [])).toEqual([]);
      expect(events.filter(isTerminal)).toHaveLength(1);
      const last = frames[end - 1]?.data ?? '';
      for (const choice of asArray(asObject(parseJson(last))?.['choices']) ?? []) {
        const index = asObject(choice)?.['index'];
        indices.add(index);
        if ((asString(asObject(choice)?.['finish_reason']) ?? '') !== '') finished.add(index);
      }
      const complete = last === '[DONE]' || (indices.size > 0 && finished.size === indices.size);
      if (!complete) expect(events.at(-1)?.kind).toBe('failure');
    }
  });
});
