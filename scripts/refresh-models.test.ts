import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseJson } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { modelsDev } from './models/models-dev.ts';
import { priceMap } from './models/price-map.ts';
import { refreshModels } from './refresh-models.ts';
import type { RefreshOptions } from './refresh-models.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'clew-models-'));
  mkdirSync(join(root, 'ours/models'), { recursive: true });
  mkdirSync(join(root, 'ours/catalogue'), { recursive: true });
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const toml = (cost: string, more = ''): string => `
name = "Small"
tool_call = true
structured_output = true
reasoning = false
${more}
[cost]
${cost}
[limit]
context = 1_000
output = 100
[modalities]
input = ["text", "image", "pdf"]
output = ["text"]
`;

function refresh(more: Partial<RefreshOptions> = {}): ReturnType<typeof refreshModels> {
  return refreshModels({
    sources: [modelsDev(root, '2026-11-24')],
    into: join(root, 'ours'),
    accept: false,
    providers: ['cloud'],
    keys: {
      cloud: { modelsDev: ['cloud'], priceMap: ['cloud'] },
      bad: { modelsDev: ['bad'] },
      nowhere: { modelsDev: ['nowhere'] },
    },
    ...more,
  });
}

const done = (remarks: readonly string[] = []) => ({
  ok: true as const,
  value: { written: ['cloud'], remarks },
});
const written = (): string => readFileSync(join(root, 'ours/models/cloud.json'), 'utf8');
const models = (): readonly JsonObject[] => (parseJson(written()) as { models: JsonObject[] }).models;

describe('a model', () => {
  test('carries name, price, limits and traits over, in a fixed order and layout', () => {
    put('providers/cloud/models/org/small.toml', toml('input = 1\noutput = 2.50\ncache_read = 0.1'));
    put('providers/cloud/models/big.toml', toml('input = 3\noutput = 4'));
    expect(refresh()).toEqual(done());
    expect(written()).toBe(`{
  "source": "https://github.com/anomalyco/models.dev/tree/dev/providers/cloud",
  "checked": "2026-11-24",
  "models": [
    { "id": "big", "name": "Small", "price": { "input": 3, "output": 4 }, "contextTokens": 1000, "maxOutputTokens": 100, "traits": ["vision", "files", "tools", "json-schema"] },
    { "id": "org/small", "name": "Small", "price": { "input": 1, "output": 2.5, "cacheRead": 0.1 }, "contextTokens": 1000, "maxOutputTokens": 100, "traits": ["vision", "files", "tools", "json-schema"] }
  ]
}
`);
    const first = written();
    put('ours/catalogue/cloud.json', '{}');
    expect(refresh({ providers: [] })).toEqual(done());
    expect(written()).toBe(first);
  });

  const costs: readonly (readonly [cost: string, price: Json | undefined])[] = [
    ['input = 1\noutput = 2\nreasoning = 2', { input: 1, output: 2 }],
    ['input = 1\noutput = 2\nreasoning = 3', { input: 1, output: 2, reasoning: 3 }],
    ['input = 1\noutput = 2\ncache_write = 1.25', { input: 1, output: 2, cacheWrite: 1.25 }],
    [
      'input = 1\noutput = 2\ninput_audio = 5\noutput_audio = 6',
      { input: 1, output: 2, audioInput: 5, audioOutput: 6 },
    ],
    [
      'input = 1\noutput = 2\n[[cost.tiers]]\ntier = { type = "context", size = 200_000 }\ninput = 2\noutput = 3',
      { input: 1, output: 2, tiers: [{ above: 200_000, input: 2, output: 3 }] },
    ],
    ['input = 0\noutput = 0', undefined],
    ['input = 1', undefined],
    ['', undefined],
  ];

  test.each(costs)('that costs %p has the price %p', (cost, price) => {
    put('providers/cloud/models/small.toml', toml(cost));
    expect(refresh().ok).toBe(true);
    expect(models()[0]?.['price']).toEqual(price as Json);
  });

  test('that is called free costs nothing', () => {
    put('providers/cloud/models/small:free.toml', toml('input = 0\noutput = 0'));
    refresh();
    expect(models()[0]).toMatchObject({ id: 'small:free', price: { input: 0, output: 0 } });
  });

  test('that is gone, or does not answer in text, is left out', () => {
    put('providers/cloud/models/gone.toml', toml('input = 1\noutput = 2', 'status = "deprecated"'));
    put('providers/cloud/models/vectors.toml', toml('input = 1\noutput = 0'));
    put(
      'providers/cloud/models/painter.toml',
      toml('input = 1\noutput = 2').replace('output = ["text"]', 'output = ["image"]'),
    );
    refresh();
    expect(models()).toEqual([]);
  });

  test('takes from its base model what its own file does not say', () => {
    put('models/lab/small.toml', `${toml('')}\n[extra]\nx = 1`.replace('[cost]\n', ''));
    put(
      'providers/cloud/models/small.toml',
      'base_model = "lab/small"\nbase_model_omit = ["limit.output"]\nreasoning = true\n' +
        '[cost]\ninput = 1\noutput = 2\n[limit]\ncontext = 2_000\n[modalities]\ninput = ["text"]\n',
    );
    refresh();
    expect(models()).toEqual([
      {
        id: 'small',
        name: 'Small',
        price: { input: 1, output: 2 },
        contextTokens: 2_000,
        traits: ['tools', 'json-schema', 'reasoning'],
      },
    ]);
  });
});

