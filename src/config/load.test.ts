import { describe, expect, test } from 'bun:test';
import { testCatalogue, VOCABULARIES } from '../../test/support/catalogue.ts';
import { loadConfig } from './load.ts';
import type { LoadOptions } from './load.ts';
import type { Snapshot } from './snapshot.ts';

const catalogue = testCatalogue();
const simulatorUrl = 'http://127.0.0.1:4999/v1';
const ACME = { ACME_API_KEY: 'acme-secret' };

function load(text: string | undefined, more: Partial<LoadOptions> = {}): Snapshot {
  const loaded = loadConfig({ text, env: {}, catalogue, vocabularies: VOCABULARIES, simulatorUrl, ...more });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  return loaded.value;
}

describe('with no file', () => {
  test('and no key, the simulator serves', () => {
    const { providers, server, storage, keys, models } = load(undefined);
    expect([...providers.keys()]).toEqual(['sim']);
    const hello = providers.get('sim')?.targets.get('hello');
    expect(hello).toMatchObject({ id: 'sim/hello', url: simulatorUrl, dialect: 'plain-chat' });
    expect(hello?.auth).toEqual({ scheme: 'none' });
    expect(server).toEqual({
      listen: { host: '127.0.0.1', port: 4100 },
      admin: { host: '127.0.0.1', port: 4101 },
      bodyLimit: 33_554_432,
      bodyDeadlineMs: 30_000,
      drainMs: 30_000,
      keepAliveMs: 15_000,
      passthrough: true,
      shed: { loopDelayMs: 100, heapBytes: 1_610_612_736, inFlight: 10_000 },
    });
    expect(storage.url).toBe('sqlite:./data/clew.db');
    expect(keys).toEqual([]);
    expect(models.size).toBe(0);
  });

  test('a key in the environment switches its provider on', () => {
    const { providers } = load(undefined, { env: { ACME_API_KEY: ' acme-secret\n', ZEUS_API_KEY: '' } });
    expect([...providers.keys()]).toEqual(['acme']);
    const acme = providers.get('acme');
    expect(acme?.credentials.map(({ id, secret, weight }) => [id, secret.reveal(), weight])).toEqual([
      ['acme#1', 'acme-secret', 1],
    ]);
    expect(acme?.targets.get('small')?.price).toMatchObject({
      input: 100_000,
      version: 'catalogue 2026-11-22',
    });
  });

  test.each([
    [{ PORT: '80' }, undefined, '127.0.0.1', 80],
    [{ HOST: 'localhost', PORT: '80' }, undefined, 'localhost', 80],
    [{ PORT: '80', CLEW_LISTEN: '127.0.0.1:81' }, undefined, '127.0.0.1', 81],
    [{ CLEW_LISTEN: '127.0.0.1:81' }, '127.0.0.1:82', '127.0.0.1', 82],
  ])('%j and --listen %s', (env, listen, host, port) => {
    expect(load(undefined, { env, overrides: { listen } }).server.listen).toEqual({ host, port });
  });
});

test.each(['', '# nothing\n', '---\n', '{}'])('the empty file %j is fine', (text) => {
  expect([...load(text).providers.keys()]).toEqual(['sim']);
});

describe('which providers are on', () => {
  test.each([
    ['', ACME, ['acme']],
    ['providers: { local: {} }', ACME, ['local', 'acme']],
    ['providers: { local: {}, acme: off }', ACME, ['local']],
    ['environment: off\nproviders: { local: {} }', ACME, ['local']],
    ['providers: { acme: {} }', ACME, ['acme']],
    ['environment: off\nproviders: { acme: {} }', ACME, ['acme']],
    ['environment: off', ACME, ['sim']],
  ])('%s', (text, env, on) => {
    expect([...load(text, { env }).providers.keys()]).toEqual(on);
  });
});

const LIMITS = {
  attempts: 4,
  attemptsPerTarget: 1,
  connectMs: 1_000,
  firstContentMs: 2_000,
  wholeAnswerMs: 60_000,
  silenceMs: 3_000,
  deadlineMs: 240_000,
  hedge: 'on',
  onCut: 'continue',
  priority: 'high',
  queue: { waitMs: 20_000, length: 50 },
} as const;

