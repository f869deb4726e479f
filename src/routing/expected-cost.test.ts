import { expect, test } from 'bun:test';
import type { Price } from '#providers/price.ts';
import { expectedCost, expectedSaving } from './expected-cost.ts';

/** A dollar for a million tokens of prompt, a tenth of that from the cache, two for the answer. */
const PRICE: Price = { input: 1_000_000, output: 2_000_000, cacheRead: 100_000, version: 'test' };
const COLD = { inputTokens: 10_000, outputTokens: 500, warmTokens: 0, warm: 0, marked: false };
const WARM = { ...COLD, warmTokens: 8_000, warm: 0.5 };
const WRITES = { ...PRICE, cacheWrite: 1_250_000 };

test.each([
  ['unknown is unknown', undefined, COLD, undefined],
  ['tokens times price', PRICE, COLD, 11_000_000],
  ['with the chance of a warm cache', PRICE, WARM, 11_000_000 - 0.5 * 8_000 * 900],
  ['a short prompt is not cached', PRICE, { ...WARM, inputTokens: 1_000, warmTokens: 900 }, 2_000_000],
  ['a price for writing that nobody asked to pay', WRITES, WARM, 11_000_000],
  ['and one that the client asked for', WRITES, { ...COLD, marked: true }, 11_000_000 + 10_000 * 250],
  [
    'what is warm is not written again',
    WRITES,
    { ...WARM, marked: true },
    11_000_000 - 0.5 * 8_000 * 900 + 6_000 * 250,
  ],
  ['a price for the request', { ...PRICE, request: 5_000_000_000 }, COLD, 16_000_000],
  [
    'a tier for long prompts',
    { ...PRICE, tiers: [{ above: 9_000, input: 2_000_000, output: 3_000_000 }] },
    COLD,
    21_500_000,
  ],
  ['free is free', { input: 0, output: 0, version: 'test' }, WARM, 0],
])('%s', (_, price, expected, cost) => {
  expect(expectedCost(price, expected)).toBe(cost);
});

test.each([
  ['nothing without a price', undefined, WARM, undefined],
  ['nothing of what is cold', PRICE, COLD, undefined],
  ['what is read, times its chance', PRICE, WARM, 0.5 * 8_000 * 900],
  ['what need not be written again too', WRITES, { ...WARM, marked: true }, 0.5 * 8_000 * (900 + 250)],
  ['nothing of what is free', { input: 0, output: 0, version: 'test' }, WARM, 0],
])('expected saving: %s', (_, price, expected, saving) => {
  expect(expectedSaving(price, expected)).toBe(saving);
});
