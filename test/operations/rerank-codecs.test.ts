// Each language of reranking: what a provider is asked, what its answers mean, and what a client is shown of them.

import { describe, expect, test } from 'bun:test';

import type { Json, JsonObject } from '#base/json.ts';
import type { RerankRequest, RerankResponse } from '#canonical/operation.ts';
import { cohereRerank } from '#dialects/cohere-rerank/index.ts';
import type { ProviderDialect } from '#dialects/dialect.ts';
import { teiRerank } from '#dialects/tei-rerank/index.ts';
import { voyageRerank } from '#dialects/voyage-rerank/index.ts';

type Speaker = ProviderDialect<RerankRequest, RerankResponse>;

const SPEAKERS: Readonly<Record<string, Speaker>> = {
  cohere: cohereRerank.provider,
  voyage: voyageRerank.provider,
  tei: teiRerank.provider,
};
const speakers = Object.entries(SPEAKERS);
const speaker = (name: string): Speaker => {
  const found = SPEAKERS[name];
  if (found === undefined) throw new Error(name);
  return found;
};

function decoded(body: Json): RerankRequest {
  const request = cohereRerank.client.decodeRequest(body);
  if (!request.ok) throw new Error(request.error.message);
  return request.value;
}

describe('what a client asks for', () => {
  test.each<[what: string, body: JsonObject, expected: object]>([
    ['texts', { documents: ['a', ''] }, { documents: [{ text: 'a' }, { text: '' }] }],
    [
      'objects with a text',
      { documents: [{ text: 'a', id: 1 }] },
      { documents: [{ text: 'a', value: { id: 1 } }] },
    ],
    ['objects without', { documents: [{ title: 'a' }] }, { documents: [{ text: '{"title":"a"}' }] }],
    ['how many', { documents: ['a'], top_n: 2 }, { top: 2 }],
    ['their texts', { documents: ['a'], return_documents: true }, { returnDocuments: true }],
    ['wishes to the router', { documents: ['a'], models: ['b'] }, { routing: { models: ['b'] } }],
    ['more', { documents: ['a'], max_tokens_per_doc: 9 }, { extras: { fields: { max_tokens_per_doc: 9 } } }],
  ])('%s', (_what, body, expected) => {
    expect(decoded({ model: 'm', query: 'q', ...body })).toMatchObject({
      model: 'm',
      query: 'q',
      ...expected,
    });
  });

  test.each<[what: string, body: Json, field: string]>([
    ['no object', null, ''],
    ['no model', { query: 'q', documents: ['a'] }, 'model'],
    ['no question', { model: 'm', documents: ['a'] }, 'query'],
    ['no documents', { model: 'm', query: 'q' }, 'documents'],
    ['a document that is a number', { model: 'm', query: 'q', documents: [1] }, 'documents'],
    ['a document that is nothing', { model: 'm', query: 'q', documents: [null] }, 'documents'],
    [
      'a wish that cannot be read',
      { model: 'm', query: 'q', documents: ['a'], provider: { zdr: 'x' } },
      'provider.zdr',
    ],
  ])('refused: %s', (_what, body, field) => {
    const request = cohereRerank.client.decodeRequest(body);
    expect(request).toMatchObject({ ok: false, error: { code: 'invalid_request', field } });
  });
});

describe('what a provider is asked', () => {
  const asked = {
    model: 'ours',
    query: 'q',
    documents: ['a', { text: 'b', id: 1 }],
    top_n: 1,
    return_documents: true,
  };

  test.each<[name: string, body: Json]>([
    ['cohere', { ...asked, model: 'm' }],
    ['voyage', { model: 'm', query: 'q', documents: ['a', 'b'], top_k: 1 }],
    ['tei', { query: 'q', texts: ['a', 'b'] }],
  ])('%s', (name, body) => {
    expect(speaker(name).encodeRequest(decoded(asked), 'm', {})).toEqual({ body, losses: [] });
    expect(speaker(name).path('m', false, {})).toBe('/rerank');
  });

  test('cohere, in the client’s own words', () => {
    const text = '{"query":"q","model":"ours","documents":["a"],"max_tokens_per_doc":1e3,"provider":{}}';
    const relayed = cohereRerank.relay.relayRequest(text, JSON.parse(text) as JsonObject, 'm');
    expect(relayed).toBe('{"query":"q","model":"m","documents":["a"],"max_tokens_per_doc":1e3}');
  });
});

