import { describe, expect, test } from 'bun:test';
import type { Json, JsonObject } from '#base/json.ts';
import { buildCatalogue, parseModels, parseProvider } from './catalogue.ts';

const fact = { about: 'url', source: 'https://docs.example.com/chat', checked: '2026-11-22' };
const entry = {
  name: 'Example Cloud',
  speaks: { 'openai-chat': { url: 'https://api.example.com/v1', quirks: { maxTokensField: 'max_tokens' } } },
  auth: { scheme: 'bearer', secret: 'EXAMPLE_API_KEY' },
  facts: [fact],
} as const satisfies JsonObject;
const spoken = entry.speaks['openai-chat'];

describe('a provider file', () => {
  test('is the entry, with the file name as its id', () => {
    expect(parseProvider('example', entry)).toEqual({
      ok: true,
      value: { id: 'example', issuer: 'example', ...entry },
    });
  });

  test('may seal reasoning under the name of another', () => {
    const parsed = parseProvider('example', { ...entry, issuer: 'acme' });
    expect(parsed.ok && parsed.value.issuer).toBe('acme');
  });

  test('needs no quirks and no secret', () => {
    const local = { ...entry, speaks: { x: { url: 'http://127.0.0.1:1/v1' } }, auth: { scheme: 'none' } };
    const parsed = parseProvider('local', local);
    expect(parsed.ok && parsed.value.speaks).toEqual({ x: { url: 'http://127.0.0.1:1/v1', quirks: {} } });
  });

  const wrong: readonly (readonly [what: string, json: Json | undefined, problem: string])[] = [
    ['no JSON', undefined, 'the file: '],
    ['an unknown key', { ...entry, spaeks: {} }, 'spaeks: unknown key; did you mean "speaks"?'],
    [
      'an unknown key inside',
      { ...entry, speaks: { 'openai-chat': { ...spoken, quriks: {} } } },
      'speaks.openai-chat.quriks: unknown key; did you mean "quirks"?',
    ],
    ['a key like no other', { ...entry, zzzzzz: 1 }, 'zzzzzz: unknown key'],
    ['no dialect', { ...entry, speaks: {} }, 'speaks: at least one dialect'],
    [
      'a path instead of a URL',
      { ...entry, speaks: { x: { url: '/v1' } } },
      'speaks.x.url: an http or https URL without user, query or fragment',
    ],
    [
      'a password in the URL',
      { ...entry, speaks: { x: { url: 'https://me:pass@api.example.com' } } },
      'speaks.x.url: an http or https URL without user, query or fragment',
    ],
    [
      'another protocol',
      { ...entry, speaks: { x: { url: 'file:///etc/passwd' } } },
      'speaks.x.url: an http or https URL without user, query or fragment',
    ],
    [
      'a slash at the end',
      { ...entry, speaks: { x: { url: 'https://api.example.com/v1/' } } },
      'speaks.x.url: expected no slash at the end',
    ],
    ['a header scheme without its header', { ...entry, auth: { scheme: 'header' } }, 'auth.header: '],
    [
      'a secret itself',
      { ...entry, auth: { scheme: 'bearer', secret: 'sk-123' } },
      'auth.secret: the name of',
    ],
    ['no facts', { ...entry, facts: [] }, 'facts: '],
    [
      'no such day',
      { ...entry, facts: [{ ...fact, checked: '2026-02-30' }] },
      'facts.0.checked: a date such as',
    ],
    [
      'a source nobody can read',
      { ...entry, facts: [{ ...fact, source: 'docs' }] },
      'facts.0.source: the https URL',
    ],
  ];

  test.each(wrong)('with %s is refused', (_, json, problem) => {
    const parsed = parseProvider('example', json);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? [] : parsed.error.filter((text) => text.startsWith(problem))).not.toBeEmpty();
  });

  test.each(['', 'Example', 'a/b', '../x', '-x'])('cannot be called %p', (id) => {
    expect(parseProvider(id, entry).ok).toBe(false);
  });
});

const model = { id: 'small', price: { input: 1, output: 2 }, contextTokens: 1000, traits: ['tools'] };
const modelsFile = { source: 'https://example.com/models', checked: '2026-11-22', models: [model] };

