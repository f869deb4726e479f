import { expect, test } from 'bun:test';
import { customEntry, customProviderSchema } from './schema.ts';
import type { CustomProvider } from './schema.ts';
import type { AuthScheme } from './entry.ts';

const custom: CustomProvider = { dialect: 'openai-chat', url: 'http://127.0.0.1:8000/v1' };

const auths: readonly (readonly [written: CustomProvider['auth'], meant: AuthScheme])[] = [
  [undefined, { scheme: 'bearer' }],
  ['bearer', { scheme: 'bearer' }],
  ['none', { scheme: 'none' }],
  [{ header: 'x-api-key' }, { scheme: 'header', header: 'x-api-key' }],
];

test.each(auths)('auth %p means %p', (auth, meant) => {
  expect(customEntry('mine', { ...custom, auth }).auth).toEqual(meant);
});

test('the short form is an entry with one dialect, without a slash at the end of its URL', () => {
  const entry = customEntry('mine', {
    ...custom,
    url: 'http://host:1/v1/',
    quirks: { seedField: 'random_seed' },
  });
  expect(entry).toEqual({
    id: 'mine',
    name: 'mine',
    speaks: { 'openai-chat': { url: 'http://host:1/v1', quirks: { seedField: 'random_seed' } } },
    auth: { scheme: 'bearer' },
    facts: [],
  });
});

const written: readonly (readonly [fits: boolean, what: unknown])[] = [
  [true, custom],
  [true, { ...custom, credentials: [{ secret: 'env:MINE' }], models: { small: {} } }],
  [true, { ...custom, models: { small: { price: { input: 0, output: 0 }, traits: ['tools'] } } }],
  [false, { ...custom, ulr: 'x' }],
  [false, { url: custom.url }],
  [false, { ...custom, auth: { header: 'x-api-key', secret: 'sk' } }],
  [false, { ...custom, auth: { header: 'two words' } }],
  [false, { ...custom, credentials: [] }],
  [true, { ...custom, dataPolicy: { regions: ['fr'], zdr: true, noTraining: true } }],
  [true, { ...custom, models: { small: { price: { input: 0, output: 0 }, priceJump: 'accept' } } }],
  [false, { ...custom, dataPolicy: { regions: ['France'] } }],
  [false, { ...custom, models: { small: { priceJump: true } } }],
  [false, { ...custom, models: { small: { price: { output: 1 } } } }],
];

test.each(written)('fits: %p, %p', (fits, what) => {
  expect(customProviderSchema.safeParse(what).success).toBe(fits);
});
