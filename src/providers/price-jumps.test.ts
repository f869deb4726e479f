import { expect, test } from 'bun:test';
import type { PriceList } from './price.ts';
import { listJumps } from './price-jumps.ts';

const base = { input: 1, output: 2 };

const moves: readonly (readonly [was: PriceList, is: PriceList, parts: readonly string[]])[] = [
  [base, base, []],
  [base, { input: 20, output: 0.1 }, []],
  [base, { input: 20.01, output: 2 }, ['input']],
  [base, { input: 0.049, output: 40.1 }, ['input', 'output']],
  [base, { input: 0, output: 2 }, ['input']],
  [{ input: 0, output: 2 }, base, ['input']],
  // What was not known before has nothing to be compared with.
  [base, { ...base, cacheRead: 50, request: 1 }, []],
  [{ ...base, request: 0.001 }, { ...base, request: 1 }, ['request']],
  [
    { ...base, tiers: [{ above: 200, input: 2 }] },
    { ...base, tiers: [{ above: 200, input: 99 }] },
    ['tiers.0.input'],
  ],
  [{ ...base, tiers: [{ above: 200, input: 2 }] }, { ...base, tiers: [{ above: 300, input: 99 }] }, []],
  [{ input: -1, output: 1 }, base, []],
];

test.each(moves)('from %p to %p: %p', (was, is, parts) => {
  expect(listJumps(was, is).map(({ path }) => path.join('.'))).toEqual([...parts]);
});

test('tells both sides in dollars', () => {
  const tiers = (input: number): PriceList => ({ ...base, request: 0.005, tiers: [{ above: 200, input }] });
  expect(listJumps(tiers(0.3), { ...tiers(7), request: 1 })).toEqual([
    { path: ['request'], was: 0.005, is: 1 },
    { path: ['tiers', 0, 'input'], was: 0.3, is: 7 },
  ]);
});
