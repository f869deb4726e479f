import { expect, test } from 'bun:test';

import { modelInPath, PathTable } from './path-table.ts';

const table = new PathTable<string>();
table.set('/v1/models', 'list');
table.set('/v1/models/{model}', 'one');
table.set('/v1/models/{model}:generateContent', 'generate');

test.each([
  ['/v1/models', 'list'],
  ['/v1/models/', undefined],
  ['/v1/models/m', 'one'],
  ['/v1/models/acme/m', 'one'],
  ['/v1/models/acme/m:generateContent', 'generate'],
  ['/v1/models/:generateContent', 'one'],
  ['/v1/model', undefined],
  ['', undefined],
])('%s is %s', (path, expected) => expect(table.get(path)).toBe(expected as never));

test.each([
  ['/v1/models/acme/m:generateContent', 'acme/m'],
  ['/v1/models/acme%2Fm%3Afree:generateContent', 'acme/m:free'],
  ['/v1/models/%:generateContent', undefined],
  ['/v1/models/:generateContent', undefined],
  ['/v2/models/m:generateContent', undefined],
])('the model in %s is %s', (path, expected) =>
  expect(modelInPath(path, '/v1/models/{model}:generateContent')).toBe(expected as never),
);
