// Every recorded generateContent exchange of the Gemini API and Vertex AI: read and written again.

import { afterAll, describe, expect, test } from 'bun:test';

import type { Json, JsonObject } from '#base/json.ts';
import { asArray, isObject } from '#base/json.ts';
import { gemini } from '#dialects/gemini/index.ts';
import { differences, isInvented, readRecordings } from './fixtures.ts';
import type { Recording } from './fixtures.ts';
import { normalise, tally } from './gemini-normal.ts';
import { headOf } from '../support/head.ts';

const { client, provider } = gemini;
const recordings = readRecordings(['gemini.generateContent']);
const withRequest = recordings.filter(({ request }) => isObject(request?.body));
const answers = recordings.filter(({ response }) => response.status < 300 && isObject(response.body));
const countings = readRecordings(['gemini.countTokens']);
const lists = readRecordings(['gemini.models']);
const failures = recordings.filter(({ response }) => response.status >= 400);

interface Count {
  requests: number;
  answers: number;
  failures: number;
  invented: number;
}
const counts = new Map<string, Count>();

function count(recording: Recording, what: keyof Count): void {
  const row = counts.get(recording.provider) ?? { requests: 0, answers: 0, failures: 0, invented: 0 };
  row[what] += 1;
  if (isInvented(recording)) row.invented += 1;
  counts.set(recording.provider, row);
}

/** Recorded paths of Vertex AI have a project; clients of ours have none. */
function pathOf({ request }: Recording): string {
  const [, model = ''] = /models\/([^:]+):/.exec(request?.path ?? '') ?? [];
  const verb = (request?.path ?? '').includes('stream') ? 'streamGenerateContent' : 'generateContent';
  return `/v1beta/models/${model}:${verb}`;
}

// Skipped where the recordings are absent: fixtures.ts says so.
describe.skipIf(recordings.length === 0)('recorded exchanges (skipped without ../shared/fixtures)', () => {
  afterAll(() => {
    console.table(Object.fromEntries(counts));
    console.table(Object.fromEntries(tally));
  });

  test('there are as many as there should be', () => {
    expect(withRequest.length).toBeGreaterThan(270);
    expect(answers.length).toBeGreaterThan(220);
    expect(failures.length).toBeGreaterThan(15);
  });

  test.each(withRequest.map((recording) => [recording.name, recording] as const))(
    'request %s',
    (_, recording) => {
      const body = recording.request?.body as Json;
      const decoded = client.decodeRequest(body, headOf(pathOf(recording)));
      expect(decoded).toMatchObject({ ok: true });
      if (!decoded.ok) return;
      const { model } = decoded.value;
      expect(recording.request?.path).toContain(`/${model}:`);
      const encoded = provider.encodeRequest(decoded.value, model, {});
      expect(encoded.losses).toEqual([]);
      expect(differences(normalise(body), normalise(encoded.body))).toEqual([]);
      count(recording, 'requests');
    },
  );

  test.each(withRequest.map((recording) => [recording.name, recording] as const))(
    'calls and results of %s are tied by ids, each to one',
    (_, recording) => {
      const decoded = client.decodeRequest(recording.request?.body as Json, headOf(pathOf(recording)));
      if (!decoded.ok) return;
      const parts = decoded.value.messages.flatMap((message) => message.parts);
      const calls = parts.flatMap((part) => (part.kind === 'tool-call' ? [part.id] : []));
      const results = parts.flatMap((part) => (part.kind === 'tool-result' ? [part] : []));
      expect(new Set(calls).size).toBe(calls.length);
      expect(new Set(results.map(({ id }) => id)).size).toBe(results.length);
      for (const { id, name } of results) {
        const call = parts.find((part) => part.kind === 'tool-call' && part.id === id);
        expect(call).toMatchObject({ name });
      }
    },
  );

  test.each(answers.map((recording) => [recording.name, recording] as const))('answer %s', (_, recording) => {
    const body = recording.response.body as JsonObject;
    const decoded = provider.decodeResponse(body);
    if ((asArray(body['candidates']) ?? []).length === 0) {
      expect(decoded).toMatchObject({ ok: false, error: { code: 'content_filtered' } });
      count(recording, 'answers');
      return;
    }
    expect(decoded).toMatchObject({ ok: true });
    if (!decoded.ok) return;
    const encoded = client.encodeResponse(decoded.value);
    expect(differences(normalise(body), normalise(encoded))).toEqual([]);
    count(recording, 'answers');
  });

  test.each(answers.map((recording) => [recording.name, recording] as const))(
    'usage of %s adds up',
    (_, recording) => {
      const body = recording.response.body as JsonObject;
      const decoded = provider.decodeResponse(body);
      const usage = decoded.ok ? decoded.value.usage : undefined;
      const total = isObject(body['usageMetadata']) ? body['usageMetadata']['totalTokenCount'] : undefined;
      if (usage === undefined || isInvented(recording)) return;
      expect(usage.inputTotal + usage.outputTotal).toBe(total as number);
      const { raw: _raw, ...counted } = usage;
      const again = client.encodeResponse({ id: '', model: '', choices: [], losses: [], usage: counted });
      expect((again as JsonObject)['usageMetadata']).toMatchObject({ totalTokenCount: total as number });
    },
  );

  test.each(failures.map((recording) => [recording.name, recording] as const))(
    'failure %s',
    (_, recording) => {
      const { status, headers, body, sse } = recording.response;
      const lines = sse?.flatMap(({ other, data }) => [...(other ?? []), data ?? '']).join('\n');
      const text = typeof body === 'string' ? body : (lines ?? JSON.stringify(body));
      const failed = provider.decodeFailure(status, (name) => headers[name], text, 0);
      expect(failed.message).not.toBe('');
      expect(failed.message).not.toMatch(/AIza/);
      const { code } = failed;
      if (text.includes('API_KEY_INVALID') || status === 403) expect(code).toBe('upstream_auth');
      else if (text.includes('models/') && status === 404) expect(code).toBe('upstream_model_not_found');
      else if (text.includes('exceeds the maximum number of tokens'))
        expect(code).toBe('context_length_exceeded');
      else if (status === 429) expect(code).toBe('upstream_rate_limited');
      else expect(code).toBe('upstream_rejected');
      if (text.includes('"retryDelay"')) expect(failed.retryAfterMs).toBeGreaterThan(1_000);
      count(recording, 'failures');
    },
  );
});

