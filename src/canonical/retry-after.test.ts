import { describe, expect, test } from 'bun:test';

import { parseResetMs, parseWaitMs, rateLimitResetMs, retryAfterMs, WAIT_MS_MAX } from './retry-after.ts';

const NOW = Date.UTC(2026, 10, 23, 12, 0, 0);
const headers =
  (all: Readonly<Record<string, string>>) =>
  (name: string): string | undefined =>
    all[name];

describe('one wait', () => {
  const cases: readonly [string, number | undefined][] = [
    ['30', 30_000],
    ['0', 0],
    ['0.5', 500],
    [' 7 ', 7_000],
    ['34.4s', 34_400],
    ['6ms', 6],
    ['1m30.5s', 90_500],
    ['2h', 7_200_000],
    ['1h2m3s', 3_723_000],
    ['0s', 0],
    ['Mon, 23 Nov 2026 12:00:05 GMT', 5_000],
    ['2026-11-23T12:01:00Z', 60_000],
    ['Mon, 23 Nov 2026 11:00:00 GMT', undefined],
    ['99999999999999999999', WAIT_MS_MAX],
    ['9'.repeat(400), WAIT_MS_MAX],
    ['400d', WAIT_MS_MAX],
    ['-3', undefined],
    ['-3s', undefined],
    ['', undefined],
    ['soon', undefined],
    ['1e3', undefined],
    ['0x10', undefined],
    ['NaN', undefined],
    ['Infinity', undefined],
    ['12 monkeys', undefined],
  ];
  for (const [text, expected] of cases) {
    test(`${text.slice(0, 40)} is ${expected}`, () => expect(parseWaitMs(text, NOW)).toBe(expected));
  }
});

describe('headers', () => {
  const cases: readonly [string, Readonly<Record<string, string>>, number | undefined][] = [
    ['nothing', {}, undefined],
    ['milliseconds go first', { 'retry-after-ms': '1500', 'retry-after': '60' }, 1_500],
    ['junk milliseconds do not count', { 'retry-after-ms': '-5', 'retry-after': '60' }, 60_000],
    ['seconds', { 'retry-after': '2' }, 2_000],
  ];
  for (const [name, all, expected] of cases) {
    test(name, () => expect(retryAfterMs(headers(all), NOW)).toBe(expected));
  }
});

describe('resets', () => {
  test('a number may be a moment', () => {
    expect(parseResetMs(String(NOW + 4_000), NOW)).toBe(4_000);
    expect(parseResetMs(String(NOW / 1_000 + 9), NOW)).toBe(9_000);
    expect(parseResetMs(String(NOW - 4_000), NOW)).toBeUndefined();
    expect(parseResetMs('59.5', NOW)).toBe(59_500);
  });

  test('the longest of the limits that are used up', () => {
    const all = {
      'x-ratelimit-reset-requests': '1m',
      'x-ratelimit-remaining-requests': '12',
      'x-ratelimit-reset-tokens': '6s',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset': '2',
    };
    expect(rateLimitResetMs(headers(all), NOW)).toBe(6_000);
    expect(rateLimitResetMs(headers({}), NOW)).toBeUndefined();
  });
});
