// Every recorded embedding of real providers: answers read, requests written as they were recorded.

import { afterAll, describe, expect, test } from 'bun:test';

import { asArray, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { EmbeddingPurpose, EmbeddingRequest, EmbeddingResponse } from '#canonical/operation.ts';
import { cohereEmbeddings } from '#dialects/cohere-embeddings/index.ts';
import type { ProviderDialect } from '#dialects/dialect.ts';
import { geminiEmbeddings } from '#dialects/gemini-embeddings/index.ts';
import { ollamaEmbeddings } from '#dialects/ollama-embeddings/index.ts';
import { openaiEmbeddings } from '#dialects/openai-embeddings/index.ts';
import { voyageEmbeddings } from '#dialects/voyage-embeddings/index.ts';
import { differences, readRecordings } from './fixtures.ts';
import type { Recording } from './fixtures.ts';

type Speaker = ProviderDialect<EmbeddingRequest, EmbeddingResponse>;

const SPEAKERS: Readonly<Record<string, Speaker>> = {
  'openai.embeddings': openaiEmbeddings.provider,
  'mistral.embeddings': openaiEmbeddings.provider,
  'cohere.v2.embed': cohereEmbeddings.provider,
  'gemini.embedContent': geminiEmbeddings.provider,
  'ollama.embed': ollamaEmbeddings.provider,
  'voyage.embeddings': voyageEmbeddings.provider,
};

const recordings = readRecordings(Object.keys(SPEAKERS));
const used = new Map<string, number>();

function note(normalisation: string): void {
  used.set(normalisation, (used.get(normalisation) ?? 0) + 1);
}

function speakerOf({ api }: Recording): Speaker {
  const speaker = SPEAKERS[api];
  if (speaker === undefined) throw new Error(api);
  return speaker;
}

describe.skipIf(recordings.length === 0)('recorded embeddings (skipped without ../shared/fixtures)', () => {
  test('there are enough', () => {
    expect(recordings.length).toBeGreaterThan(50);
  });

  test.each(recordings.filter(({ response }) => response.status === 200).map((one) => [one.name, one]))(
    '%s: answer',
    (_name, recording) => {
      const body = recording.response.body ?? null;
      const decoded = speakerOf(recording).decodeResponse(body, {});
      if (!decoded.ok) throw new Error(decoded.error.message);
      expect(decoded.value.vectors.length).toBe(vectorsIn(body));
      expect(decoded.value.usage?.inputTotal).toBe(tokensIn(body) as number);
      if (recording.api !== 'openai.embeddings' && recording.api !== 'mistral.embeddings') return;
      const format = decoded.value.vectors[0]?.form === 'base64' ? 'base64' : 'float';
      const request = { model: 'm', stream: false, inputs: [], format } as const;
      const context = { request, generationId: 'gen', nowSec: 0 };
      const again = openaiEmbeddings.client.encodeResponse(decoded.value, context);
      expect(differences(normalAnswer(body), normalAnswer(again))).toEqual([]);
    },
  );

  test.each(recordings.filter(({ response }) => response.status !== 200).map((one) => [one.name, one]))(
    '%s: failure',
    (_name, recording) => {
      const { status, headers, body } = recording.response;
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const found = speakerOf(recording).decodeFailure(status, (name) => headers[name], text, 0);
      expect(found.upstreamStatus).toBe(status);
      expect(['upstream_auth', 'upstream_model_not_found', 'upstream_rejected']).toContain(found.code);
    },
  );

  const asked = recordings.filter(({ request }) => request !== null && isObject(request.body));
  test.each(asked.map((one) => [one.name, one]))('%s: request', (_name, recording) => {
    const body = asObject(recording.request?.body);
    const request = body === undefined ? undefined : canonical(recording, body);
    if (request === undefined || body === undefined) return;
    const written = speakerOf(recording).encodeRequest(request, request.model, {});
    const ours = asObject(written.body) ?? {};
    expect(differences(normalRequest(recording, body), normalRequest(recording, ours))).toEqual([]);
  });

  afterAll(() => {
    for (const [name, count] of [...used].sort(([a], [b]) => (a < b ? -1 : 1)))
      console.log(`normalised: ${name} (${count})`);
  });
});

function vectorsIn(body: Json): number {
  const object = asObject(body) ?? {};
  const lists = asArray(object['data']) ?? asArray(object['embeddings']);
  return (lists ?? asArray(asObject(object['embeddings'])?.['float']))?.length ?? 1;
}

function tokensIn(body: Json): Json | undefined {
  const object = asObject(body);
  const usage = asObject(object?.['usage']);
  return (
    usage?.['prompt_tokens'] ??
    usage?.['total_tokens'] ??
    asObject(object?.['usageMetadata'])?.['promptTokenCount'] ??
    asObject(asObject(object?.['meta'])?.['billed_units'])?.['input_tokens'] ??
    object?.['prompt_eval_count']
  );
}

/** Providers leave out what says nothing: the kind of an entry, its place, the model. */
function normalAnswer(body: Json): Json {
  const { data, object, model, ...rest } = asObject(body) ?? {};
  const entries = (asArray(data) ?? []).map((entry) => asObject(entry)?.['embedding'] ?? null);
  return { ...rest, entries, kind: object ?? 'list', model: model ?? null };
}

function normalRequest({ api }: Recording, body: JsonObject): JsonObject {
  const draft: JsonDraft = {};
  for (const [field, value] of Object.entries(body)) {
    if (value === null) note('a field that is null is left out');
    else draft[field] = value;
  }
  if (api.startsWith('openai') || api.startsWith('mistral')) {
    const input = asArray(draft['input']);
    if (input?.length === 1 && typeof input[0] !== 'number') {
      note('one input is sent without its list');
      draft['input'] = input[0];
    }
  }
  if (api.startsWith('cohere') && draft['embedding_types'] === undefined) {
    note('the form of the vectors is always asked for');
    draft['embedding_types'] = ['float'];
  }
  const requests = asArray(draft['requests']);
  if (requests !== undefined) draft['requests'] = requests.map(withoutRole);
  for (const [field, usual] of [
    ['truncate', 'NONE'],
    ['truncate', 'END'],
    ['truncation', false],
    ['truncation', true],
  ]) {
    if (draft[field as string] !== usual) continue;
    note('truncation is left to the provider, which refuses or cuts as it does by itself');
    delete draft[field as string];
  }
  return draft;
}

/** What an OpenAI client would have to ask for to cause the recorded request; undefined where none can. */
function canonical(recording: Recording, body: JsonObject): EmbeddingRequest | undefined {
  const { api } = recording;
  if (api === 'openai.embeddings' || api === 'mistral.embeddings') {
    const decoded = openaiEmbeddings.client.decodeRequest(body);
    if (!decoded.ok) throw new Error(decoded.error.message);
    return decoded.value;
  }
  const base = { model: asString(body['model']) ?? '', stream: false };
  const inputs = asArray(body['texts'] ?? body['input']) as readonly string[] | undefined;
  if (api === 'gemini.embedContent') return canonicalBatch(body);
  if (inputs === undefined) return undefined;
  const format = body['encoding_format'] === 'base64' ? ({ format: 'base64' } as const) : {};
  const purpose = PURPOSES[asString(body['input_type']) ?? ''];
  return { ...base, inputs, ...format, ...(purpose === undefined ? {} : { purpose }) };
}

function withoutRole(request: Json): Json {
  const content = asObject(asObject(request)?.['content']);
  if (content?.['role'] !== 'user') return request;
  note('the role of a content is left out');
  return { ...asObject(request), content: { parts: content['parts'] } };
}

/** A batch of single texts, each with the same wishes. */
function canonicalBatch(body: JsonObject): EmbeddingRequest | undefined {
  const requests = (asArray(body['requests']) ?? []).map((request) => asObject(request) ?? {});
  const texts = requests.map(({ content }) => {
    const parts = asArray(asObject(content)?.['parts']) ?? [];
    return parts.length === 1 ? asString(asObject(parts[0])?.['text']) : undefined;
  });
  const [first] = requests;
  if (first === undefined || texts.includes(undefined) || first['title'] !== undefined) return undefined;
  const model = (asString(first['model']) ?? '').replace('models/', '');
  const dimensions = first['outputDimensionality'];
  return {
    model,
    stream: false,
    inputs: texts as readonly string[],
    ...(typeof dimensions === 'number' ? { dimensions } : {}),
    ...(first['taskType'] === 'RETRIEVAL_QUERY' ? { purpose: 'query' as const } : {}),
    ...(first['taskType'] === 'RETRIEVAL_DOCUMENT' ? { purpose: 'document' as const } : {}),
  };
}

const PURPOSES: Readonly<Record<string, EmbeddingPurpose>> = {
  search_query: 'query',
  search_document: 'document',
  query: 'query',
  document: 'document',
};
