import { describe, expect, test } from 'bun:test';

import { Secret } from '#base/secret.ts';
import { Keyring } from './keyring.ts';

const ring = new Keyring([
  { name: 'laptop', secret: new Secret('one-secret') },
  { name: 'batch', secret: new Secret('another-secret'), models: ['cheap'] },
]);

function from(headers: Record<string, string>): (name: string) => string | undefined {
  return (name) => headers[name];
}

describe('Keyring', () => {
  test.each([
    ['a bearer', { authorization: 'Bearer one-secret' }, 'laptop'],
    ['a bearer in other letters', { authorization: 'bearer  one-secret ' }, 'laptop'],
    ['x-api-key', { 'x-api-key': 'another-secret' }, 'batch'],
    ['x-goog-api-key', { 'x-goog-api-key': 'another-secret' }, 'batch'],
  ] as const)('admits by %s', (_, headers, name) => {
    expect(ring.admit(from(headers))).toMatchObject({ ok: true, value: { key: name } });
  });

  test.each([
    ['nothing', {}],
    ['an empty header', { authorization: '' }],
    ['a bearer without a key', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: 'Basic one-secret' }],
    ['a wrong key', { authorization: 'Bearer one-secre' }],
    ['an empty key', { 'x-api-key': '' }],
    ['a wrong bearer beside a right key', { authorization: 'Bearer no', 'x-api-key': 'one-secret' }],
  ] as const)('refuses %s', (_, headers) => {
    expect(ring.admit(from(headers))).toMatchObject({ ok: false, error: { code: 'authentication' } });
  });

  test('a key asks for its own models only', () => {
    const batch = ring.admit(from({ 'x-api-key': 'another-secret' }));
    if (!batch.ok) throw new Error('not admitted');
    expect([batch.value.allows('cheap'), batch.value.allows('dear')]).toEqual([true, false]);
  });

  test('without keys anyone may call', () => {
    expect(new Keyring([]).admit(from({}))).toMatchObject({ ok: true, value: { key: null } });
  });
});
