// Prompt caches through a whole gateway: a conversation stays where its cache is as long as that is cheaper, and what the cache
// saved, or would have saved elsewhere, is in the record.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Generation } from '#accounting/generation.ts';
import type { ExplanationView } from '#gateway/show-generation.ts';
import { startTestGateway } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

/** A prompt of some 8,000 tokens, of which the simulator reports so many as cached. */
const CACHED = 5_000;
const LONG = 'The thread leads on through the labyrinth. '.repeat(800);

/** Dollars for a million tokens: cold, the second is cheaper; warm, the first. */
const PROVIDERS = `  warm: { dialect: openai-chat, url: "$URL", auth: none, models: { cached-${CACHED}: { price: { input: 3, output: 6, cacheRead: 0.3 } } } }
  cold: { dialect: openai-chat, url: "$URL", auth: none, models: { hello: { price: { input: 2, output: 6 } } } }`;
const MODELS = `
  cheap: { targets: [ warm/cached-${CACHED}, cold/hello ], strategy: price }
  first: { targets: [ warm/cached-${CACHED}, cold/hello ] }
  away: { targets: [ cold/hello, warm/cached-${CACHED} ] }`;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ models: MODELS, providers: PROVIDERS });
});
afterAll(() => gateway.stop());

async function ask(model: string, start: string): Promise<Generation> {
  const messages = [
    { role: 'system', content: `${start} ${LONG}` },
    { role: 'user', content: 'Where to?' },
  ];
  const response = await fetch(`${gateway.url}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model, max_tokens: 50, messages }),
  });
  expect(response.status, await response.text()).toBe(200);
  const generation = gateway.generations.at(-1);
  if (generation === undefined) throw new Error('no record');
  return generation;
}

async function explained({ id }: Generation): Promise<ExplanationView> {
  const response = await fetch(`${gateway.url}/generation/explanation?id=${id}`);
  return ((await response.json()) as { data: ExplanationView }).data;
}

/** Nano-dollars: 2.7 dollars less for a million tokens. */
const SAVED = CACHED * 2_700;

describe('a conversation', () => {
  test('goes where it is cheaper, and stays where its cache is as long as that is cheaper', async () => {
    expect((await ask('cheap', 'One.')).target).toBe('cold/hello');
    expect((await ask('first', 'One.')).target).toBe(`warm/cached-${CACHED}`);
    const generation = await ask('cheap', 'One.');
    expect(generation.target).toBe(`warm/cached-${CACHED}`);
    const { choices } = await explained(generation);
    const [warm, cold] = choices[0]?.candidates ?? [];
    expect(warm?.inputs?.warm_tokens).toBeGreaterThan(CACHED);
    expect(warm?.expected?.cache_saving_usd).toBeGreaterThan(0);
    expect(warm?.expected?.cost_usd).toBeLessThan(cold?.expected?.cost_usd ?? 0);
    expect(cold?.expected?.cache_saving_usd).toBeNull();
    // Another conversation knows nothing of it.
    expect((await ask('cheap', 'Two.')).target).toBe('cold/hello');
  });
});

describe('the record', () => {
  test('has what the cache saved', async () => {
    const generation = await ask('first', 'Three.');
    expect(generation.cacheSaved).toBe(SAVED as NonNullable<Generation['cacheSaved']>);
    const response = await fetch(`${gateway.url}/generation?id=${generation.id}`);
    expect(await response.json()).toMatchObject({ data: { cache_discount: SAVED / 1e9 } });
    expect((await explained(generation)).cache.saved_usd).toBe(SAVED / 1e9);
  });

  test('has what the cache of another target was expected to save', async () => {
    await ask('first', 'Four.');
    const generation = await ask('away', 'Four.');
    expect(generation.target).toBe('cold/hello');
    expect(generation.cacheSaved).toBeUndefined();
    expect(generation.cacheMissed).toBeGreaterThan(0);
    const { cache, choices } = await explained(generation);
    const expected = choices[0]?.candidates.map((one) => one.expected?.cache_saving_usd ?? 0) ?? [];
    expect(cache.missed_usd).toBeCloseTo(Math.max(...expected), 8);
  });

  test('has nothing of a cache where there was none', async () => {
    const generation = await ask('away', 'Five.');
    expect([generation.cacheSaved, generation.cacheMissed]).toEqual([undefined, undefined]);
    expect((await explained(generation)).cache).toEqual({ saved_usd: null, missed_usd: null });
  });
});
