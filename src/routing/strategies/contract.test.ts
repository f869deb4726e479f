// What every strategy keeps to, whatever it prefers: one suite, all of them.

import { describe, expect, test } from 'bun:test';
import { seededDraw } from '#base/random.ts';
import { choose } from '../choose.ts';
import type { StrategyName } from '../routes.ts';
import type { Score } from '../score.ts';
import { STRATEGIES } from './index.ts';

const NAMES = Object.keys(STRATEGIES) as StrategyName[];
const CONTEXT = { options: {}, turn: 0, whole: false };

export function score(more: Partial<Score> = {}): Score {
  return {
    weight: 1,
    costNano: 1_000,
    firstMs: 500,
    eachMs: 20,
    totalMs: 2_500,
    success: 0.99,
    inFlight: 0,
    samples: 50,
    failedAgoMs: undefined,
    ramp: 1,
    slowStart: 1,
    warmTokens: 0,
    ...more,
  };
}

/** Anything a broken source of numbers could say. */
const WILD = [Number.NaN, Infinity, -Infinity, -1, 0, 1e-300, 1e300, 1] as const;

function wildScore(draw: () => number): Score {
  const pick = (): number => WILD[Math.floor(draw() * WILD.length)] ?? 1;
  return {
    weight: pick(),
    costNano: draw() < 0.2 ? undefined : pick(),
    firstMs: pick(),
    eachMs: pick(),
    totalMs: pick(),
    success: pick(),
    inFlight: pick(),
    samples: pick(),
    failedAgoMs: draw() < 0.5 ? undefined : pick(),
    ramp: pick(),
    slowStart: pick(),
    warmTokens: pick(),
    quality: pick(),
  };
}

describe.each(NAMES)('%s', (strategy) => {
  test('orders every candidate once, with shares that add up to 1', () => {
    const draw = seededDraw(7);
    for (let world = 0; world < 500; world += 1) {
      const scores = Array.from({ length: 1 + Math.floor(draw() * 12) }, () =>
        score({
          weight: 0.5 + draw() * 3,
          costNano: Math.round(draw() * 5_000),
          firstMs: 50 + draw() * 5_000,
          eachMs: 1 + draw() * 50,
          success: 0.02 + draw() * 0.98,
          inFlight: Math.floor(draw() * 20),
          ramp: draw() < 0.2 ? draw() : 1,
        }),
      );
      const choice = choose(scores, draw(), { strategy, ...CONTEXT, turn: world });
      expect(choice.unheard).toBeUndefined();
      expect([...choice.order].sort((a, b) => a - b)).toEqual(scores.map((_, index) => index));
      expect(choice.shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
      expect(choice.shares.every((share) => share >= 0 && share <= 1)).toBe(true);
      expect(choice.shares[choice.order[0] ?? -1]).toBeGreaterThan(0);
    }
  });

  test('a draw decides everything: the same one gives the same order', () => {
    const scores = [score(), score({ firstMs: 520 }), score({ costNano: 900, inFlight: 2 })];
    for (const drawn of [0, 0.31, 0.77, 0.999_999]) {
      const options = { strategy, ...CONTEXT };
      expect(choose(scores, drawn, options)).toEqual(choose([...scores], drawn, options));
    }
  });

  test('the shares are how often each comes first', () => {
    const scores = [score({ weight: 3 }), score({ firstMs: 540, costNano: 1_100 }), score({ inFlight: 1 })];
    const draw = seededDraw(11);
    const first = [0, 0, 0];
    const runs = 20_000;
    let shares: readonly number[] = [];
    for (let turn = 0; turn < runs; turn += 1) {
      const choice = choose(scores, draw(), { strategy, ...CONTEXT, turn });
      first[choice.order[0] ?? 0] = (first[choice.order[0] ?? 0] ?? 0) + 1;
      shares = choice.shares;
    }
    for (const [index, share] of shares.entries()) {
      expect(Math.abs((first[index] ?? 0) / runs - share)).toBeLessThan(0.015);
    }
  });

  test('no numbers, however wild, keep it from an order, and without sense it is the static one', () => {
    const draw = seededDraw(13);
    for (let world = 0; world < 2_000; world += 1) {
      const scores = Array.from({ length: 2 + Math.floor(draw() * 5) }, () => wildScore(draw));
      const choice = choose(scores, world % 3 === 0 ? Number.NaN : draw(), {
        strategy,
        ...CONTEXT,
        turn: world,
      });
      expect([...choice.order].sort((a, b) => a - b)).toEqual(scores.map((_, index) => index));
      for (const share of choice.shares) expect(share >= 0 && share <= 1).toBe(true);
      if (choice.unheard !== undefined) expect(choice.order).toEqual(scores.map((_, index) => index));
    }
  });

  test('what is ramping up gets a part of its share, and the rest goes to others', () => {
    const shareAt = (ramp: number): number =>
      choose([score({ ramp }), score({ ramp: 1 })], 0, { strategy, ...CONTEXT }).shares[0] ?? 1;
    expect(shareAt(0.1)).toBeLessThan(0.6 * shareAt(1));
    expect(shareAt(0.5)).toBeLessThan(shareAt(1));
    expect(shareAt(0.1)).toBeGreaterThan(0);
  });

  test('one candidate is taken, none is nobody', () => {
    expect(choose([score()], 0.5, { strategy, ...CONTEXT })).toEqual({ order: [0], shares: [1] });
    expect(choose([], 0.5, { strategy, ...CONTEXT })).toEqual({ order: [], shares: [] });
  });
});
