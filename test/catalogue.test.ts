// The catalogue as it is shipped: every file valid, every fact with its source, every price sane.

import { expect, test } from 'bun:test';
import { readCatalogueTexts } from '#config/catalogue-files.ts';
import { parseJson } from '#base/json.ts';
import { VOCABULARIES } from '#dialects/index.ts';
import { parseModels, parseProvider } from '#providers/catalogue.ts';
import { checkQuirks } from '#providers/check-quirks.ts';
import { isAmbient } from '#providers/entry.ts';
import type { ModelEntry, ProviderEntry } from '#providers/entry.ts';
import type { PriceList } from '#providers/price.ts';
import { RATE_NAMES, toPrice } from '#providers/prices.ts';
import type { ModelsFile } from '#providers/schema.ts';
import { answersInTokens, ENDPOINT_TRAITS } from '#providers/trait.ts';

/** The dearest model in use costs 180 dollars for a million tokens; a thousand is a slipped decimal point. */
const DOLLARS_MAX = 1_000;
const CONTEXT_MIN = 500;
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
  expect(providers.length).toBeGreaterThanOrEqual(40);
  expect(models.length).toBeGreaterThanOrEqual(20);
  expect(models.flatMap(([, file]) => file.models).length).toBeGreaterThanOrEqual(300);
  const priced = models.flatMap(([, file]) => file.models.filter(({ price }) => price !== undefined));
  expect(priced.length).toBeGreaterThanOrEqual(300);
  expect(priced.filter(({ price }) => price?.tiers !== undefined).length).toBeGreaterThanOrEqual(30);
});

test.each(providers)('%s: addresses are safe', (id, entry) => {
  expect(entry.id).toBe(id);
  for (const { url } of Object.values(entry.speaks)) {
    if (entry.auth.scheme === 'none') expect(url).toMatch(LOOPBACK);
    else expect(url).toStartWith('https://');
  }
});

test.each(providers)(
  '%s: each address, quirk and statement on data has a fact, each fact is about something',
  (id, entry) => {
    const about = entry.facts.map((fact) => fact.about);
    const quirks = Object.values(entry.speaks).flatMap((spoken) => Object.keys(spoken.quirks));
    const secret = entry.auth.scheme === 'none' || entry.auth.secret === undefined ? [] : ['secret'];
    const stated = Object.keys(entry.dataPolicy ?? {});
    const ambient = isAmbient(entry.auth) && entry.auth.ambient !== undefined ? ['ambient'] : [];
    const issuer = entry.issuer === id ? [] : ['issuer'];
    const variables = Object.keys(entry.variables ?? {});
    const known = ['url', ...secret, ...ambient, ...issuer, ...variables, ...quirks, ...stated];
    expect(about).toEqual(expect.arrayContaining(known));
    expect(new Set(about).size).toBe(about.length);
    // A fact of one word names what it is about; longer ones are remarks.
    const named = about.filter((words) => !words.includes(' '));
    expect(['secret', ...known]).toEqual(expect.arrayContaining(named));
  },
);

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

test.each(models)('%s: limits, traits and prices are sane', (_, file) => {
  for (const model of file.models) {
    checkLimits(model);
    checkTraits(model);
    if (model.price !== undefined) checkPrice(model, model.price);
    expect([model.id, (model.from ?? 0) <= (file.also ?? []).length]).toEqual([model.id, true]);
  }
});

function checkLimits({ id, contextTokens, maxOutputTokens }: ModelEntry): void {
  // The shortest are of models that judge or compare short texts.
  expect([id, contextTokens === undefined || contextTokens >= CONTEXT_MIN]).toEqual([id, true]);
  if (contextTokens === undefined || maxOutputTokens === undefined) return;
  expect([id, maxOutputTokens <= contextTokens]).toEqual([id, true]);
}

/** What has an endpoint of its own does not chat, hence calls no tools. */
function checkTraits({ id, traits }: ModelEntry): void {
  const chats = !traits.some((trait) => ENDPOINT_TRAITS.includes(trait));
  expect([id, chats || !traits.includes('tools')]).toEqual([id, true]);
  expect(new Set(traits).size).toBe(traits.length);
}

function checkPrice({ id, traits }: ModelEntry, list: PriceList): void {
  const price = toPrice(answersInTokens(traits) ? list : { output: 0, ...list }, 'test');
  if (price === undefined) throw new Error(`${id} has no whole price`);
  for (const rates of [list, ...(list.tiers ?? [])]) {
    for (const name of RATE_NAMES)
      expect([id, name, (rates[name] ?? 0) <= DOLLARS_MAX]).toEqual([id, name, true]);
    expect([id, (rates.request ?? 0) <= 1, (rates.search ?? 0) <= 1]).toEqual([id, true, true]);
  }
  for (const rates of [price, ...(price.tiers ?? [])]) {
    expect([id, (rates.cacheRead ?? 0) <= rates.input]).toEqual([id, true]);
  }
  // Zero is what unknown prices are written as elsewhere.
  const paid = RATE_NAMES.some((name) => (list[name] ?? 0) > 0);
  expect([id, paid || id.endsWith(':free')]).toEqual([id, true]);
}
