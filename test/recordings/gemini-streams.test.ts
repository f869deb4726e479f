// What the recorded generateContent streams say, as server-sent events and as JSON arrays: cut anywhere, cut off
// everywhere, compared with the same answer in one piece, and written again for clients.

import { afterAll, describe, expect, test } from 'bun:test';

import { toBytes } from '#base/bytes.ts';
import type { Frame } from '#base/frame.ts';
import { asArray, asObject, asString } from '#base/json.ts';
import { seededDraw } from '#base/random.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { isTerminal } from '#canonical/event.ts';
import { fold } from '#canonical/fold.ts';
import { Grammar } from '#canonical/grammar.ts';
import type { ChatResponse } from '#canonical/response.ts';
import { gemini } from '#dialects/gemini/index.ts';
import { openFrameWriter } from '#framing/frame-writer.ts';
import { JsonArrayFramer } from '#framing/json-array.ts';
import { SseFramer } from '#framing/sse.ts';
import { isInvented, readRecordings, sseBytes } from './fixtures.ts';
import type { Recording } from './fixtures.ts';
import { chunksOf, inOnePiece } from './gemini-whole.ts';

const CUT_RUNS = 50;
const CUTS_PER_RUN = 5;
const TRUNCATIONS = 60;

const { client, provider } = gemini;
const streams = readRecordings(['gemini.generateContent']).filter(
  ({ response }) => response.status < 300 && (response.sse !== undefined || Array.isArray(response.body)),
);
const rows = streams.map((recording) => [recording.name, recording] as const);

function bytesOf({ response }: Recording): Uint8Array {
  return response.sse === undefined ? toBytes(JSON.stringify(response.body, null, 2)) : sseBytes(response);
}

function framesIn(pieces: readonly Uint8Array[], { response }: Recording): readonly Frame[] {
  const framer = response.sse === undefined ? new JsonArrayFramer() : new SseFramer();
  return [...pieces.flatMap((piece) => framer.push(piece)), ...framer.finish()];
}

function decode(frames: readonly Frame[]): readonly ChatEvent[] {
  const decoder = provider.openDecoder();
  return [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.finish()];
}

const framesOf = (recording: Recording): readonly Frame[] => framesIn([bytesOf(recording)], recording);

function checkOnce(events: readonly ChatEvent[]): void {
  const grammar = new Grammar();
  expect(events.flatMap((event) => grammar.check(event) ?? [])).toEqual([]);
  expect(events.filter(isTerminal)).toHaveLength(1);
}

/** Whether every candidate said why it finished: only then an answer is whole. */
function isComplete(frames: readonly Frame[]): boolean {
  const finished = new Map<number, boolean>();
  for (const chunk of chunksOf(frames)) {
    (asArray(chunk['candidates']) ?? []).forEach((candidate, at) => {
      const index = Number(asObject(candidate)?.['index'] ?? at);
      const said = (asString(asObject(candidate)?.['finishReason']) ?? '') !== '';
      finished.set(index, said || finished.get(index) === true);
    });
  }
  return finished.size > 0 && [...finished.values()].every(Boolean);
}

/** What a client can see of an answer. */
function seen(response: ChatResponse): unknown {
  const { id, model, usage, choices } = response;
  return {
    id,
    model,
    usage,
    choices: choices.map(({ parts, finish }) => ({
      text: parts.map((part) => (part.kind === 'text' ? part.text : '')).join(''),
      thoughts: parts.map((part) => (part.kind === 'reasoning' ? part.text : '')).join(''),
      seals: parts.flatMap((part) => (part.kind === 'reasoning' ? (part.seals ?? []) : [])),
      calls: parts.flatMap((part) =>
        part.kind === 'tool-call' ? [[part.id, part.name, part.arguments, part.seal]] : [],
      ),
      others: parts.filter((part) => part.kind === 'foreign' || part.kind === 'image'),
      annotations: parts.flatMap((part) => (part.kind === 'text' ? (part.annotations ?? []) : [])),
      finish,
    })),
  };
}

