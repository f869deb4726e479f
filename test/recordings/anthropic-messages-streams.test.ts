// What the recorded Messages streams say: put together by a simple accumulator beside the decoder, written again for
// clients and read once more, cut anywhere, cut off everywhere.

import { describe, expect, test } from 'bun:test';

import type { Frame } from '#base/frame.ts';
import { asNumber, asObject, asString, parseJson } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import { seededDraw } from '#base/random.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { isTerminal } from '#canonical/event.ts';
import { fold } from '#canonical/fold.ts';
import type { ChatResponse } from '#canonical/response.ts';
import { anthropicMessages } from '#dialects/anthropic-messages/index.ts';
import { openaiChat } from '#dialects/openai-chat/index.ts';
import { encodeContext } from '../support/encode-context.ts';
import { differences, readRecordings, RECORDINGS_ARE_HERE, sseBytes } from './fixtures.ts';
import { normalise } from './anthropic-messages-normal.ts';
import { addUp } from './anthropic-messages-whole.ts';
import { cutAt, framesOf, grammarProblems, readFrames, readPieces } from './reading.ts';

const RUNS = 40;
const CUTS_PER_RUN = 5;
const { client, provider } = anthropicMessages;
const streams = readRecordings(['anthropic.messages']).filter(({ response }) => response.sse !== undefined);
const rows = streams.map((recording) => [recording.name, recording] as const);

const decode = (frames: readonly Frame[]): readonly ChatEvent[] =>
  readFrames(frames, provider.openDecoder({}));

/** Arguments are a text in one form and an object in the other; the last event has no place in a whole answer. */
function comparable(response: ChatResponse): Json {
  const text = JSON.stringify(response, (key, value: unknown) =>
    key === '$messageStop'
      ? undefined
      : key === 'arguments' && typeof value === 'string'
        ? (parseJson(value) ?? value)
        : value,
  );
  return parseJson(text) ?? null;
}

// Skipped where the recordings are absent: fixtures.ts says so.
describe.skipIf(!RECORDINGS_ARE_HERE)('recorded streams (skipped without ../shared/fixtures)', () => {
  test('there are as many as there should be', () => expect(streams.length).toBeGreaterThan(65));

  test.each(rows)('%s says what its whole answer says', (_, recording) => {
    const frames = framesOf(recording);
    const events = decode(frames);
    expect(grammarProblems(events)).toEqual([]);
    const folded = fold(events);
    const unary = provider.decodeResponse(normalise(addUp(frames)));
    if (!folded.ok || !unary.ok) throw new Error('not an answer');
    if (recording.response.sse_elided !== undefined) return;
    expect(differences(comparable(unary.value), comparable(folded.value))).toEqual([]);
  });

  test.each(rows)('%s is the same answer after it was written for a client', (_, recording) => {
    const events = decode(framesOf(recording));
    const folded = fold(events);
    if (!folded.ok) throw new Error(folded.error.message);
    const encoder = client.openEncoder(encodeContext());
    const written = events.flatMap((event) => encoder.push(event));
    expect(stateProblems(written)).toEqual([]);
    const again = fold(decode(written));
    if (!again.ok) throw new Error(again.error.message);
    expect(differences(comparable(withoutBlanks(folded.value)), comparable(again.value))).toEqual([]);
    const unary = provider.decodeResponse(client.encodeResponse(folded.value));
    expect(unary.ok && differences(comparable(withoutBlanks(folded.value)), comparable(unary.value))).toEqual(
      [],
    );
  });

  test.each(rows)('%s goes through Chat Completions with its text, calls and usage', (_, recording) => {
    const events = decode(framesOf(recording));
    const folded = fold(events);
    if (!folded.ok) throw new Error(folded.error.message);
    const encoder = openaiChat.client.openEncoder(encodeContext());
    const chat = events.flatMap((event) => encoder.push(event));
    const read = readFrames(chat, openaiChat.provider.openDecoder({}));
    const messages = client.openEncoder(encodeContext());
    const again = fold(decode(read.flatMap((event) => messages.push(event))));
    if (!again.ok) throw new Error(again.error.message);
    expect(told(again.value)).toEqual(told(folded.value));
  });

  test.each(rows)('%s cut anywhere', (_, recording) => {
    const bytes = sseBytes(recording.response);
    const whole = decode(framesOf(recording));
    const draw = seededDraw(recording.name.length * 7919 + bytes.length);
    const position = (): number => Math.floor(draw() * bytes.length);
    for (let run = 0; run < RUNS; run += 1) {
      const pieces = cutAt(bytes, Array.from({ length: CUTS_PER_RUN }, position));
      const events = readPieces(pieces, provider.openDecoder({}));
      if (!Bun.deepEquals(events, whole)) expect(events).toEqual([...whole]);
    }
    for (let run = 0; run < RUNS; run += 1) {
      const events = readPieces([bytes.subarray(0, position())], provider.openDecoder({}));
      expect(grammarProblems(events)).toEqual([]);
      expect(events.filter(isTerminal)).toHaveLength(1);
    }
  });

  test.each(rows)('%s cut off before the reason of its end is a failure', (_, recording) => {
    const frames = framesOf(recording);
    const reason = frames.findIndex(({ data }) => saysWhyItEnds(data));
    expect(reason).toBeGreaterThan(0);
    for (let end = 0; end <= reason; end += 1) {
      const events = decode(frames.slice(0, end));
      expect(events.at(-1)).toMatchObject({ kind: 'failure', failure: { code: 'stream_cut' } });
      expect(events.filter(isTerminal)).toHaveLength(1);
    }
  });
});