describe('a models file', () => {
  const withModel = (more: JsonObject): JsonObject => ({ ...modelsFile, models: [{ ...model, ...more }] });
  const wrong: readonly (readonly [what: string, json: Json, problem: string])[] = [
    [
      'tiers that fall',
      withModel({ price: { input: 1, output: 1, tiers: [{ above: 9 }, { above: 8 }] } }),
      'models.0.price.tiers: ',
    ],
    ['half a price', withModel({ price: { input: 1 } }), 'models.0.price.output: '],
    ['a negative price', withModel({ price: { input: -1, output: 1 } }), 'models.0.price.input: '],
    [
      'an unknown price',
      withModel({ price: { input: 1, output: 1, cacheRaed: 1 } }),
      'models.0.price.cacheRaed: unknown key; did you mean "cacheRead"?',
    ],
    ['an unknown trait', withModel({ traits: ['flies'] }), 'models.0.traits.0: '],
    ['no context at all', withModel({ contextTokens: 0 }), 'models.0.contextTokens: '],
    ['a model twice', { ...modelsFile, models: [model, model] }, 'models: "small" stands there twice'],
  ];

  const right: readonly (readonly [what: string, json: Json])[] = [
    ['a model', modelsFile],
    [
      'a price of input alone, for what answers without tokens',
      withModel({ price: { input: 1 }, traits: ['embeddings'] }),
    ],
    [
      'rates for long prompts',
      withModel({ price: { input: 1, output: 1, tiers: [{ above: 8, input: 2 }, { above: 9 }] } }),
    ],
    [
      'several sources',
      {
        ...modelsFile,
        version: '1.2',
        also: [{ source: 'https://b.example.com', checked: '2026-11-01' }],
      },
    ],
  ];

  test.each(right)('with %s is read as it is', (_, json) => {
    expect(parseModels(json)).toEqual({ ok: true, value: json as never });
  });

  test.each(wrong)('with %s is refused', (_, json, problem) => {
    const parsed = parseModels(json);
    expect(parsed.ok ? [] : parsed.error.filter((text) => text.startsWith(problem))).not.toBeEmpty();
  });
});

describe('the catalogue', () => {
  const json = (value: unknown): Json => value as Json;

  test('has providers in the order of the alphabet, each with its models and the date of its prices', () => {
    const built = buildCatalogue({
      providers: new Map([
        ['zeta', json(entry)],
        ['alpha', json(entry)],
      ]),
      models: new Map([['alpha', json(modelsFile)]]),
    });
    if (!built.ok) throw new Error(built.error.join());
    expect([...built.value.keys()]).toEqual(['alpha', 'zeta']);
    expect(built.value.get('alpha')?.priceVersion).toBe('catalogue 2026-11-22');
    expect([...(built.value.get('alpha')?.models.keys() ?? [])]).toEqual(['small']);
    expect(built.value.get('zeta')?.models.size).toBe(0);
  });

  test('names every file that is wrong', () => {
    const built = buildCatalogue({
      providers: new Map([
        ['broken', undefined],
        ['fine', json(entry)],
      ]),
      models: new Map([
        ['nobody', json(modelsFile)],
        ['broken', json(modelsFile)],
      ]),
    });
    expect(built.ok ? [] : built.error.map((problem) => problem.split(': ')[0])).toEqual([
      'catalogue/broken.json',
      'models/nobody.json',
    ]);
  });

  test('reads the models of a provider once, and only when they are asked for', () => {
    const reads: string[] = [];
    const built = buildCatalogue({
      providers: new Map([
        ['alpha', json(entry)],
        ['beta', json(entry)],
      ]),
      models: {
        keys: () => new Map([['alpha', 1]]).keys(),
        get: (id) => {
          reads.push(id);
          return json(modelsFile);
        },
      },
    });
    if (!built.ok) throw new Error(built.error.join());
    expect(reads).toEqual([]);
    expect(built.value.get('alpha')?.priceVersion).toBe('catalogue 2026-11-22');
    expect(built.value.get('alpha')?.models.get('small')?.contextTokens).toBe(1_000);
    expect(built.value.get('beta')?.models.size).toBe(0);
    expect(reads).toEqual(['alpha']);
  });

  test.each<[unknown]>([[undefined], [[]], [{ models: 1 }]])(
    '%p in the place of models is a broken installation',
    (file) => {
      const built = buildCatalogue({
        providers: new Map([['alpha', json(entry)]]),
        models: new Map([['alpha', json(file)]]),
      });
      expect(() => built.ok && built.value.get('alpha')?.models).toThrow('models/alpha.json');
    },
  );
});
