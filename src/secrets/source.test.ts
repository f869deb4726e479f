import { afterAll, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { envSource } from './env.ts';
import { fileSource } from './file.ts';
import { secretReader } from './source.ts';

const directory = mkdtempSync(join(tmpdir(), 'clew-secrets-'));
afterAll(() => rmSync(directory, { recursive: true }));
writeFileSync(join(directory, 'good'), '  from a file\n');
writeFileSync(join(directory, 'empty'), ' \n');
writeFileSync(join(directory, 'long'), 'x'.repeat(65_537));
mkdirSync(join(directory, 'folder'));

const env = { GOOD: 'from the environment', EMPTY: ' ' };

function read(reference: string) {
  return secretReader([envSource(env), fileSource(directory)])(reference);
}

describe('a reference gives its secret', () => {
  const cases = [
    ['env:GOOD', 'from the environment'],
    ['file:good', 'from a file'],
    [`file:${join(directory, 'good')}`, 'from a file'],
  ] as const;
  test.each(cases)('%s', (reference, value) => {
    const secret = read(reference);
    expect(secret.ok && secret.value.reveal()).toBe(value);
  });
});

describe('a reference that leads nowhere says why', () => {
  const cases = [
    ['env:ABSENT', 'the environment variable ABSENT is not set', undefined],
    ['env:EMPTY', 'the environment variable EMPTY is empty', undefined],
    ['env:', 'not the name of an environment variable', undefined],
    ['env:sk-pasted-by-mistake', 'not the name of an environment variable', undefined],
    ['file:absent', 'the file absent is absent or cannot be read', undefined],
    ['file:empty', 'the file empty is empty', undefined],
    ['file:long', 'the file long is too long for a secret', undefined],
    ['file:folder', 'folder is not a file', undefined],
    ['safe:thing', 'unknown secret source "safe:"', 'env:NAME or file:PATH'],
    ['sk-pasted-by-mistake', 'a secret is written as a reference, never as itself', 'env:NAME or file:PATH'],
    ['', 'a secret is written as a reference, never as itself', 'env:NAME or file:PATH'],
  ] as const;
  test.each(cases)('%s', (reference, message, expected) => {
    const secret = read(reference);
    expect(secret.ok).toBe(false);
    if (secret.ok) return;
    expect(secret.error.message).toBe(message);
    expect(secret.error.expected).toBe(expected);
    expect(JSON.stringify(secret.error)).not.toContain('pasted');
  });
});

test('what was read once stays, whatever becomes of the file', () => {
  const path = join(directory, 'changing');
  writeFileSync(path, 'first');
  const reader = secretReader([fileSource(directory)]);
  reader('file:changing');
  writeFileSync(path, 'second');
  const secret = reader('file:changing');
  expect(secret.ok && secret.value.reveal()).toBe('first');
});
