// Every pitfall of the reference has a test that holds it, and each of those tests is there.

import { existsSync, readFileSync } from 'node:fs';

import { describe, expect, test } from 'bun:test';

import { CALLS_AND_STREAMS } from './calls-and-streams.ts';
import { CONTENT_AND_ERRORS } from './content-and-errors.ts';

const PITFALLS = { ...CALLS_AND_STREAMS, ...CONTENT_AND_ERRORS };
const ROOT = new URL('../../', import.meta.url);
const REFERENCE = new URL('../shared/reference/provider-wire-formats.md', ROOT);
const COUNT = 64;

/** Titles and rows: every text in quotes of the file. */
function textsIn(file: string): string {
  return readFileSync(new URL(file, ROOT), 'utf8');
}

describe('pitfalls of the wire', () => {
  test('are all here', () => {
    expect(Object.keys(PITFALLS).map(Number)).toEqual(Array.from({ length: COUNT }, (_, index) => index + 1));
  });

  test.skipIf(!existsSync(REFERENCE))('are as many as the reference has (skipped without ../shared)', () => {
    const [, section = ''] = readFileSync(REFERENCE, 'utf8').split(/^## 18\. /m);
    const numbers = [...(section.split(/^## /m)[0] ?? '').matchAll(/^(\d+)\. /gm)].map(([, number]) =>
      Number(number),
    );
    expect(numbers).toEqual(Object.keys(PITFALLS).map(Number));
  });

  test.each(Object.entries(PITFALLS))('%s is held', (_, { tests }) => {
    expect(tests.length).toBeGreaterThan(0);
    for (const [file, words] of tests) {
      expect(file).toMatch(/\.test\.ts$/);
      expect([file, words, textsIn(file).includes(words)]).toEqual([file, words, true]);
    }
  });
});
