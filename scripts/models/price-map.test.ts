import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '#base/json.ts';
import type { Finding } from './finding.ts';
import { priceMap } from './price-map.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'clew-map-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function findings(map: Readonly<Record<string, JsonObject>>, key = 'cloud'): readonly Finding[] {
  const path = join(root, 'map.json');
  writeFileSync(path, JSON.stringify(map));
  const found = priceMap(path, '2026-11-20', '1.2.3').read(key);
  return found.ok ? found.value : [];
}

const rows: readonly (readonly [what: string, facts: JsonObject, model: JsonObject | undefined])[] = [
  [
    'rates by length in names, and those of service classes left out',
    {
      mode: 'chat',
      input_cost_per_token: 1.25e-6,
      output_cost_per_token: 1e-5,
      input_cost_per_token_above_200k_tokens: 2.5e-6,
      output_cost_per_token_above_200k_tokens: 1.5e-5,
      input_cost_per_token_above_200k_tokens_priority: 9e-6,
    },
    { price: { input: 1.25, output: 10, tiers: [{ above: 200_000, input: 2.5, output: 15 }] } },
  ],
  [
    'rates by length as ranges',
    {
      mode: 'chat',
      tiered_pricing: [
        { range: [0, 256_000], input_cost_per_token: 5e-8, output_cost_per_token: 4e-7 },
        { range: [256_000, 1_000_000], input_cost_per_token: 2.5e-7, output_cost_per_token: 2e-6 },
      ],
    },
    { price: { input: 0.05, output: 0.4, tiers: [{ above: 256_000, input: 0.25, output: 2 }] } },
  ],
  [
    'media and searches; what costs as the whole has no price of its own',
    {
      mode: 'chat',
      input_cost_per_token: 1e-6,
      output_cost_per_token: 2e-6,
      input_cost_per_image_token: 1e-6,
      input_cost_per_audio_token: 3e-6,
      output_cost_per_image_token: 3e-5,
      search_context_cost_per_query: { low: 0.01, medium: 0.01, high: 0.01 },
    },
    { price: { input: 1, output: 2, audioInput: 3, imageOutput: 30, search: 0.01 } },
  ],
  [
    'a search whose price depends: unknown',
    {
      mode: 'chat',
      input_cost_per_token: 1e-6,
      output_cost_per_token: 2e-6,
      search_context_cost_per_query: { low: 0.005, high: 0.012 },
    },
    { price: { input: 1, output: 2 } },
  ],
  [
    'vectors',
    { mode: 'embedding', input_cost_per_token: 2e-8, output_cost_per_token: 0, max_input_tokens: 8_191 },
    { price: { input: 0.02 }, contextTokens: 8_191, traits: ['embeddings'] },
  ],
  [
    'an order by question',
    { mode: 'rerank', input_cost_per_query: 0.002 },
    { price: { input: 0, request: 0.002 }, traits: ['rerank'] },
  ],
  [
    'pictures',
    {
      mode: 'image_generation',
      input_cost_per_token: 5e-6,
      output_cost_per_token: 1e-5,
      output_cost_per_image_token: 4e-5,
    },
    { price: { input: 5, output: 40 }, traits: ['images'] },
  ],
  [
    'a model of another dialect',
    { mode: 'responses', input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 },
    { speaks: ['openai-responses'] },
  ],
  ['nothing but a name', { mode: 'chat' }, undefined],
  [
    'a kind that nobody can ask for',
    { mode: 'ocr', input_cost_per_token: 1e-6, output_cost_per_token: 1e-6 },
    undefined,
  ],
];

test.each(rows)('%s', (_, facts, model) => {
  const [found] = findings({ 'cloud/m': { litellm_provider: 'cloud', ...facts } });
  expect(found?.id).toBe(model === undefined ? undefined : 'm');
  const { price, contextTokens, speaks, traits } = found ?? {};
  const able = [...(traits ?? [])].flatMap(([trait, has]) => (has ? [trait] : []));
  expect(JSON.parse(JSON.stringify({ price, contextTokens, speaks, traits: able }))).toMatchObject(
    model ?? {},
  );
  if (model?.['price'] !== undefined) expect(JSON.parse(JSON.stringify(price))).toEqual(model['price']);
});

test('what stands there like a model and is none is left out', () => {
  const facts = { litellm_provider: 'some_cloud', mode: 'chat', max_input_tokens: 1_000 };
  const names = [
    'some_cloud/org/m',
    'plain',
    'some-cloud-up-to-4b',
    'low/1024-x-1024/m',
    'us.some_cloud.m',
    'ft:m',
    'some_cloud/*',
  ];
  const found = findings(Object.fromEntries(names.map((name) => [name, facts])), 'some_cloud');
  expect(found.map(({ id }) => id)).toEqual(['org/m', 'plain']);
});

test('a provider that is not there is a problem', () => {
  const path = join(root, 'map.json');
  writeFileSync(path, '{}');
  expect(priceMap(path, '2026-11-20', undefined).read('cloud')).toEqual({
    ok: false,
    error: [`${path}: nothing of cloud`],
  });
});
