// Each language of embeddings: what a provider is asked, what of it gets lost, and what its answers mean.

import { describe, expect, test } from 'bun:test';

import type { Json, JsonObject } from '#base/json.ts';
import type { EmbeddingPurpose, EmbeddingRequest, EmbeddingResponse } from '#canonical/operation.ts';
import { cohereEmbeddings } from '#dialects/cohere-embeddings/index.ts';
import type { ProviderDialect } from '#dialects/dialect.ts';
import { geminiEmbeddings } from '#dialects/gemini-embeddings/index.ts';
import { ollamaEmbeddings } from '#dialects/ollama-embeddings/index.ts';
import { openaiEmbeddings } from '#dialects/openai-embeddings/index.ts';
import { voyageEmbeddings } from '#dialects/voyage-embeddings/index.ts';

type Speaker = ProviderDialect<EmbeddingRequest, EmbeddingResponse>;

const SPEAKERS: Readonly<Record<string, Speaker>> = {
  openai: openaiEmbeddings.provider,
  cohere: cohereEmbeddings.provider,
  gemini: geminiEmbeddings.provider,
  ollama: ollamaEmbeddings.provider,
  voyage: voyageEmbeddings.provider,
};
const speakers = Object.entries(SPEAKERS);
const speaker = (name: string): Speaker => {
  const found = SPEAKERS[name];
  if (found === undefined) throw new Error(name);
  return found;
};

const ALL: EmbeddingRequest = {
  model: 'ours',
  stream: false,
  inputs: ['a', 'b'],
  dimensions: 3,
  format: 'base64',
  purpose: 'query',
  user: 'u',
};

describe('what a provider is asked', () => {
  test.each<[name: string, path: string, body: Json, losses: readonly string[]]>([
    [
      'openai',
      '/embeddings',
      { model: 'm', input: ['a', 'b'], dimensions: 3, encoding_format: 'base64', user: 'u' },
      ['purpose'],
    ],
    [
      'cohere',
      '/embed',
      {
        model: 'm',
        input_type: 'search_query',
        texts: ['a', 'b'],
        embedding_types: ['float'],
        output_dimension: 3,
      },
      ['user'],
    ],
    [
      'gemini',
      '/models/m:batchEmbedContents',
      {
        requests: ['a', 'b'].map((text) => ({
          model: 'models/m',
          content: { parts: [{ text }] },
          taskType: 'RETRIEVAL_QUERY',
          outputDimensionality: 3,
        })),
      },
      ['user'],
    ],
    ['ollama', '/api/embed', { model: 'm', input: ['a', 'b'], dimensions: 3 }, ['purpose', 'user']],
    [
      'voyage',
      '/embeddings',
      { model: 'm', input: ['a', 'b'], input_type: 'query', output_dimension: 3, encoding_format: 'base64' },
      ['user'],
    ],
  ])('%s, with all that can be wished for', (name, path, body, losses) => {
    const encoded = speaker(name).encodeRequest(ALL, 'm', {});
    expect(encoded.body).toEqual(body);
    expect(encoded.losses.map(({ path: lost }) => lost)).toEqual([...losses]);
    expect(speaker(name).path('m', false, {})).toBe(path);
  });

  test.each<[name: string, body: Json]>([
    ['openai', { model: 'm', input: 'a' }],
    ['cohere', { model: 'm', input_type: 'search_document', texts: ['a'], embedding_types: ['float'] }],
    ['gemini', { requests: [{ model: 'models/m', content: { parts: [{ text: 'a' }] } }] }],
    ['ollama', { model: 'm', input: ['a'] }],
    ['voyage', { model: 'm', input: ['a'] }],
  ])('%s, with nothing but a text', (name, body) => {
    const encoded = speaker(name).encodeRequest({ model: 'ours', stream: false, inputs: ['a'] }, 'm', {});
    expect(encoded).toEqual({ body, losses: [] });
  });

  const PURPOSES: readonly EmbeddingPurpose[] = [
    'query',
    'document',
    'classification',
    'clustering',
    'similarity',
    'question-answering',
    'fact-verification',
    'code-query',
  ];
  test.each(PURPOSES)('what the vectors are for: %s is said or declared lost', (purpose) => {
    const request = { model: 'ours', stream: false, inputs: ['a'], purpose };
    for (const [name, one] of speakers) {
      const { body, losses } = one.encodeRequest(request, 'm', {});
      const said = /input_type|taskType/.test(JSON.stringify(body));
      const lost = losses.some(({ path }) => path === 'purpose');
      expect({ name, purpose, told: said !== lost }).toEqual({ name, purpose, told: true });
    }
  });
});

const VECTORS: EmbeddingResponse['vectors'] = [
  { form: 'numbers', values: [0.5, 1] },
  { form: 'numbers', values: [0, -1] },
];
const LISTS = VECTORS.map((vector) => (vector.form === 'numbers' ? vector.values : []));

