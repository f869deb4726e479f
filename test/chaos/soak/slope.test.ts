// The slope is the slope, and its interval holds it.

import { expect, test } from 'bun:test';

import { seededDraw } from '#base/random.ts';
import { slopeOf } from './slope.ts';

const line = (slope: number, noise: number, seed = 1) => {
  const draw = seededDraw(seed);
  return Array.from({ length: 600 }, (_, at) => ({ at, value: 100 + slope * at + noise * (draw() - 0.5) }));
};

test('of a line it is exact', () => {
  const { slope, margin } = slopeOf(line(3, 0), 20);
  expect(slope).toBeCloseTo(3, 9);
  expect(margin).toBeCloseTo(0, 9);
});

test.each([0, 0.05, -0.05])(
  'of a noisy line of %p it is within its interval nineteen times of twenty',
  (truth) => {
    let inside = 0;
    for (let seed = 1; seed <= 200; seed += 1) {
      const { slope, margin } = slopeOf(line(truth, 50, seed), 20);
      if (Math.abs(slope - truth) <= margin) inside += 1;
    }
    expect(inside).toBeGreaterThanOrEqual(180);
  },
);

test('of next to nothing it is unknown', () => {
  expect(slopeOf(line(1, 0).slice(0, 2), 20).slope).toBeNaN();
});
