import { expect, test } from 'bun:test';
import { Secret } from '#base/secret.ts';
import type { ModelEntry, ProviderEntry } from './entry.ts';
import { makeTarget } from './resolve.ts';

const entry: ProviderEntry = {
  id: 'example',
  name: 'Example Cloud',
  speaks: {
    chat: { url: 'https://api.example.com/v1', quirks: { seedField: 'random_seed' } },
    messages: { url: 'https://api.example.com/messages', quirks: {} },
  },
  auth: { scheme: 'bearer', secret: 'EXAMPLE_API_KEY' },
  facts: [],
};
const credentials = [{ id: 'example#1', secret: new Secret('s'), weight: 1 }];
const listed: ModelEntry = {
  id: 'org/small',
  price: { input: 1, output: 2, cacheRead: 0.1 },
  contextTokens: 1_000,
  maxOutputTokens: 100,
  traits: ['tools'],
};

test('a model that nobody listed: no price, no limits, nothing filtered by capability', () => {
  const { others, ...target } = makeTarget(entry, 'org/small', { credentials, priceVersion: 'unlisted' });
  expect(Object.keys(others ?? {})).toEqual(['messages']);
  expect(target).toEqual({
    id: 'example/org/small',
    provider: 'example',
    providerName: 'Example Cloud',
    dialect: 'chat',
    url: 'https://api.example.com/v1',
    quirks: { seedField: 'random_seed' },
    auth: entry.auth,
    credentials,
    model: 'org/small',
    traits: [],
    weight: 1,
  });
});

test('a listed model brings price, limits and traits', () => {
  const target = makeTarget(entry, 'org/small', {
    credentials,
    listed,
    priceVersion: 'catalogue 2026-11-22',
  });
  expect(target).toMatchObject({ contextTokens: 1_000, maxOutputTokens: 100, traits: ['tools'] });
  expect(target.price).toEqual({
    input: 1_000_000,
    output: 2_000_000,
    cacheRead: 100_000,
    version: 'catalogue 2026-11-22',
  });
});

test('the operator knows better, field by field; a price is one thing', () => {
  const override = { price: { input: 5, output: 6 }, maxOutputTokens: 7 };
  const target = makeTarget(entry, 'm', {
    credentials,
    listed,
    override,
    weight: 3,
    priceVersion: 'clew.yaml',
  });
  expect(target.price).toEqual({ input: 5_000_000, output: 6_000_000, version: 'clew.yaml' });
  expect(target).toMatchObject({ contextTokens: 1_000, maxOutputTokens: 7, traits: ['tools'], weight: 3 });
});

test('what answers without tokens needs no price for them; what chats does', () => {
  const price = { input: 0.02 };
  const vectors = { id: 'v', price, traits: ['embeddings'] } as const;
  const options = { credentials, priceVersion: 'v1' };
  expect(makeTarget(entry, 'v', { ...options, listed: vectors }).price).toEqual({
    input: 20_000,
    output: 0,
    version: 'v1',
  });
  expect(makeTarget(entry, 'v', { ...options, listed: { ...vectors, traits: [] } }).price).toBeUndefined();
});

test('what the provider states about data goes with the target', () => {
  const stated = { ...entry, dataPolicy: { regions: ['fr'], zdr: true } };
  expect(makeTarget(stated, 'm', { credentials, priceVersion: '' }).dataPolicy).toEqual(stated.dataPolicy);
});

test('the further languages of the provider stand beside the first, as the same target', () => {
  const target = makeTarget(entry, 'm', { credentials, listed, priceVersion: '' });
  const { dialect, url, quirks, others, ...same } = target;
  expect([dialect, url]).toEqual(['chat', 'https://api.example.com/v1']);
  expect(quirks).not.toEqual({});
  const there = { ...same, dialect: 'messages', url: 'https://api.example.com/messages', quirks: {} };
  expect(others).toEqual({ messages: there });
});

test('another dialect than the first', () => {
  const target = makeTarget(entry, 'm', { dialect: 'messages', credentials, priceVersion: '' });
  expect(target).toMatchObject({ dialect: 'messages', url: 'https://api.example.com/messages', quirks: {} });
  expect(() => makeTarget(entry, 'm', { dialect: 'latin', credentials, priceVersion: '' })).toThrow('latin');
});
