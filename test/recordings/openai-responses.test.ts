// Every recorded exchange of the Responses API: read, written again without any difference, cut anywhere, cut off
// everywhere.

import { afterAll, describe, expect, test } from 'bun:test';

import type { Json, JsonObject } from '#base/json.ts';
import { asObject, isObject } from '#base/json.ts';
import { seededDraw } from '#base/random.ts';
import { isTerminal } from '#canonical/event.ts';
import { openaiResponses } from '#dialects/openai-responses/index.ts';
import { encodeContext } from '../support/encode-context.ts';
import { differences, isInvented, readRecordings, sseBytes } from './fixtures.ts';
import type { Recording } from './fixtures.ts';
import { cutAt, framesOf, grammarProblems, readFrames, readPieces } from './reading.ts';

const RUNS = 40;
const CUTS_PER_RUN = 5;
const TRUNCATIONS = 40;

const { client, provider } = openaiResponses;
/** Answers that were fetched later have the same shape; requests to compact and to count have that of a request. */
const recordings = readRecordings([
  'openai.responses',
  'openai.responses.get',
  'openai.responses.compact',
  'openai.responses.input_tokens',
]);

const counts = new Map<
  string,
  Record<'requests' | 'answers' | 'streams' | 'failures' | 'invented', number>
>();

function count(recording: Recording, what: 'requests' | 'answers' | 'streams' | 'failures'): void {
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

const rows = (list: readonly Recording[]): (readonly [string, Recording])[] =>
  list.map((recording) => [recording.name, recording] as const);

const withRequest = recordings.filter(({ request }) => isObject(request?.body));
const answers = recordings.filter(({ response: { status, body } }) => {
  return status < 300 && isObject(body) && body['output'] !== undefined;
});
const failures = recordings.filter(({ response }) => response.status >= 400);
const streams = recordings.filter(({ response }) => response.sse !== undefined);

// Skipped where the recordings are absent: fixtures.ts says so.
describe.skipIf(recordings.length === 0)('recorded exchanges (skipped without ../shared/fixtures)', () => {
  afterAll(() => {
    console.table(Object.fromEntries(counts));
  });

  test('there are as many as there should be', () => {
    expect(withRequest.length).toBeGreaterThan(250);
    expect(answers.length).toBeGreaterThan(210);
    expect(streams.length).toBeGreaterThan(90);
    expect(failures.length).toBeGreaterThan(11);
  });

  test.each(rows(withRequest))('request %s', (_, recording) => {
    const body = withModel(recording);
    const decoded = client.decodeRequest(body);
    if (!decoded.ok) {
      expect([recording.name, decoded.error.message]).toEqual([recording.name, 'refused']);
      return;
    }
    const quirks = { routerFields: 'forward' };
    const encoded = provider.encodeRequest(decoded.value, decoded.value.model, quirks);
    expect(encoded.losses).toEqual([]);
    expect(differences(body, encoded.body)).toEqual([]);
    count(recording, 'requests');
  });

  test.each(rows(answers))('answer %s', (_, recording) => {
    const body = recording.response.body as JsonObject;
    const decoded = provider.decodeResponse(body);
    if (body['error'] !== undefined && body['error'] !== null) {
      expect(decoded.ok).toBe(false);
      return;
    }
    expect(decoded).toMatchObject({ ok: true });
    if (!decoded.ok) return;
    const encoded = client.encodeResponse(decoded.value, encodeContext()) as Json;
    expect(differences(withoutEmptyText(body), encoded)).toEqual([]);
    count(recording, 'answers');
  });

  test.each(rows(failures))('failure %s', (_, recording) => {
    const { status, headers, body } = recording.response;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const { code, message } = provider.decodeFailure(status, (name) => headers[name], text, 0);
    expect(message).not.toBe('');
    if (status === 401 || recording.features.includes('error_auth')) expect(code).toBe('upstream_auth');
    else if (recording.features.includes('context_length_error'))
      expect(code).toBe('context_length_exceeded');
    else if (text.includes('insufficient_quota')) expect(code).toBe('upstream_quota');
    else expect(['upstream_rejected', 'upstream_model_not_found']).toContain(code);
    count(recording, 'failures');
  });

  test.each(rows(streams))('stream %s', (_, recording) => {
    const bytes = sseBytes(recording.response);
    const whole = readPieces([bytes], provider.openDecoder());
    expect(grammarProblems(whole)).toEqual([]);
    const failed = recording.features.includes('error_in_stream');
    expect([recording.name, whole.at(-1)?.kind]).toEqual([
      recording.name,
      failed || !endsWhole(recording) ? 'failure' : 'end',
    ]);
    const draw = seededDraw(recording.name.length * 7919 + bytes.length);
    const position = (): number => Math.floor(draw() * bytes.length);
    for (let run = 0; run < RUNS; run += 1) {
      const pieces = cutAt(bytes, Array.from({ length: CUTS_PER_RUN }, position));
      const events = readPieces(pieces, provider.openDecoder());
      if (!Bun.deepEquals(events, whole)) expect(events).toEqual([...whole]);
    }
    for (let run = 0; run < TRUNCATIONS; run += 1) {
      const events = readPieces([bytes.subarray(0, position())], provider.openDecoder());
      expect(grammarProblems(events)).toEqual([]);
      expect(events.filter(isTerminal)).toHaveLength(1);
    }
    count(recording, 'streams');
  });

  test.each(rows(streams))('%s without its last event is never whole', (_, recording) => {
    const frames = framesOf(recording);
    const last = frames.findIndex(({ data }) => TERMINAL.test(data));
    const shown = Math.min(last < 0 ? frames.length : last, 60);
    for (let end = 0; end < shown; end += 1) {
      const events = readFrames(frames.slice(0, end), provider.openDecoder());
      expect(events.at(-1)).toMatchObject({ kind: 'failure' });
      expect(events.filter(isTerminal)).toHaveLength(1);
    }
  });
});

const TERMINAL = /"type":\s*"(?:response\.(?:completed|incomplete|failed)|error)"/;

/** A stored prompt may name the model; Clew's own clients do. */
function withModel({ request }: Recording): JsonObject {
  const body = request?.body as JsonObject;
  return body['model'] === undefined ? { ...body, model: 'prompted' } : body;
}

/** A few recordings end in the middle: their source kept no more. */
function endsWhole({ response }: Recording): boolean {
  return (response.sse ?? []).some(({ data }) => {
    const type = asObject(data === undefined ? undefined : parse(data))?.['type'];
    return type === 'response.completed' || type === 'response.incomplete';
  });
}

function parse(data: string): Json | undefined {
  try {
    return JSON.parse(data) as Json;
  } catch {
    return undefined;
  }
}

/** Clients add the texts up by themselves, and some routers leave this one empty beside texts. */
function withoutEmptyText(body: JsonObject): JsonObject {
  const { output_text: text, ...rest } = body;
  return text === '' ? rest : body;
}