test('the whole of a file', () => {
  const text = `
server: { listen: 0.0.0.0:80, admin: "[::1]:81", body_limit: 1MB, body_deadline: 4s, keep_alive: 20s, drain: 5s, passthrough: false, shed: { loop_delay: 200ms, heap: 4GB } }
storage: { url: sqlite:/var/lib/clew.db }
keys: [ { name: laptop, secret: env:KEY, models: [ fast, acme/large, small, mine/any ] } ]
providers:
  acme:
    url: https://proxy.example/v1/
    quirks: { maxTokensField: max_tokens }
    credentials: [ { secret: env:A }, { secret: env:B, weight: 3 } ]
    models: { small: { price: { input: 1, output: 2 } }, new: { contextTokens: 10 } }
  mine: { dialect: other-chat, url: http://127.0.0.1:1/v1, auth: { header: x-key }, credentials: [ { secret: env:A } ] }
models:
  fast:
    targets: [ acme/small, { target: mine/vendor/qwen, weight: 2 } ]
    strategy: priority
    fallback: [ slow, acme/large ]
    attempts: 4
    attempts_per_target: 1
    connect_limit: 1s
    first_content_limit: 2s
    whole_answer_limit: 1m
    silence_limit: 3s
    deadline: 4m
    hedge: on
    on_cut: continue
    priority: high
    queue: { wait: 20s, length: 50 }
  slow: { targets: [ acme/huge ] }
`;
  const snapshot = load(text, { env: { KEY: 'k', A: 'a', B: 'b' } });
  expect(snapshot.server).toEqual({
    listen: { host: '0.0.0.0', port: 80 },
    admin: { host: '::1', port: 81 },
    bodyLimit: 1_048_576,
    bodyDeadlineMs: 4_000,
    keepAliveMs: 20_000,
    drainMs: 5_000,
    passthrough: false,
    shed: { loopDelayMs: 200, heapBytes: 4_294_967_296, inFlight: 10_000 },
  });
  expect(snapshot.storage.url).toBe('sqlite:/var/lib/clew.db');
  expect(snapshot.keys[0]?.models).toEqual(['fast', 'acme/large', 'small', 'mine/any']);
  const acme = snapshot.providers.get('acme');
  expect(acme?.credentials.map(({ id, weight }) => [id, weight])).toEqual([
    ['acme#1', 1],
    ['acme#2', 3],
  ]);
  expect([...(acme?.targets.keys() ?? [])].sort()).toEqual(['large', 'new', 'small']);
  expect(acme?.targets.get('small')).toMatchObject({
    url: 'https://proxy.example/v1',
    quirks: { maxTokensField: 'max_tokens' },
    price: { input: 1_000_000, output: 2_000_000, version: 'clew.yaml' },
    traits: ['tools'],
  });
  expect(acme?.targets.get('large')?.price?.version).toBe('catalogue 2026-11-22');
  expect(acme?.targets.get('new')?.price).toBeUndefined();
  const fast = snapshot.models.get('fast');
  expect(fast?.targets.map(({ id, dialect, weight }) => [id, dialect, weight])).toEqual([
    ['acme/small', 'plain-chat', 1],
    ['mine/vendor/qwen', 'other-chat', 2],
  ]);
  expect(fast?.targets[1]?.auth).toEqual({ scheme: 'header', header: 'x-key' });
  expect(fast?.fallback).toEqual(['slow', 'acme/large']);
  expect(fast?.limits).toEqual(LIMITS);
});

