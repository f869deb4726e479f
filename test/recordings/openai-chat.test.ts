// Every recorded Chat Completions exchange of real providers: read, written again, cut anywhere, cut off everywhere.

import { afterAll, describe, expect, test } from 'bun:test';

import type { Json, JsonObject } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import type { Frame } from '#base/frame.ts';
import { seededDraw } from '#base/random.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { isTerminal } from '#canonical/event.ts';
import { Fold } from '#canonical/fold.ts';
import { Grammar } from '#canonical/grammar.ts';
import { openaiChat } from '#dialects/openai-chat/index.ts';
import { SseFramer } from '#framing/sse.ts';
import { differences, isInvented, readRecordings, sseBytes } from './fixtures.ts';
import type { Recording } from './fixtures.ts';
import { normalise, tally } from './openai-chat-normal.ts';

const RUNS = 40;
const CUTS_PER_RUN = 5;
const TRUNCATIONS = 40;

const { client, provider } = openaiChat;
const recordings = readRecordings(['openai.chat', 'mistral.chat']);

/** xAI counts reasoning beside the completion; everyone else inside it. */
function quirksOf({ provider: name }: Recording): Record<string, string> {
  return name === 'xai' ? { usageReasoning: 'outside' } : {};
}

function decode(pieces: readonly Uint8Array[], recording: Recording): readonly ChatEvent[] {
  const framer = new SseFramer();
  const decoder = provider.openDecoder(quirksOf(recording));
  const events: ChatEvent[] = [];
  const read = (frames: readonly Frame[]): void => {
    for (const frame of frames) events.push(...decoder.push(frame));
  };
  for (const piece of pieces) read(framer.push(piece));
  read(framer.finish());
  events.push(...decoder.finish());
  return events;
}

function grammarProblems(events: readonly ChatEvent[]): readonly string[] {
  const grammar = new Grammar();
  const problems = events.map((event) => grammar.check(event)).filter((wrong) => wrong !== undefined);
  return grammar.over ? problems : [...problems, 'no terminal event'];
}

function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let start = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    pieces.push(bytes.subarray(start, cut));
    start = cut;
  }
  return [...pieces, bytes.subarray(start)];
}

interface Count {
  requests: number;
  answers: number;
  streams: number;
  failures: number;
  invented: number;
}
const counts = new Map<string, Count>();

function count(recording: Recording, what: keyof Count): void {
  const row = counts.get(recording.provider) ?? {
    requests: 0,
    answers: 0,
    streams: 0,
    failures: 0,
    invented: 0,
  };
  row[what] += 1;
  if (isInvented(recording)) row.invented += 1;
  counts.set(recording.provider, row);
}

const withRequest = recordings.filter(({ request }) => isObject(request?.body));
const answers = recordings.filter(({ response }) => response.status < 300 && isObject(response.body));
const failures = recordings.filter(({ response }) => response.status >= 400);
const streams = recordings.filter(({ response }) => response.sse !== undefined && response.status < 300);

/** Deployments are named in the path; Clew's own clients name a model. */
function withModel({ request }: Recording): JsonObject {
  const body = request?.body as JsonObject;
  return body['model'] === undefined ? { ...body, model: 'deployment' } : body;
}

/** The recording sends a word that our own schema of a request refuses, or is an error on purpose. */
function isRefused(recording: Recording): boolean {
  return recording.response.status === 400 || recording.response.status === 422;
}