describe('what an answer means', () => {
  test.each<[name: string, body: Json, more: Partial<EmbeddingResponse>]>([
    [
      'openai',
      {
        object: 'list',
        data: LISTS.map((embedding, index) => ({ object: 'embedding', index, embedding })),
        model: 'm-1',
        usage: { prompt_tokens: 4, total_tokens: 4 },
      },
      { model: 'm-1' },
    ],
    [
      'openai',
      {
        data: [
          { index: 1, embedding: LISTS[1] ?? [] },
          { index: 0, embedding: LISTS[0] ?? [] },
        ],
        usage: { total_tokens: 4 },
      },
      {},
    ],
    [
      'openai',
      { id: 'e', data: LISTS.map((embedding) => ({ embedding })), usage: { prompt_tokens: 4 } },
      { id: 'e' },
    ],
    [
      'cohere',
      { id: 'e', embeddings: { float: LISTS }, meta: { billed_units: { input_tokens: 3, image_tokens: 1 } } },
      { id: 'e' },
    ],
    [
      'gemini',
      { embeddings: LISTS.map((values) => ({ values })), usageMetadata: { promptTokenCount: 4 } },
      {},
    ],
    ['ollama', { model: 'm-1', embeddings: LISTS, prompt_eval_count: 4 }, { model: 'm-1' }],
    [
      'voyage',
      {
        object: 'list',
        data: LISTS.map((embedding) => ({ embedding })),
        model: 'm-1',
        usage: { total_tokens: 4 },
      },
      { model: 'm-1' },
    ],
  ])('%s: %j', (name, body, more) => {
    const decoded = speaker(name).decodeResponse(body, {});
    expect(decoded).toMatchObject({
      ok: true,
      value: { vectors: VECTORS, usage: { inputTotal: 4, outputTotal: 0 }, losses: [], ...more },
    });
  });

  test.each(speakers)('%s: usage that nobody told, or that counts nothing, is unknown', (_name, one) => {
    for (const usage of [undefined, null, {}, { prompt_tokens: 'a' }, { prompt_tokens: -1 }]) {
      const shape = {
        data: [{ embedding: [1] }],
        embeddings: { float: [[1]] },
        ...(usage === undefined ? {} : { usage, meta: usage, usageMetadata: usage }),
      };
      const embeddings = one.id.startsWith('gemini') ? [{ values: [1] }] : [[1]];
      const body = one.id.startsWith('cohere') ? shape : { ...shape, embeddings };
      const decoded = one.decodeResponse(body, {});
      expect(decoded.ok && decoded.value.usage).toBe(undefined as never);
    }
  });

  test.each(speakers)('%s: what holds no vectors is no answer', (_name, one) => {
    const broken: readonly Json[] = [
      null,
      [],
      'text',
      {},
      { data: null },
      { data: [null] },
      { data: [{ index: 0 }] },
      { data: [{ embedding: ['a'] }] },
      { embeddings: null },
      { embeddings: [null] },
      { embeddings: [{ values: 'a', x: 1 }, null] },
      { embeddings: { float: [[1], null] } },
      { embeddings: { float: 'x' } },
      { embedding: null },
    ];
    for (const body of broken) {
      expect(one.decodeResponse(body, {})).toMatchObject({ ok: false, error: { code: 'upstream_protocol' } });
    }
  });

  test.each(speakers)('%s: a failure is read by its status and its words', (_name, one) => {
    const header = (): undefined => undefined;
    const read = (status: number, body: JsonObject) =>
      one.decodeFailure(status, header, JSON.stringify(body), 0).code;
    expect(read(401, { message: 'no' })).toBe('upstream_auth');
    expect(read(429, { error: { message: 'slow down' } })).toBe('upstream_rate_limited');
    expect(read(400, { message: 'texts must not be empty' })).toBe('upstream_rejected');
    expect(read(500, {})).toBe('upstream_error');
  });

  test.each(speakers)('%s: a stream is none, and ends once', (_name, one) => {
    const decoder = one.openDecoder({});
    const events = [...decoder.push({ data: '{}' }), ...decoder.push({ data: 'x' }), ...decoder.finish()];
    expect(events).toMatchObject([{ kind: 'failure', failure: { code: 'upstream_protocol' } }]);
  });
});

describe('what a client is shown', () => {
  const client = openaiEmbeddings.client;
  const shown = (response: Partial<EmbeddingResponse>, request: Partial<EmbeddingRequest>): JsonObject =>
    client.encodeResponse(
      { id: '', model: 'm', vectors: VECTORS, losses: [], ...response },
      { request: { ...ALL, ...request }, generationId: 'gen', nowSec: 0 },
    );

  test('numbers or base64, as it asked, and what came where it did not say', () => {
    const base64 = 'AAAAPwAAgD8=';
    const embeddings = (
      format: EmbeddingRequest['format'] | 'none',
      response: Partial<EmbeddingResponse> = {},
    ) => {
      const { format: _, ...unsaid } = ALL;
      const request = format === 'none' ? unsaid : { ...ALL, ...(format === undefined ? {} : { format }) };
      const body = client.encodeResponse(
        { id: '', model: 'm', vectors: VECTORS, losses: [], ...response },
        { request, generationId: 'gen', nowSec: 0 },
      );
      return (body['data'] as JsonObject[]).map(({ embedding }) => embedding);
    };
    const bytes = { vectors: [{ form: 'base64', text: base64 } as const] };
    expect(embeddings('float')).toEqual([
      [0.5, 1],
      [0, -1],
    ]);
    expect(embeddings('base64')[0]).toBe(base64);
    expect(embeddings('none')).toEqual([
      [0.5, 1],
      [0, -1],
    ]);
    expect(embeddings('float', bytes)).toEqual([[0.5, 1]]);
    expect(embeddings('none', bytes)).toEqual([base64]);
    expect(embeddings('float', { vectors: [{ form: 'base64', text: 'AAA=' }] })).toEqual(['AAA=']);
  });

  test('usage in its words, and its own where it comes from there', () => {
    expect(shown({ usage: { inputTotal: 4, outputTotal: 0 } }, {})['usage']).toEqual({
      prompt_tokens: 4,
      total_tokens: 4,
    });
    const fields = { prompt_tokens: 4, total_tokens: 4, cost: 0.1 };
    const usage = { inputTotal: 4, outputTotal: 0, raw: { dialect: 'openai-embeddings', fields } };
    expect(shown({ usage }, {})['usage']).toEqual(fields);
  });
});
