// Every recorded exchange of the Messages API, wherever it is served: read, written again, refused.

import { afterAll, describe, expect, test } from 'bun:test';

import { isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { anthropicMessages } from '#dialects/anthropic-messages/index.ts';
import { openaiChat } from '#dialects/openai-chat/index.ts';
import { headOf } from '../support/head.ts';
import { differences, isInvented, readRecordings } from './fixtures.ts';
import type { Recording } from './fixtures.ts';
import { normalise, tally } from './anthropic-messages-normal.ts';

const { client, provider } = anthropicMessages;
const recordings = readRecordings(['anthropic.messages']);
const counted = readRecordings(['anthropic.count_tokens']);
const row = (recording: Recording) => [recording.name, recording] as const;

const withRequest = recordings.filter(({ request }) => isObject(request?.body));
const answers = recordings.filter(({ response }) => response.status < 300 && isObject(response.body));
const failures = recordings.filter(({ response }) => response.status >= 400);

function quirksOf({ provider: name }: Recording): Record<string, string> {
  return name === 'bedrock' || name === 'vertex' ? { envelope: name } : {};
}

/** Where the model is in the path, Clew's own clients name it in the body. */
function withModel({ request }: Recording): JsonObject {
  const body = request?.body as JsonObject;
  return body['model'] === undefined ? { ...body, model: 'claude-sonnet-4-5' } : body;
}

/** What stands in the path is not in the body that is sent. */
function asSent(recording: Recording, body: JsonObject): JsonObject {
  if (quirksOf(recording)['envelope'] === undefined) return body;
  const { model: _model, ...rest } = body;
  if (recording.provider !== 'bedrock') return rest;
  const { stream: _stream, ...bare } = rest;
  return bare;
}

interface Count {
  requests: number;
  answers: number;
  failures: number;
  invented: number;
}
const counts = new Map<string, Count>();

function count(recording: Recording, what: keyof Count): void {
  const line = counts.get(recording.provider) ?? { requests: 0, answers: 0, failures: 0, invented: 0 };
  line[what] += 1;
  if (isInvented(recording)) line.invented += 1;
  counts.set(recording.provider, line);
}

// Skipped where the recordings are absent: fixtures.ts says so.
describe.skipIf(recordings.length === 0)('recorded messages (skipped without ../shared/fixtures)', () => {
  afterAll(() => {
    console.table(Object.fromEntries(counts));
    console.table(Object.fromEntries(tally));
  });

  test('there are as many as there should be', () => {
    expect(withRequest.length).toBeGreaterThan(200);
    expect(answers.length).toBeGreaterThan(160);
    expect(failures.length).toBe(10);
    expect(counted.length).toBe(8);
  });

  test.each(withRequest.map(row))('request %s', (_, recording) => {
    const body = withModel(recording);
    const decoded = client.decodeRequest(body, headOf('/v1/messages', recording.request?.headers));
    if (!decoded.ok) {
      expect([decoded.error.message, recording.response.status]).toEqual([expect.anything(), 400]);
      return;
    }
    const { model } = decoded.value;
    const encoded = provider.encodeRequest(decoded.value, model, quirksOf(recording));
    expect(encoded.losses).toEqual([]);
    const sent = asSent(recording, body);
    expect(differences(normalise(sent), normalise(withoutVersion(encoded.body, sent)))).toEqual([]);
    const betas = recording.request?.headers['anthropic-beta'];
    if (betas !== undefined && quirksOf(recording)['envelope'] === undefined)
      expect(provider.headers(decoded.value, {})['anthropic-beta']).toBe(betas);
    count(recording, 'requests');
  });

  test.each(answers.map(row))('answer %s', (_, recording) => {
    const body = recording.response.body as JsonObject;
    const decoded = provider.decodeResponse(body);
    expect(decoded).toMatchObject({ ok: true });
    if (!decoded.ok) return;
    const encoded = client.encodeResponse(decoded.value);
    expect(differences(normalise(body), normalise(encoded))).toEqual([]);
    count(recording, 'answers');
  });

  test.each(failures.map(row))('failure %s', (_, recording) => {
    const { status, headers, body } = recording.response;
    const failed = provider.decodeFailure(status, (name) => headers[name], JSON.stringify(body), 0);
    expect(failed.message.length).toBeGreaterThan(10);
    const expected: Readonly<Record<number, string>> = {
      400: 'upstream_rejected',
      401: 'upstream_auth',
      404: 'upstream_model_not_found',
      503: 'upstream_overloaded',
    };
    expect(failed.code).toBe(expected[status] as never);
    count(recording, 'failures');
  });

  test.each(counted.map(row))('count of tokens %s', (_, recording) => {
    const body = recording.request?.body as JsonObject;
    const decoded = client.counting.decodeRequest(body, headOf('/v1/messages/count_tokens'));
    expect(decoded).toMatchObject({ ok: true });
    if (!decoded.ok) return;
    const { max_tokens: _limit, ...encoded } = provider.encodeRequest(
      decoded.value,
      decoded.value.model,
      {},
    ).body;
    expect(differences(normalise(body), normalise(encoded))).toEqual([]);
    const answer = recording.response.body as JsonObject;
    const tokens = answer['input_tokens'];
    if (recording.response.status === 200)
      expect(client.counting.encodeCount(Number(tokens))).toEqual(answer as never);
  });
});

/** Recordings of an SDK leave the version to it. */
function withoutVersion(body: Json, sent: JsonObject): Json {
  if (!isObject(body) || sent['anthropic_version'] !== undefined) return body;
  const { anthropic_version: _, ...rest } = body;
  return rest;
}

describe.skipIf(recordings.length === 0)(
  'recorded agents against any model (skipped without ../shared/fixtures)',
  () => {
    const agents = withRequest.filter(({ features }) => features.includes('claude_code'));

    test('there are six', () => expect(agents.length).toBe(6));

    test.each(agents.map(row))('%s to Chat Completions and back', (_, recording) => {
      const body = recording.request?.body as JsonObject;
      const decoded = client.decodeRequest(body, headOf('/v1/messages', recording.request?.headers));
      if (!decoded.ok) throw new Error(decoded.error.message);
      const chat = openaiChat.provider.encodeRequest(decoded.value, 'm', {
        maxTokensField: 'max_completion_tokens',
        reasoningRequest: 'reasoning_effort',
        cacheMarks: 'dropped',
      });
      const written = JSON.stringify(chat.body);
      expect(written).not.toContain('billing-header');
      expect(written).not.toContain('cache_control');
      expect(written).not.toContain('"signature"');
      const read = openaiChat.client.decodeRequest(chat.body);
      if (!read.ok) throw new Error(read.error.message);
      const again = provider.encodeRequest({ ...read.value, stream: true }, 'claude-sonnet-4-6', {}).body;
      expect(again['tools'] ?? []).toEqual((body['tools'] as never) ?? []);
      expect(callsIn(again)).toEqual(callsIn(body));
      expect(again['max_tokens']).toEqual(body['max_tokens'] as never);
      expect(textsIn(again)).toEqual(textsIn(body));
    });
  },
);

function blocksOf(body: JsonObject): readonly JsonObject[] {
  const messages = (body['messages'] ?? []) as readonly JsonObject[];
  return messages.flatMap(({ content }) =>
    typeof content === 'string' ? [{ type: 'text', text: content }] : (content as readonly JsonObject[]),
  );
}

function callsIn(body: JsonObject): unknown {
  return blocksOf(body).flatMap((block) =>
    block['type'] === 'tool_use'
      ? [[block['id'], block['name'], block['input']]]
      : block['type'] === 'tool_result'
        ? [[block['tool_use_id']]]
        : [],
  );
}

function textsIn(body: JsonObject): string {
  return blocksOf(body)
    .map(({ type, text }) => (type === 'text' && typeof text === 'string' ? text : ''))
    .join('');
}
