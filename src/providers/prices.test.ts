import { expect, test } from 'bun:test';
import type { Price, PriceList } from './price.ts';
import { toPrice } from './prices.ts';

const lists: readonly (readonly [list: PriceList, price: Omit<Price, 'version'> | undefined])[] = [
  [
    { input: 1, output: 2 },
    { input: 1_000_000, output: 2_000_000 },
  ],
  [
    { input: 0.0375, output: 0.083333 },
    { input: 37_500, output: 83_333 },
  ],
  [
    { input: 0.1, output: 0.7 },
    { input: 100_000, output: 700_000 },
  ],
  [
    { input: 0, output: 0 },
    { input: 0, output: 0 },
  ],
  [
    {
      input: 3,
      output: 15,
      cacheRead: 0.3,
      cacheWrite: 3.75,
      cacheWrite1h: 6,
      reasoning: 15,
      request: 0.005,
    },
    {
      input: 3_000_000,
      output: 15_000_000,
      cacheRead: 300_000,
      cacheWrite: 3_750_000,
      cacheWrite1h: 6_000_000,
      reasoning: 15_000_000,
      request: 5_000_000_000,
    },
  ],
  [
    { input: 1, output: 1, audioInput: 40, audioOutput: 80 },
    { input: 1_000_000, output: 1_000_000, audioInput: 40_000_000, audioOutput: 80_000_000 },
  ],
  [{}, undefined],
  [{ input: 1 }, undefined],
  [{ output: 1 }, undefined],
  [{ input: undefined, output: 1 }, undefined],
  [{ input: -1, output: 1 }, undefined],
  [{ input: 1, output: -0.000_000_1 }, undefined],
  [{ input: Number.NaN, output: 1 }, undefined],
  [{ input: 1, output: Infinity }, undefined],
  [{ input: 1, output: 1, cacheRead: -1 }, undefined],
  [{ input: 1e12, output: 1 }, undefined],
  [{ input: 1, output: 1, request: 1e5 }, undefined],
];

test.each(lists)('%p is %p', (list, price) => {
  expect(toPrice(list, 'test')).toEqual(price === undefined ? undefined : { ...price, version: 'test' });
});
