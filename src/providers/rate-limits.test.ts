import { expect, test } from 'bun:test';
import { rateLimitsIn } from './rate-limits.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');

test.each([
  [
    'numbers and durations',
    {
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-remaining-requests': '59',
      'x-ratelimit-reset-requests': '1s',
      'x-ratelimit-limit-tokens': '150000',
      'x-ratelimit-remaining-tokens': '149984',
      'x-ratelimit-reset-tokens': '6m0s',
    },
    {
      requests: { remaining: 59, limit: 60, resetsInMs: 1_000 },
      tokens: { remaining: 149_984, limit: 150_000, resetsInMs: 360_000 },
    },
  ],
  [
    'dates, and the prompt’s tokens before those of both',
    {
      'anthropic-ratelimit-requests-remaining': '3',
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-reset': '2026-11-25T12:00:30Z',
      'anthropic-ratelimit-tokens-remaining': '9',
      'anthropic-ratelimit-input-tokens-remaining': '1000',
    },
    {
      requests: { remaining: 3, limit: 50, resetsInMs: 30_000 },
      tokens: { remaining: 1_000, resetsInMs: 60_000 },
    },
  ],
  [
    'a date that has passed',
    { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '2020-01-01T00:00:00Z' },
    { requests: { remaining: 0, resetsInMs: 60_000 } },
  ],
  ['nothing', {}, undefined],
  ['junk', { 'x-ratelimit-remaining-requests': 'many', 'x-ratelimit-remaining-tokens': '-1' }, undefined],
])('%s', (_, headers: Readonly<Record<string, string>>, expected) => {
  expect(rateLimitsIn((name) => headers[name], NOW)).toEqual(expected);
});
