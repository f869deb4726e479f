// What the recorded streams of the Responses API say: the same as the whole answer that their last event repeats, also
// after they were written for clients once more.

import { describe, expect, test } from 'bun:test';

import { asArray, asNumber, asObject, asString, isObject, parseJson } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { fold } from '#canonical/fold.ts';
import type { ChatResponse } from '#canonical/response.ts';
import { unfold } from '#canonical/unfold.ts';
import { openaiResponses } from '#dialects/openai-responses/index.ts';
import { encodeContext } from '../support/encode-context.ts';
import { differences, readRecordings, RECORDINGS_ARE_HERE } from './fixtures.ts';
import type { Recording } from './fixtures.ts';
import { framesOf, grammarProblems, readFrames } from './reading.ts';

const { client, provider } = openaiResponses;

const streams = readRecordings(['openai.responses']).filter(({ response }) => {
  return response.sse !== undefined && lastResponse(response.sse) !== undefined;
});
const rows = streams.map((recording) => [recording.name, recording] as const);
const wholeRows = rows.filter(([, { response }]) => response.sse_elided === undefined);

function lastResponse(events: NonNullable<Recording['response']['sse']>): JsonObject | undefined {
  for (const { data } of [...events].reverse()) {
    const event = asObject(parseJson(data ?? ''));
    const type = event?.['type'];
    if (type === 'response.completed' || type === 'response.incomplete') return asObject(event?.['response']);
  }
  return undefined;
}

function foldOf(recording: Recording): ChatResponse {
  const folded = fold(readFrames(framesOf(recording), provider.openDecoder()));
  if (!folded.ok) throw new Error(folded.error.message);
  return folded.value;
}

function unaryOf({ response }: Recording): ChatResponse {
  const decoded = provider.decodeResponse(lastResponse(response.sse ?? []) ?? null);
  if (!decoded.ok) throw new Error(decoded.error.message);
  return decoded.value;
}

/** Some routers give items and answers another id in each event: the ids say nothing then. */
function rotatesIds({ provider: name }: Recording): boolean {
  return name === 'github-copilot' || name === 'openrouter';
}

/**
 * The API encrypts reasoning anew for each event, and rounds log probabilities in the last one; see rotatesIds for the
 * ids.
 */
function plain(value: unknown, ids: boolean): Json {
  const simplify = (key: string, inner: Json): Json | undefined => {
    if (key === 'id' && !ids) return undefined;
    if (key === 'logprob' && typeof inner === 'number') return Number(inner.toFixed(6));
    return typeof inner === 'string' && inner.startsWith('gAAAAA') ? 'encrypted' : inner;
  };
  return JSON.parse(JSON.stringify(value, simplify)) as Json;
}

function same(recording: Recording, a: unknown, b: unknown): void {
  const ids = !rotatesIds(recording);
  expect(differences(plain(a, ids), plain(b, ids))).toEqual([]);
}

/** Adds up the deltas of each item, as someone who knows nothing of odd streams would. */
function addUp(recording: Recording, type: string): readonly string[] {
  const texts = new Map<Json | undefined, string>();
  for (const { data } of framesOf(recording)) {
    const event = asObject(parseJson(data));
    // One recording holds several answers, one after another.
    if (event?.['type'] === 'response.completed') break;
    if (event?.['type'] !== type) continue;
    const item = event['output_index'];
    texts.set(item, (texts.get(item) ?? '') + (asString(event['delta']) ?? ''));
  }
  return [...texts.values()];
}

// Skipped where the recordings are absent: fixtures.ts says so.
describe.skipIf(!RECORDINGS_ARE_HERE)('recorded streams (skipped without ../shared/fixtures)', () => {
  test('there are as many as there should be', () => {
    expect(wholeRows.length).toBeGreaterThan(60);
  });

  test.each(wholeRows)('%s folds to the answer that its last event repeats', (_, recording) => {
    same(recording, foldOf(recording), unaryOf(recording));
  });

  test.each(rows)('%s says what its deltas add up to', (_, recording) => {
    const [choice] = foldOf(recording).choices;
    const texts = (choice?.parts ?? []).map((part) => (part.kind === 'text' ? part.text : ''));
    const told = addUp(recording, 'response.output_text.delta');
    if (told.length > 0) expect(texts.join('')).toBe(told.join(''));
    const calls = (choice?.parts ?? []).map((part) => (part.kind === 'tool-call' ? part.arguments : ''));
    for (const written of addUp(recording, 'response.function_call_arguments.delta')) {
      expect(calls).toContain(written);
    }
  });

  test.each(wholeRows)('%s is the same answer after it was written for a client', (_, recording) => {
    const events = readFrames(framesOf(recording), provider.openDecoder());
    const encoder = client.openEncoder(encodeContext());
    const frames = events.flatMap((event) => encoder.push(event));
    checkStateMachine(frames.map(({ data }) => JSON.parse(data) as JsonObject));
    const again = readFrames(frames, provider.openDecoder());
    expect(grammarProblems(again)).toEqual([]);
    const folded = fold(again);
    expect(folded.ok).toBe(true);
    if (folded.ok) same(recording, folded.value, foldOf(recording));
  });

  test.each(wholeRows)('%s is the same stream, made from the whole answer', (_, recording) => {
    const encoder = client.openEncoder(encodeContext());
    const frames = unfold(unaryOf(recording)).flatMap((event) => encoder.push(event));
    checkStateMachine(frames.map(({ data }) => JSON.parse(data) as JsonObject));
    const folded = fold(readFrames(frames, provider.openDecoder()));
    expect(folded.ok).toBe(true);
    if (folded.ok) same(recording, folded.value, unaryOf(recording));
  });
});

/** The order that the API keeps: numbers without gaps, items one after another, each part opened and closed. */
function checkStateMachine(events: readonly JsonObject[]): void {
  expect(events.map((event) => event['sequence_number'])).toEqual(events.map((_, index) => index));
  expect(events.slice(0, 2).map(({ type }) => type)).toEqual(['response.created', 'response.in_progress']);
  const ids = new Set(events.flatMap((event) => asString(asObject(event['response'])?.['id']) ?? []));
  expect(ids.size).toBe(1);
  let open: Json | undefined;
  let next = 0;
  for (const event of events.slice(2)) {
    const index = asNumber(event['output_index']);
    if (event['type'] === 'response.output_item.added') {
      expect([open, index]).toEqual([undefined, next]);
      open = asObject(event['item'])?.['id'];
      next += 1;
    } else if (index !== undefined) {
      expect(index).toBe(next - 1);
      const id = event['item_id'] ?? asObject(event['item'])?.['id'];
      expect(id).toEqual(open);
    }
    if (event['type'] === 'response.output_item.done') open = undefined;
  }
  const last = asObject(events.at(-1)?.['response']);
  const done = events
    .filter(({ type }) => type === 'response.output_item.done')
    .map((event) => event['item']);
  expect(asArray(last?.['output'])).toEqual(done.filter(isObject) as never);
}