test('the file has the last word on each field of a listed provider and of its models', () => {
  const text = `
providers:
  acme:
    name: Ours
    url: https://proxy.example/v1
    quirks: { maxTokensField: max_tokens }
    auth: { header: x-key }
    credentials: [ { secret: env:A } ]
    dataPolicy: { regions: [ fr ], zdr: true }
    models:
      large:
        price: { input: 1, output: 5, imageInput: 3, search: 0.01, tiers: [ { above: 1000, input: 2 } ] }
        contextTokens: 5000
        maxOutputTokens: 400
        traits: [ vision ]
      vectors: { price: { input: 0.02 }, traits: [ embeddings ] }
`;
  const { providers } = load(text, { env: { A: 'a' } });
  const acme = providers.get('acme');
  expect(acme?.targets.get('large')).toMatchObject({
    providerName: 'Ours',
    url: 'https://proxy.example/v1',
    quirks: { maxTokensField: 'max_tokens' },
    auth: { scheme: 'header', header: 'x-key' },
    dataPolicy: { regions: ['fr'], zdr: true },
    contextTokens: 5_000,
    maxOutputTokens: 400,
    traits: ['vision'],
    price: {
      input: 1_000_000,
      output: 5_000_000,
      imageInput: 3_000_000,
      search: 10_000_000_000,
      tiers: [{ above: 1_000, input: 2_000_000, output: 5_000_000 }],
      version: 'clew.yaml',
    },
  });
  expect(acme?.targets.get('vectors')?.price).toEqual({ input: 20_000, output: 0, version: 'clew.yaml' });
});

describe('a snapshot', () => {
  test('is frozen in depth', () => {
    const { providers, models, server } = load('models: { m: { targets: [ acme/small ] } }', { env: ACME });
    const target = models.get('m')?.targets[0];
    expect(Object.isFrozen(server.listen)).toBe(true);
    expect(Object.isFrozen(target)).toBe(true);
    expect(Object.isFrozen(providers.get('acme')?.entry.speaks)).toBe(true);
    expect(() => (providers as Map<string, never>).clear()).toThrow(TypeError);
    const targets = providers.get('acme')?.targets as Map<string, never> | undefined;
    expect(() => targets?.delete('small')).toThrow(TypeError);
  });

  test('has a version that tells what it was made from, and nothing of the secrets', () => {
    const text = 'providers: { acme: {} }';
    const { version } = load(text, { env: ACME });
    expect(version).toMatch(/^[0-9a-f]{12}$/);
    expect(load(`# a comment\n${text}`, { env: ACME }).version).toBe(version);
    expect(load(text, { env: { ACME_API_KEY: 'another' } }).version).toBe(version);
    expect(load(`${text}\nserver: { drain: 1s }`, { env: ACME }).version).not.toBe(version);
    expect(load(text, { env: ACME, overrides: { data: '/tmp' } }).version).not.toBe(version);
  });

  test('prints without secrets', () => {
    const snapshot = load('keys: [ { name: a, secret: env:KEY } ]', {
      env: { ...ACME, KEY: 'client-secret' },
    });
    const text = JSON.stringify([snapshot.keys, [...snapshot.providers.values()]]) + Bun.inspect(snapshot);
    expect(text).toContain('[redacted]');
    expect(text).not.toContain('acme-secret');
    expect(text).not.toContain('client-secret');
  });
});

test.each([
  ['/srv/clew', undefined, 'sqlite:/srv/clew/clew.db'],
  ['/srv/clew/', undefined, 'sqlite:/srv/clew/clew.db'],
  ['/', undefined, 'sqlite:/clew.db'],
  [undefined, 'here', 'sqlite:here/clew.db'],
  ['there', 'here', 'sqlite:there/clew.db'],
  [undefined, undefined, 'sqlite:file.db'],
])('--data %s and CLEW_DATA %s give %s', (data, variable, url) => {
  const text = 'storage: { url: sqlite:file.db }';
  expect(load(text, { env: { CLEW_DATA: variable }, overrides: { data } }).storage.url).toBe(url);
});

test('ten thousand models in a chain of fallbacks are read', () => {
  const models = Array.from(
    { length: 10_000 },
    (_, index) =>
      `  m${index}: { targets: [ acme/${index} ]${index < 9_999 ? `, fallback: [ m${index + 1} ]` : ''} }`,
  );
  expect(load(`models:\n${models.join('\n')}`, { env: ACME }).models.size).toBe(10_000);
});
