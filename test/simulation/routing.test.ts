// What the routing engine promises, over simulated targets on a virtual clock: short runs of the experiments that
// `npm run simulate:routing` makes at length.

import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { affinity, AFFINITY_WORLDS } from './experiments/affinity.ts';
import { front, MARKETS } from './experiments/front.ts';
import { headroom } from './experiments/headroom.ts';
import { hindsight, TRACES } from './experiments/hindsight.ts';
import { illness, ILLNESSES } from './experiments/illness.ts';
import type { Illness } from './experiments/illness.ts';

// A second of work each, which a busy machine may stretch.
setDefaultTimeout(60_000);

const NAMES = Object.keys(ILLNESSES) as Illness[];

describe.each(['latency', 'balanced'] as const)('%s, one of four targets', (strategy) => {
  test.each(NAMES)('%s', async (name) => {
    const { before, during, after, rush, failed } = await illness({
      illness: name,
      strategy,
      seeds: strategy === 'latency' ? [1, 2] : [3],
    });
    expect(before).toBeGreaterThan(0.22);
    // Ten seconds later it has next to nothing.
    expect(during).toBeLessThan(0.02);
    // Thirty seconds after it is well again it has its share.
    expect(after).toBeGreaterThan(0.22);
    // A third is fair while three are well, and of 150 requests a half more may fall there by chance.
    expect(rush).toBeLessThan(0.48);
    // Whoever was asked first, somebody answered.
    expect(failed).toBe(0);
  });
});

test('statistics see it without any breaker', async () => {
  for (const name of NAMES) {
    const found = await illness({ illness: name, strategy: 'latency', seeds: [1], blind: 'breakers' });
    expect(found.during).toBeLessThan(0.02);
    expect(found.after).toBeGreaterThan(0.2);
  }
});

test('throughput leaves who is silent and who fails, and nobody rushes to who is fast again', async () => {
  for (const name of NAMES) {
    const found = await illness({ illness: name, strategy: 'throughput', seeds: [4] });
    // How fast a target writes is known when an answer ends, which takes twenty seconds when it is slow.
    expect(found.during).toBeLessThan(name === 'ten times slower' ? 0.04 : 0.02);
    expect(found.after).toBeGreaterThan(0.2);
    expect(found.rush).toBeLessThan(0.48);
  }
});

test.each(Object.keys(TRACES))(
  'latency is within a tenth of the best fixed target in hindsight: %s',
  async (trace) => {
    const { ratio, best } = await hindsight(trace, trace === 'with outages' ? [1, 2] : [1]);
    expect(best).toBeGreaterThan(100);
    expect(ratio).toBeLessThan(1.1);
  },
);

test.each(Object.keys(MARKETS))('balanced lies on or under the front of the others: %s', async (market) => {
  const { points, worst } = await front(market, [5], 90_000);
  expect(points.filter(({ balanced }) => balanced)).toHaveLength(4);
  // Chance, in seven hundred requests.
  expect(worst).toBeLessThan(0.02);
});

describe('two keys near their limits', () => {
  const world = { seeds: [1], durationMs: 150_000, requestsPerSecond: 12 };

  test.each([
    ['window', true],
    ['window', false],
    ['bucket', true],
    ['bucket', false],
  ] as const)('%s, says when: %p', async (kind, saysWhen) => {
    const found = await headroom({ ...world, kind, saysWhen, strategy: 'priority', attempts: 1 });
    expect(found.blind.seen).toBeGreaterThan(4);
    expect(found.aware.seen).toBeLessThanOrEqual(0.05 * found.blind.seen);
    // And what the keys allow is still used.
    expect(found.aware.limitedShare).toBeGreaterThan(0.9 * found.blind.limitedShare);
  });
});

test.each(Object.keys(AFFINITY_WORLDS))('conversations stay where their prompts are: %s', async (world) => {
  const { blind, aware } = await affinity(world, [1], 400_000);
  expect(aware.cost).toBeLessThan(0.97 * blind.cost);
  expect(aware.won).toBeGreaterThan(blind.won);
  expect(aware.lost).toBeLessThan(0.5 * blind.lost);
});