// Skipped where the recordings are absent: fixtures.ts says so.
describe.skipIf(countings.length === 0)(
  'recorded counts and lists (skipped without ../shared/fixtures)',
  () => {
    test('there are as many as there should be', () => {
      expect([countings.length, lists.length]).toEqual([6, 1]);
    });

    test.each(countings.map((recording) => [recording.name, recording] as const))('%s', (_, recording) => {
      const path = pathOf(recording).replace('generateContent', 'countTokens');
      const body = recording.request?.body as JsonObject;
      const decoded = client.counting.decodeRequest(body, headOf(path));
      expect(decoded).toMatchObject({ ok: true });
      if (!decoded.ok) return;
      const asked = (body['generateContentRequest'] as JsonObject | undefined) ?? body;
      const { model: _model, ...rest } = asked;
      const encoded = provider.encodeRequest(decoded.value, decoded.value.model, {});
      expect(differences(normalise(rest), normalise(encoded.body))).toEqual([]);
      const { status, body: counted } = recording.response;
      if (status === 200 && isObject(counted)) {
        const shown = client.counting.encodeCount(counted['totalTokens'] as number);
        expect(counted).toMatchObject(shown as object);
      }
    });

    test('a list has the members that ours has', () => {
      const recorded = lists[0]?.response.body;
      const models = (isObject(recorded) ? asArray(recorded['models']) : undefined) ?? [];
      expect(models.length).toBeGreaterThan(2);
      const shown = client.encodeModel({ id: 'x', owner: 'y', contextTokens: 1, maxOutputTokens: 1 });
      for (const model of models.slice(0, 3))
        expect(Object.keys(model as JsonObject)).toEqual(
          expect.arrayContaining(Object.keys(shown as object)),
        );
    });
  },
);
