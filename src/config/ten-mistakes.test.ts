// A file with ten planted mistakes of ten kinds: all ten are named at once, and nothing else.

import { expect, test } from 'bun:test';
import { testCatalogue, VOCABULARIES } from '../../test/support/catalogue.ts';
import { loadConfig } from './load.ts';

const TEXT = `server:
  listen: 127.0.0.1:4100
  body_limit: 32
keys:
  - { name: laptop, secret: env:LAPTOP_KEY }
  - { name: laptop, secret: env:PHONE_KEY }
providers:
  acme: { credentials: [ { secret: env:ACME_KEY } ] }
  zeuss: { credentials: [ { secret: env:ACME_API_KEY } ] }
  mine: { dialect: plain-chat, url: "http://127.0.0.1:11434/v1", auth: none }
models:
  fast:
    targets: [ acme/small, amce/large, { target: mine/qwen3, weight: 2 } ]
    stratgy: priority
    fallback: [ smrt ]
  smart:
    targets: [ acme/large ]
    fallback: [ deep, smart ]
  deep:
    targets: [ mine/deep ]
    fallback: [ smart ]
  deep:
    targets: [ mine/deep ]
    fallback: [ smart ]
`;

test('ten planted mistakes are ten problems', () => {
  const env = { LAPTOP_KEY: 'one', PHONE_KEY: 'two', ACME_API_KEY: 'three' };
  const loaded = loadConfig({ text: TEXT, env, catalogue: testCatalogue(), vocabularies: VOCABULARIES });
  expect(loaded.ok).toBe(false);
  if (loaded.ok) return;
  const found = loaded.error.map(({ path, line, nearest = '' }) => `${line} ${path} ${nearest}`.trimEnd());
  expect(found).toEqual([
    '3 server.body_limit',
    '6 keys[1].name',
    '8 providers.acme.credentials[0].secret',
    '9 providers.zeuss zeus',
    '13 models.fast.targets[1] acme',
    '14 models.fast.stratgy strategy',
    '15 models.fast.fallback[0] smart',
    '18 models.smart.fallback[1]',
    '22 models.deep',
    '24 models.deep.fallback[0]',
  ]);
});
