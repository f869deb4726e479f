// The catalogue as it is shipped: every file valid, every fact with its source, every price sane.

import { expect, test } from 'bun:test';
import { readCatalogueTexts } from '#config/catalogue-files.ts';
import { parseJson } from '#base/json.ts';
import { VOCABULARIES } from '#dialects/index.ts';
import { parseModels, parseProvider } from '#providers/catalogue.ts';
import { checkQuirks } from '#providers/check-quirks.ts';
import type { ModelEntry, ProviderEntry } from '#providers/entry.ts';
import { toPrice } from '#providers/prices.ts';
import type { ModelsFile } from '#providers/schema.ts';

/** The dearest model in use costs 180 dollars for a million tokens; a thousand is a slipped decimal point. */
const DOLLARS_MAX = 1_000;
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost):\d+(\/|$)/;

const texts = readCatalogueTexts();
const providers = Object.entries(texts.providers).map(([id, text]): readonly [string, ProviderEntry] => {
  const entry = parseProvider(id, parseJson(text));
  if (!entry.ok) throw new Error(`${id}.json: ${entry.error.join('; ')}`);
  return [id, entry.value];
});
const models = Object.entries(texts.models).map(([id, text]): readonly [string, ModelsFile] => {
  const file = parseModels(parseJson(text));
  if (!file.ok) throw new Error(`${id}.json: ${file.error.join('; ')}`);
  return [id, file.value];
});

test('there is something to look at', () => {
  expect(providers.length).toBeGreaterThanOrEqual(13);
  expect(models.length).toBeGreaterThanOrEqual(10);
});

test.each(providers)('%s: addresses are safe', (id, entry) => {
  expect(entry.id).toBe(id);
  for (const { url } of Object.values(entry.speaks)) {
    if (entry.auth.scheme === 'none') expect(url).toMatch(LOOPBACK);
    else expect(url).toStartWith('https://');
  }
});

test.each(providers)('%s: each address and quirk has a fact, each fact is about something', (_, entry) => {
  const about = entry.facts.map((fact) => fact.about);
  const quirks = Object.values(entry.speaks).flatMap((spoken) => Object.keys(spoken.quirks));
  const secret = entry.auth.scheme === 'none' || entry.auth.secret === undefined ? [] : ['secret'];
  expect(about).toEqual(expect.arrayContaining(['url', ...secret, ...quirks]));
  expect(new Set(about).size).toBe(about.length);
  // A fact of one word names what it is about; longer ones are remarks.
  const named = about.filter((words) => !words.includes(' '));
  expect(['url', 'secret', ...quirks]).toEqual(expect.arrayContaining(named));
});

test.each(providers)('%s: quirks are known and differ from what is usual', (_, entry) => {
  expect(checkQuirks(entry, VOCABULARIES)).toEqual([]);
  for (const [dialect, { quirks }] of Object.entries(entry.speaks)) {
    for (const [name, value] of Object.entries(quirks)) {
      expect([name, value]).not.toEqual([name, VOCABULARIES[dialect]?.[name]?.values[0] as string]);
    }
  }
});

test('no two providers are switched on by the same variable', () => {
  const secrets = providers.flatMap(([, { auth }]) => ('secret' in auth ? [auth.secret] : []));
  expect(new Set(secrets).size).toBe(secrets.length);
});

test.each(models)('%s: has a provider, and its models are in order', (id, file) => {
  expect(Object.keys(texts.providers)).toContain(id);
  const ids = file.models.map((model) => model.id);
  expect(ids).toEqual([...ids].sort());
  expect(ids.length).toBeGreaterThan(0);
});

test.each(models)('%s: limits and prices are sane', (_, file) => {
  for (const model of file.models) {
    checkLimits(model);
    if (model.price !== undefined) checkPrice(model.id, model.price);
  }
});

function checkLimits({ id, contextTokens, maxOutputTokens }: ModelEntry): void {
  expect([id, contextTokens === undefined || contextTokens >= 1_000]).toEqual([id, true]);
  if (contextTokens === undefined || maxOutputTokens === undefined) return;
  expect([id, maxOutputTokens <= contextTokens]).toEqual([id, true]);
}

function checkPrice(id: string, price: NonNullable<ModelEntry['price']>): void {
  expect(toPrice(price, 'test')).toBeDefined();
  const { input = 0, output = 0, cacheRead = 0, request = 0 } = price;
  for (const part of Object.values(price)) expect([id, part <= DOLLARS_MAX]).toEqual([id, true]);
  expect([id, cacheRead <= input, request <= 1]).toEqual([id, true, true]);
  // Zero is what unknown prices are written as elsewhere.
  expect([id, input + output > 0 || id.endsWith(':free')]).toEqual([id, true]);
}
