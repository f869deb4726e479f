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
  [
    { input: 1, output: 1, imageInput: 2, imageOutput: 30, videoInput: 3, search: 0.01 },
    {
      input: 1_000_000,
      output: 1_000_000,
      imageInput: 2_000_000,
      imageOutput: 30_000_000,
      videoInput: 3_000_000,
      search: 10_000_000_000,
    },
  ],
  [
    {
      input: 1,
      output: 2,
      cacheRead: 0.1,
      tiers: [
        { above: 200_000, input: 2, output: 3 },
        { above: 500_000, input: 4 },
      ],
    },
    {
      input: 1_000_000,
      output: 2_000_000,
      cacheRead: 100_000,
      tiers: [
        { above: 200_000, input: 2_000_000, output: 3_000_000, cacheRead: 100_000 },
        { above: 500_000, input: 4_000_000, output: 3_000_000, cacheRead: 100_000 },
      ],
    },
  ],
  [
    { input: 1, output: 2, tiers: [] },
    { input: 1_000_000, output: 2_000_000 },
  ],
  [{ input: 1, output: 2, tiers: [{ above: 5, input: -1 }] }, undefined],
  [{ input: 1, output: 2, tiers: [{ above: Number.NaN, input: 1 }] }, undefined],
  [{ input: 1, output: 2, tiers: [{ above: 0, input: 1 }] }, undefined],
  [{ input: 1, output: 2, tiers: [{ above: 5 }, { above: 5, input: 1 }] }, undefined],
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