describe('what an answer means', () => {
  const results = [
    { index: 1, score: 0.9 },
    { index: 0, score: 0.1 },
  ];

  test.each<[name: string, body: Json, usage: object | undefined]>([
    [
      'cohere',
      {
        id: 'r',
        results: [
          { index: 1, relevance_score: 0.9 },
          { index: 0, relevance_score: 0.1 },
        ],
        meta: { billed_units: { search_units: 2 } },
      },
      { requests: 2, inputTotal: 0 },
    ],
    [
      'cohere',
      {
        model: 'jina',
        usage: { total_tokens: 7 },
        results: [
          { index: 0, relevance_score: 0.1 },
          { index: 1, relevance_score: 0.9 },
        ],
      },
      { inputTotal: 7 },
    ],
    [
      'voyage',
      {
        data: [
          { index: 1, relevance_score: 0.9 },
          { index: 0, relevance_score: 0.1 },
        ],
        usage: { total_tokens: 7 },
      },
      { inputTotal: 7 },
    ],
    [
      'tei',
      [
        { index: 0, score: 0.1 },
        { index: 1, score: 0.9 },
      ],
      undefined,
    ],
  ])('%s', (name, body, usage) => {
    const answer = speaker(name).decodeResponse(body, {});
    expect(answer).toMatchObject({ ok: true, value: { results, ...(usage === undefined ? {} : { usage }) } });
    if (usage === undefined) expect(answer.ok && answer.value.usage).toBe(undefined as never);
  });

  test.each(speakers)('%s: what is no ranking is no answer', (_name, one) => {
    const entries: readonly Json[] = [
      null,
      1,
      {},
      { index: 0 },
      { index: -1, relevance_score: 1, score: 1 },
      { index: 0.5, relevance_score: 1, score: 1 },
      { index: 0, relevance_score: 'a', score: 'a' },
      { index: 0, relevance_score: Number.NaN, score: Number.NaN },
      { index: 1e300, relevance_score: 1, score: 1 },
    ];
    const whole: readonly Json[] = [null, 'a', {}, { results: {} }, { data: null }];
    const listed = entries.map((entry) =>
      one.id === 'tei-rerank' ? [entry] : { results: [entry], data: [entry] },
    );
    for (const body of [...whole, ...listed]) {
      expect(one.decodeResponse(body, {})).toMatchObject({ ok: false, error: { code: 'upstream_protocol' } });
    }
  });
});

describe('what a client is shown', () => {
  const results = [
    { index: 2, score: 0.9 },
    { index: 9, score: 0.5 },
    { index: 0, score: 0.1 },
  ];
  const shown = (more: JsonObject): JsonObject => {
    const request = decoded({ model: 'm', query: 'q', documents: ['a', 'b', { text: 'c', id: 1 }], ...more });
    return cohereRerank.client.encodeResponse(
      { id: 'r', model: 'm', results, losses: [] },
      { request, generationId: 'gen', nowSec: 0 },
    );
  };

  test('the best, as many as it asked for', () => {
    expect(shown({ top_n: 1 })['results']).toEqual([{ index: 2, relevance_score: 0.9 }]);
    expect(shown({ top_n: 0 })['results']).toEqual([]);
    expect((shown({})['results'] as Json[]).length).toBe(3);
  });

  test('its own documents, where it asked for them; one that it did not send has none', () => {
    expect(shown({ return_documents: true })['results']).toEqual([
      { index: 2, relevance_score: 0.9, document: { text: 'c', id: 1 } },
      { index: 9, relevance_score: 0.5 },
      { index: 0, relevance_score: 0.1, document: { text: 'a' } },
    ]);
  });

  test('a failure as both kinds of clients read it', () => {
    const { decodeFailure } = cohereRerank.provider;
    const failed = decodeFailure(429, () => undefined, '{"message":"slow down"}', 0);
    const { status, body } = cohereRerank.client.encodeFailure(failed);
    expect(status).toBe(429);
    expect(body).toMatchObject({ message: 'slow down', error: { message: 'slow down' } });
  });
});