describe('a price', () => {
  const moves: readonly (readonly [from: number, to: number, accept: boolean, taken: boolean])[] = [
    [1, 20, false, true],
    [20, 1, false, true],
    [1, 21, false, false],
    [21, 1, false, false],
    [0.1, 0, false, false],
    [1, 21, true, true],
  ];

  test.each(moves)('from %p to %p, accepted %p: taken %p', (from, to, accept, taken) => {
    put('providers/cloud/models/small.toml', toml(`input = ${from}\noutput = 500`));
    refresh();
    put('providers/cloud/models/small.toml', toml(`input = ${to}\noutput = 500`));
    expect(refresh({ accept })).toEqual(
      taken
        ? done()
        : { ok: false, error: [`cloud: small: input goes from ${from} to ${to} dollars; --accept takes it`] },
    );
    expect(models()[0]).toMatchObject({ price: { input: taken ? to : from } });
  });
});

describe('two sources', () => {
  const map = (facts: JsonObject): void =>
    put('map.json', JSON.stringify({ 'cloud/small': { litellm_provider: 'cloud', mode: 'chat', ...facts } }));
  const both = (date: string): readonly ReturnType<typeof priceMap>[] => [
    modelsDev(root, '2026-11-10'),
    priceMap(join(root, 'map.json'), date, '1.2.3'),
  ];
  const facts = {
    input_cost_per_token: 2e-6,
    output_cost_per_token: 3e-6,
    cache_read_input_token_cost: 1e-7,
    max_input_tokens: 900,
    supports_vision: false,
    supports_prompt_caching: true,
    source: 'https://cloud.example/prices',
  };

  test.each([
    ['2026-11-20', 2, 'small: input is 2 (2026-11-20), not 1 (2026-11-10)', 0],
    ['2026-11-01', 1, 'small: input is 1 (2026-11-10), not 2 (2026-11-01)', 0],
    // Of the same day: the one that names the vendor's page.
    ['2026-11-10', 2, 'small: input is 2 (2026-11-10), not 1 (2026-11-10)', 1],
  ])('one of them from %s: the price is %p, and it is said', (date, input, remark, from) => {
    put('providers/cloud/models/small.toml', toml('input = 1\noutput = 3'));
    map(facts);
    expect(refresh({ sources: both(date) })).toEqual(done([`cloud: ${remark}`]));
    expect(models()).toMatchObject([{ id: 'small', price: { input, output: 3 } }]);
    expect(models()[0]?.['from']).toBe(from === 0 ? undefined : from);
    expect(written()).toContain('"pages": ["https://cloud.example/prices"]');
  });

  test('complete each other: parts of a price that they agree on, limits of the whole window, traits', () => {
    put('providers/cloud/models/small.toml', toml('input = 2\noutput = 3'));
    map(facts);
    expect(refresh({ sources: both('2026-11-20') })).toEqual(done());
    expect(models()).toEqual([
      {
        id: 'small',
        name: 'Small',
        price: { input: 2, output: 3, cacheRead: 0.1 },
        contextTokens: 1_000,
        maxOutputTokens: 100,
        traits: ['files', 'tools', 'json-schema', 'prompt-cache'],
      },
    ]);
  });

  test('the newer says whether a model is still there', () => {
    put('providers/cloud/models/small.toml', toml('input = 2\noutput = 3'));
    map({ ...facts, deprecation_date: '2026-11-19' });
    refresh({ sources: both('2026-11-20') });
    expect(models()).toEqual([]);
    map({ ...facts, deprecation_date: '2026-11-21' });
    refresh({ sources: both('2026-11-20') });
    expect(models()).toHaveLength(1);
  });
});

test('what was looked up by hand stays, whatever the sources say; what they lose goes', () => {
  put('providers/cloud/models/small.toml', toml('input = 1\noutput = 2'));
  put('providers/cloud/models/old.toml', toml('input = 1\noutput = 2'));
  refresh();
  const own = {
    id: 'small',
    price: { input: 100, output: 200 },
    traits: [],
    source: 'https://example.com/prices',
  };
  const before = parseJson(written()) as { models: JsonObject[] };
  const [old] = before.models;
  put('ours/models/cloud.json', JSON.stringify({ ...before, models: [old, own] }));
  rmSync(join(root, 'providers/cloud/models/old.toml'));
  expect(refresh({ sources: [modelsDev(root, '2026-12-01')] })).toEqual(
    done(['cloud: old: withdrawn, or in no source']),
  );
  expect(models()).toEqual([own]);
  expect(written()).toContain('"checked": "2026-12-01"');
});

test('files of providers that no source knows are left alone', () => {
  put('ours/models/other.json', '{"source":"https://example.com/prices","checked":"2026-11-22","models":[]}');
  put('ours/catalogue/other.json', '{}');
  expect(refresh({ providers: [] })).toEqual({ ok: true, value: { written: [], remarks: [] } });
});

test('one wrong file, and none is written', () => {
  put('providers/cloud/models/small.toml', toml('input = 1\noutput = 2'));
  put('providers/bad/models/torn.toml', 'name = "Torn');
  put('providers/bad/models/orphan.toml', 'base_model = "lab/nobody"');
  const refused = refresh({ providers: ['cloud', 'bad', 'nowhere'] });
  expect(
    refused.ok
      ? []
      : refused.error.map((problem) => problem.replace(root, '').split(': ').slice(0, 3).join(': ')),
  ).toEqual([
    expect.stringMatching(/^bad: .*orphan\.toml: its base model$/),
    expect.stringMatching(/^bad: .*torn\.toml: /),
    expect.stringMatching(/^nowhere: .*: no such folder$/),
  ]);
  expect(() => written()).toThrow();
});
