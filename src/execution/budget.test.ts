import { expect, test } from 'bun:test';

import { Budget, Budgets } from './budget.ts';

/** Every exchange fails and wants as many retries as it can get, for so many seconds. */
function storm(perSecond: number, seconds: number): { exchanges: number; retries: number } {
  const budget = new Budget();
  let retries = 0;
  for (let index = 0; index < perSecond * seconds; index += 1) {
    const now = 5_000_000 + (index * 1_000) / perSecond;
    budget.deposit(now);
    for (let wish = 0; wish < 2; wish += 1) {
      if (!budget.allowsRetry(now)) continue;
      budget.withdrawRetry(now);
      retries += 1;
    }
  }
  return { exchanges: perSecond * seconds, retries };
}

test('a fifth of the exchanges may be repeated, and a sixth where it lasts', () => {
  const brief = storm(200, 10);
  // Thirty may be repeated before there has been anything to count.
  expect(brief.retries).toBeLessThanOrEqual(brief.exchanges * 0.2 + 30);
  expect(brief.retries).toBeGreaterThan(brief.exchanges * 0.19);
  const { exchanges, retries } = storm(200, 600);
  expect(retries).toBeLessThanOrEqual(exchanges * 0.17);
  expect(retries).toBeGreaterThan(exchanges * 0.16);
});

test('whenever it begins, an outage of a minute makes no more than a fifth more calls', () => {
  for (let quietMs = 5_000; quietMs < 20_000; quietMs += 370) {
    const budget = new Budget();
    const began = 5_000_000 + quietMs;
    for (let now = 5_000_000; now < began; now += 10) budget.deposit(now);
    let retries = 0;
    for (let now = began; now < began + 60_000; now += 10) {
      budget.deposit(now);
      if (!budget.allowsRetry(now)) continue;
      budget.withdrawRetry(now);
      retries += 1;
    }
    expect(retries).toBeLessThanOrEqual(0.2 * 6_000);
  }
});

test('thirty in twelve seconds may be repeated where a fifth would be less', () => {
  const { retries } = storm(5, 60);
  expect(retries).toBeGreaterThan(2.5 * 55);
  expect(retries).toBeLessThanOrEqual(2.5 * 60 + 30);
});

test('a quiet model may retry each time', () => {
  const { exchanges, retries } = storm(1, 60);
  expect(retries).toBe(exchanges * 2);
});

test('what was spent is forgotten after twelve seconds', () => {
  const budget = new Budget();
  while (budget.allowsRetry(0)) budget.withdrawRetry(0);
  expect([budget.allowsRetry(11_999), budget.allowsRetry(12_000)]).toEqual([false, true]);
});

test('a clock that steps back or far ahead breaks nothing', () => {
  const budget = new Budget();
  for (const now of [1e12, 5, 1e15, 0, -1]) {
    budget.deposit(now);
    budget.withdrawRetry(now);
    expect(budget.allowsRetry(now)).toBe(true);
  }
});

test('one budget for each model, and so many models', () => {
  const budgets = new Budgets();
  const first = budgets.of('m-0');
  expect(budgets.of('m-0')).toBe(first);
  for (let index = 1; index <= 10_000; index += 1) budgets.of(`m-${index}`);
  expect(budgets.of('m-0')).not.toBe(first);
});

test('a twentieth of the exchanges may be hedged, and ten are saved up at most', () => {
  const budget = new Budget();
  let hedges = 0;
  for (let now = 0; now < 1_000; now += 1) {
    budget.deposit(now);
    if (!budget.allowsHedge) continue;
    budget.withdrawHedge();
    hedges += 1;
  }
  expect(hedges).toBeLessThanOrEqual(50);
  expect(hedges).toBeGreaterThan(45);
  for (let now = 0; now < 10_000; now += 1) budget.deposit(now);
  for (hedges = 0; budget.allowsHedge; hedges += 1) budget.withdrawHedge();
  expect(hedges).toBe(10);
});