const binary = readRecordings(['anthropic.messages']).filter(
  ({ response }) => eventStreamOf(response) !== undefined,
);

describe.skipIf(!RECORDINGS_ARE_HERE)(
  'recorded AWS event streams (skipped without ../shared/fixtures)',
  () => {
    test('there are as many as there should be', () => expect(binary.length).toBe(5));

    test.each(binary.map((recording) => [recording.name, recording] as const))('%s', (_, { response }) => {
      const frames = messagesIn(eventStreamOf(response) ?? '');
      const decoder = provider.openDecoder({ envelope: 'bedrock' });
      const events = readFrames(frames, decoder);
      expect(grammarProblems(events)).toEqual([]);
      const folded = fold(events);
      if (!folded.ok) throw new Error(folded.error.message);
      const bytesOf = ({ data }: Frame): string => asString(asObject(parseJson(data))?.['bytes']) ?? '';
      const inner = frames.map((frame) => ({ data: utf8(atob(bytesOf(frame))) }));
      const unary = provider.decodeResponse(addUp(inner));
      expect(unary.ok && differences(comparable(unary.value), comparable(folded.value))).toEqual([]);
      const reason = inner.findIndex(({ data }) => saysWhyItEnds(data));
      expect(reason).toBeGreaterThan(0);
      for (let end = 0; end <= reason; end += 1) {
        const cut = readFrames(frames.slice(0, end), provider.openDecoder({ envelope: 'bedrock' }));
        expect(cut.at(-1)).toMatchObject({ kind: 'failure', failure: { code: 'stream_cut' } });
      }
    });
  },
);

function saysWhyItEnds(data: string): boolean {
  const event = asObject(parseJson(data));
  return (
    event?.['type'] === 'message_delta' && asString(asObject(event['delta'])?.['stop_reason']) !== undefined
  );
}

function eventStreamOf(response: object): string | undefined {
  return (response as { readonly eventstream_base64?: string }).eventstream_base64;
}

/** The payloads of the messages, by their lengths alone: the transport has its own suite. */
function messagesIn(base64: string): readonly Frame[] {
  const bytes = Uint8Array.fromBase64(base64);
  const view = new DataView(bytes.buffer);
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; at += view.getUint32(at)) {
    const payload = bytes.subarray(at + 12 + view.getUint32(at + 4), at + view.getUint32(at) - 4);
    frames.push({ event: 'chunk', data: new TextDecoder().decode(payload) });
  }
  return frames;
}

function utf8(binaryText: string): string {
  return new TextDecoder().decode(Uint8Array.from(binaryText, (character) => character.charCodeAt(0)));
}

/** An empty text block is not written again: clients would send it back, and the API refuses it. */
function withoutBlanks(response: ChatResponse): ChatResponse {
  const choices = response.choices.map((choice) => ({
    ...choice,
    parts: choice.parts.filter(
      (part) => part.kind !== 'text' || part.text !== '' || part.annotations !== undefined,
    ),
  }));
  return { ...response, choices };
}

function told({ choices, usage }: ChatResponse): unknown {
  const parts = choices[0]?.parts ?? [];
  return {
    text: parts.map((part) => (part.kind === 'text' ? part.text : '')).join(''),
    reasoning: parts.map((part) => (part.kind === 'reasoning' ? part.text : '')).join(''),
    calls: parts.flatMap((part) => (part.kind === 'tool-call' ? [[part.id, part.name, part.arguments]] : [])),
    usage: usage && [usage.inputTotal, usage.outputTotal, usage.cacheRead ?? 0, usage.cacheWrite ?? 0],
  };
}

/** What breaks the vendor's own state machine. */
function stateProblems(frames: readonly Frame[]): readonly string[] {
  const problems: string[] = [];
  let open: number | undefined;
  let next = 0;
  const types = frames.map(({ data }) => asString(asObject(parseJson(data))?.['type']) ?? '');
  frames.forEach(({ event, data }, at) => {
    const body = asObject(parseJson(data)) ?? {};
    const type = asString(body['type']) ?? '';
    const index = asNumber(body['index']);
    if (event !== type) problems.push(`${event} is called ${type}`);
    if (type === 'content_block_start') {
      if (open !== undefined || index !== next) problems.push(`block ${index} begins at ${at}`);
      open = next;
      next += 1;
    } else if (type.startsWith('content_block')) {
      if (index !== open) problems.push(`piece of block ${index} at ${at}`);
      if (type === 'content_block_stop') open = undefined;
    }
  });
  const shape = types.filter((name) => !name.startsWith('content_block')).join(' ');
  if (shape !== 'message_start ping message_delta message_stop') problems.push(shape);
  return problems;
}