let decoded = 0;
let invented = 0;

// Skipped where the recordings are absent: fixtures.ts says so.
describe.skipIf(streams.length === 0)('recorded streams (skipped without ../shared/fixtures)', () => {
  afterAll(() => console.log(`gemini streams: ${decoded} recorded, ${invented} invented`));

  test('there are as many as there should be', () => {
    expect(rows.length).toBeGreaterThan(70);
    expect(streams.filter(({ response }) => response.sse === undefined).length).toBeGreaterThan(8);
  });

  test.each(rows)('%s ends as it should', (_, recording) => {
    const frames = framesOf(recording);
    const events = decode(frames);
    checkOnce(events);
    const last = events.at(-1);
    const blocked = frames.some(({ data }) => data.includes('"blockReason"'));
    if (isComplete(frames)) expect(last?.kind).toBe('end');
    else if (blocked) expect(last).toMatchObject({ failure: { code: 'content_filtered' } });
    else expect(isInvented(recording)).toBe(true);
    if (isInvented(recording)) invented += 1;
    else decoded += 1;
  });

  test.each(rows)(
    '%s is the same wherever its bytes are cut, and ends once wherever it is cut off',
    (_, recording) => {
      const bytes = bytesOf(recording);
      const whole = decode(framesOf(recording));
      const draw = seededDraw(recording.name.length * 7919 + bytes.length);
      const position = (): number => Math.floor(draw() * bytes.length);
      for (let run = 0; run < CUT_RUNS; run += 1) {
        const cuts = Array.from({ length: CUTS_PER_RUN }, position).sort((a, b) => a - b);
        const pieces = [...cuts, bytes.length].map((end, at) => bytes.subarray(cuts[at - 1] ?? 0, end));
        const events = decode(framesIn(pieces, recording));
        if (!Bun.deepEquals(events, whole)) expect(events).toEqual([...whole]);
      }
      for (let run = 0; run < TRUNCATIONS; run += 1) {
        checkOnce(decode(framesIn([bytes.subarray(0, position())], recording)));
      }
    },
  );

  test.each(rows)('%s is whole only after its reason', (_, recording) => {
    const frames = framesOf(recording);
    for (let end = 0; end < Math.min(frames.length, 80); end += 1) {
      const events = decode(frames.slice(0, end));
      expect(events.at(-1)?.kind).toBe(isComplete(frames.slice(0, end)) ? 'end' : 'failure');
    }
  });

  test.each(rows)('%s is the answer that it would be in one piece', (_, recording) => {
    const frames = framesOf(recording);
    if (frames.some(({ data }) => /partialArgs|willContinue/.test(data))) return;
    const folded = fold(decode(frames));
    const unary = provider.decodeResponse(inOnePiece(frames));
    if (!folded.ok) return;
    expect(unary.ok && seen(unary.value)).toEqual(seen(folded.value));
  });

  test.each(rows)('%s is the same answer after it was written for a client', (_, recording) => {
    const folded = fold(decode(framesOf(recording)));
    if (!folded.ok) return;
    const encoder = client.openEncoder();
    const written = decode(framesOf(recording)).flatMap((event) => encoder.push(event));
    for (const layout of ['sse', 'json-array'] as const) {
      const writer = openFrameWriter(layout);
      const text = written.map((frame) => writer.write(frame)).join('') + writer.end();
      const framer = layout === 'sse' ? new SseFramer() : new JsonArrayFramer();
      const again = fold(decode([...framer.push(toBytes(text)), ...framer.finish()]));
      expect(again.ok && seen(again.value)).toEqual(seen(folded.value));
    }
    const unary = provider.decodeResponse(client.encodeResponse(folded.value));
    expect(unary.ok && seen(unary.value)).toEqual(seen(folded.value));
  });
});
