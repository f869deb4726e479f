// The official client for reranking, unmodified, over a real port: both versions of its API, to each language that serves it.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { CohereClient, CohereClientV2, CohereError } from 'cohere-ai';

import { startTestGateway, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

const QUERY = 'Where is the thread?';
const DOCUMENTS = ['A door.', 'Here is the thread, where it was.', 'The thread.'];
const BEST_FIRST = [1, 2, 0];
/** Characters of the question and of the documents, at four to a token, in nano-dollars at a dollar for a million. */
const TOKENS = Math.ceil((QUERY + DOCUMENTS.join('')).length / 4);

describe.each([true, false])('cohere-ai, passthrough %p', (passthrough) => {
  let gateway: TestGateway;
  let client: CohereClientV2;
  let older: CohereClient;

  beforeAll(async () => {
    gateway = await startTestGateway({
      passthrough,
      priced: ['rank'],
      providers: (url) =>
        `  searches: { dialect: cohere-rerank, url: "${url}", auth: none, models: { rank: { traits: [rerank], price: { input: 0, request: 0.002 } } } }`,
      models:
        '  best: { targets: [ sim-voyage-rerank/rank+fault-status-503 ], fallback: [ sim-tei-rerank/rank ] }',
    });
    const options = { environment: gateway.url.replace('/v1', ''), token: 'none', maxRetries: 0 };
    client = new CohereClientV2(options);
    older = new CohereClient(options);
  });
  afterAll(async () => {
    await untilIdle(gateway);
    expect(gateway.alarms).toEqual([]);
    await gateway.stop();
  });
  const last = () => gateway.generations.at(-1);

  describe.each(['sim', 'sim-cohere-rerank', 'sim-voyage-rerank', 'sim-tei-rerank'])('%s', (provider) => {
    test('best first', async () => {
      const asked = { model: `${provider}/rank`, query: QUERY, documents: DOCUMENTS };
      const { results, id, meta } = await client.rerank(asked);
      expect(results.map(({ index }) => index)).toEqual(BEST_FIRST);
      expect(results[0]?.relevanceScore).toBeGreaterThan(results[2]?.relevanceScore ?? 1);
      expect(id).not.toBe('');
      // One of them tells no usage.
      expect(meta?.billedUnits === undefined).toBe(provider === 'sim-tei-rerank');
      expect(last()).toMatchObject({
        dialect: 'cohere-rerank',
        path: '/v2/rerank',
        target: `${provider}/rank`,
        passthrough: passthrough && /sim$|cohere/.test(provider),
        losses: [],
      });
    });

    test('as many as were asked for', async () => {
      const asked = { model: `${provider}/rank`, query: QUERY, documents: DOCUMENTS, topN: 2 };
      const { results } = await client.rerank(asked);
      expect(results.map(({ index }) => index)).toEqual([1, 2]);
    });

    test('with their documents, by the first version', async () => {
      const documents = DOCUMENTS.map((text) => ({ text }));
      const asked = { model: `${provider}/rank`, query: QUERY, documents, returnDocuments: true };
      const { results } = await older.rerank(asked);
      expect(results.map(({ document }) => document?.text)).toEqual(BEST_FIRST.map((at) => DOCUMENTS[at]));
      expect(last()?.path).toBe('/v1/rerank');
    });
  });

  test('a search is billed as such, for each hundred documents', async () => {
    const documents = Array.from({ length: 250 }, (_, index) => `document ${index}`);
    const { meta } = await client.rerank({ model: 'searches/rank', query: QUERY, documents });
    expect(meta?.billedUnits?.searchUnits).toBe(3);
    expect(last()).toMatchObject({ usage: { requests: 3 }, cost: 6_000_000 });
  });

  test('tokens are billed as tokens, and estimated where nobody counts them', async () => {
    await client.rerank({ model: 'sim-voyage-rerank/rank', query: QUERY, documents: DOCUMENTS });
    expect(last()).toMatchObject({ usage: { inputTotal: TOKENS, outputTotal: 0 }, cost: TOKENS * 1_000 });
    await client.rerank({ model: 'sim-tei-rerank/rank', query: QUERY, documents: DOCUMENTS });
    expect(last()?.usage).toMatchObject({ estimated: true });
  });

  test('a fallback to another language', async () => {
    const { results } = await client.rerank({ model: 'best', query: QUERY, documents: DOCUMENTS });
    expect(results.map(({ index }) => index)).toEqual(BEST_FIRST);
    expect(last()).toMatchObject({ target: 'sim-tei-rerank/rank', losses: [] });
    expect(last()?.attempts.map(({ failure }) => failure)).toEqual([
      'upstream_overloaded',
      'upstream_overloaded',
      undefined,
    ]);
  });

  test.each<[what: string, more: { model?: string; documents?: string[] }, statusCode: number, said: string]>(
    [
      ['a model that does not exist', { model: 'nothing' }, 404, 'No model'],
      ['no documents', { model: 'sim/rank', documents: [] }, 400, 'documents'],
      ['a broken provider', { model: 'sim/fault-status-500' }, 502, 'imulated'],
      ['a target that does not rerank', { model: 'sim-gemini/hello' }, 400, 'serves such requests'],
    ],
  )('%s is the client’s usual error', async (_what, more, statusCode, said) => {
    const usual = { model: 'sim/rank', query: QUERY, documents: DOCUMENTS };
    const asked = client.rerank({ ...usual, ...more });
    const error = await asked.then(
      () => undefined,
      (problem: unknown) => problem,
    );
    expect(error).toBeInstanceOf(CohereError);
    expect(error).toMatchObject({ statusCode });
    expect((error as CohereError).body).toMatchObject({ message: expect.stringContaining(said) });
  });
});