// Skipped where the recordings are absent: fixtures.ts says so.
describe.skipIf(recordings.length === 0)('recorded exchanges (skipped without ../shared/fixtures)', () => {
  afterAll(() => {
    console.table(Object.fromEntries(counts));
    console.table(Object.fromEntries(tally));
  });

  test('there are as many as there should be', () => {
    expect(withRequest.length).toBeGreaterThan(300);
    expect(answers.length).toBeGreaterThan(200);
    expect(streams.length).toBeGreaterThan(90);
  });

  test.each(withRequest.map((recording) => [recording.name, recording] as const))(
    'request %s',
    (_, recording) => {
      const body = withModel(recording);
      const decoded = client.decodeRequest(body);
      if (!decoded.ok) {
        expect([recording.name, decoded.error.message, isRefused(recording)]).toEqual([
          recording.name,
          expect.anything(),
          true,
        ]);
        return;
      }
      const { model } = decoded.value;
      const encoded = provider.encodeRequest(decoded.value, model, { routerFields: 'forward' });
      expect(encoded.losses).toEqual([]);
      expect(differences(normalise('request', body), normalise('request', encoded.body))).toEqual([]);
      count(recording, 'requests');
    },
  );

  test.each(answers.map((recording) => [recording.name, recording] as const))('answer %s', (_, recording) => {
    const body = recording.response.body as JsonObject;
    const decoded = provider.decodeResponse(body, quirksOf(recording));
    if (recording.features.includes('error_in_200') || JSON.stringify(body).includes('"error":{')) {
      expect(decoded.ok).toBe(false);
      return;
    }
    expect(decoded).toMatchObject({ ok: true });
    if (!decoded.ok) return;
    const encoded = client.encodeResponse(decoded.value) as Json;
    expect(differences(normalise('answer', body), normalise('answer', encoded))).toEqual([]);
    count(recording, 'answers');
  });

  test.each(failures.map((recording) => [recording.name, recording] as const))(
    'failure %s',
    (_, recording) => {
      const { status, headers, body, sse } = recording.response;
      const text = typeof body === 'string' ? body : JSON.stringify(body ?? sse);
      const failed = provider.decodeFailure(status, (name) => headers[name], text, 0);
      expect(failed.message).not.toBe('');
      const code = failed.code;
      if (status === 401) expect(code).toBe('upstream_auth');
      if (status === 429) expect(['upstream_rate_limited', 'upstream_quota']).toContain(code);
      if (status >= 500) expect(['upstream_error', 'upstream_overloaded']).toContain(code);
      if (recording.features.includes('context_length_error')) expect(code).toBe('context_length_exceeded');
      const filtered = text.includes('violates usage guidelines');
      if (filtered) expect(code).toBe('content_filtered');
      else if (recording.features.includes('error_auth'))
        expect(['upstream_auth', 'upstream_quota']).toContain(code);
      count(recording, 'failures');
    },
  );

  test.each(streams.map((recording) => [recording.name, recording] as const))('stream %s', (_, recording) => {
    const bytes = sseBytes(recording.response);
    const whole = decode([bytes], recording);
    expect(grammarProblems(whole)).toEqual([]);
    const last = whole.at(-1);
    if (!recording.features.includes('error_in_stream') && !isKnownCut(recording))
      expect(last?.kind).toBe('end');
    const draw = seededDraw(recording.name.length * 7919 + bytes.length);
    const position = (): number => Math.floor(draw() * bytes.length);
    for (let run = 0; run < RUNS; run += 1) {
      const events = decode(cutAt(bytes, Array.from({ length: CUTS_PER_RUN }, position)), recording);
      if (!Bun.deepEquals(events, whole)) expect(events).toEqual([...whole]);
    }
    for (let run = 0; run < TRUNCATIONS; run += 1) {
      const events = decode([bytes.subarray(0, position())], recording);
      expect(grammarProblems(events)).toEqual([]);
      expect(events.filter(isTerminal)).toHaveLength(1);
    }
    if (last?.kind === 'end') expect(foldOf(whole)).toBeGreaterThan(0);
    count(recording, 'streams');
  });

  test.each(streams.map((recording) => [recording.name, recording] as const))(
    'cut-off %s',
    (_, recording) => {
      // Without its last finish reason and its marker an answer is never whole.
      const frames = new SseFramer().push(sseBytes(recording.response));
      const finishAt = frames.findIndex(({ data }) => /"finish_reason":\s*"/.test(data));
      for (let end = 0; end < Math.min(finishAt === -1 ? 0 : finishAt, 60); end += 1) {
        const decoder = provider.openDecoder(quirksOf(recording));
        const events = [...frames.slice(0, end).flatMap((frame) => decoder.push(frame)), ...decoder.finish()];
        expect(events.at(-1)).toMatchObject({ kind: 'failure' });
        expect(events.filter(isTerminal)).toHaveLength(1);
      }
    },
  );
});

function foldOf(events: readonly ChatEvent[]): number {
  const fold = new Fold();
  for (const event of events) fold.push(event);
  return fold.response().choices.length;
}

/** Streams that end without saying why, as recorded. */
function isKnownCut({ response, provider: name }: Recording): boolean {
  const said = (response.sse ?? []).some(
    ({ data }) => data !== undefined && /"finish_reason":\s*"/.test(data),
  );
  return !said && (name === 'gpustack' || response.sse_elided !== undefined);
}
