import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseJson } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { refreshModels } from './refresh-models.ts';
import type { RefreshOptions } from './refresh-models.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'clew-models-'));
  mkdirSync(join(root, 'ours'));
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
  const options = {
    from: root,
    into: join(root, 'ours'),
    checked: '2026-11-24',
    accept: false,
    providers: ['cloud'],
  };
  return refreshModels({ ...options, ...more });
}

const written = (provider = 'cloud'): string => readFileSync(join(root, `ours/${provider}.json`), 'utf8');
const models = (): readonly JsonObject[] => (parseJson(written()) as { models: JsonObject[] }).models;

describe('a model', () => {
  test('carries name, price, limits and traits over, in a fixed order and layout', () => {
    put('providers/cloud/models/org/small.toml', toml('input = 1\noutput = 2.50\ncache_read = 0.1'));
    put('providers/cloud/models/big.toml', toml('input = 3\noutput = 4'));
    expect(refresh()).toEqual({ ok: true, value: ['cloud'] });
    expect(written()).toBe(`{
  "source": "https://github.com/anomalyco/models.dev/tree/dev/providers/cloud",
  "checked": "2026-11-24",
  "models": [
    {
      "id": "big",
      "name": "Small",
      "price": { "input": 3, "output": 4 },
      "contextTokens": 1000,
      "maxOutputTokens": 100,
      "traits": ["vision", "files", "tools", "json-schema"]
    },
    {
      "id": "org/small",
      "name": "Small",
      "price": { "input": 1, "output": 2.5, "cacheRead": 0.1 },
      "contextTokens": 1000,
      "maxOutputTokens": 100,
      "traits": ["vision", "files", "tools", "json-schema"]
    }
  ]
}
`);
    const first = written();
    refresh({ providers: [] });
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
        ? { ok: true, value: ['cloud'] }
        : { ok: false, error: [`cloud: small: input goes from ${from} to ${to} dollars; --accept takes it`] },
    );
    expect(models()[0]).toMatchObject({ price: { input: taken ? to : from } });
  });
});

test('what was looked up by hand stays, whatever the checkout says', () => {
  put('providers/folder/models/small.toml', toml('input = 1\noutput = 2'));
  refresh({ providers: ['cloud=folder'] });
  const own = {
    id: 'small',
    price: { input: 100, output: 200 },
    traits: [],
    source: 'https://example.com/prices',
  };
  const before = parseJson(written()) as JsonObject;
  put('ours/cloud.json', JSON.stringify({ ...before, models: [own] }));
  expect(refresh({ providers: [], checked: '2026-12-01' }).ok).toBe(true);
  expect(models()).toEqual([own]);
  expect(written()).toContain('"checked": "2026-12-01"');
});

test('files from elsewhere are left alone', () => {
  put('ours/other.json', '{"source":"https://example.com/prices","checked":"2026-11-22","models":[]}');
  expect(refresh({ providers: [] })).toEqual({ ok: true, value: [] });
});

test('one wrong file, and none is written', () => {
  put('providers/cloud/models/small.toml', toml('input = 1\noutput = 2'));
  put('providers/bad/models/torn.toml', 'name = "Torn');
  put('providers/bad/models/orphan.toml', 'base_model = "lab/nobody"');
  const done = refresh({ providers: ['cloud', 'bad', 'nowhere'] });
  expect(
    done.ok ? [] : done.error.map((problem) => problem.replace(root, '').split(': ').slice(0, 3).join(': ')),
  ).toEqual([
    expect.stringMatching(/^bad: .*orphan\.toml: its base model$/),
    expect.stringMatching(/^bad: .*torn\.toml: /),
    expect.stringMatching(/^nowhere: .*: no such folder$/),
  ]);
  expect(() => written()).toThrow();
});
