// More work than there is room for, on a virtual clock: what is answered, who is, how soon the others hear that they are not,
// and what is left of it when it is over. Figures R6 and R7 of the reference.

import { describe, expect, setDefaultTimeout, test } from 'bun:test';

import { goodput, quantile, runCrowd } from './world.ts';
import type { Crowd, CrowdOptions, Ended } from './world.ts';

// Some seconds of work, which a busy machine may stretch.
setDefaultTimeout(120_000);

const CAPACITY = 40;
const SERVICE_MS = 1_000;
/** Answers a second. */
const PEAK = (CAPACITY * 1_000) / SERVICE_MS;
/** Until the limit is found. */
const WARM_MS = 10_000;
const DURATION_MS = 60_000;
const SEEDS = [1, 2, 3];

function crowd(seed: number, times: number, more: Partial<CrowdOptions> = {}): Promise<Crowd> {
  return runCrowd({
    seed,
    targets: ['p/1'],
    capacity: CAPACITY,
    serviceMs: SERVICE_MS,
    rate: () => PEAK * times,
    durationMs: DURATION_MS,
    limits: { queue: { waitMs: SERVICE_MS, length: 200 } },
    mix: { low: 0.3, normal: 0.5, high: 0.12, critical: 0.08 },
    ...more,
  });
}

function successes(all: readonly Ended[], priority: Ended['priority']): number {
  const own = all.filter((one) => one.priority === priority);
  return own.filter(({ failure }) => failure === undefined).length / own.length;
}

describe.each(['upstream_overloaded', 'upstream_rate_limited'] as const)(
  'three times as much as a provider takes that says %s',
  (refusal) => {
    test.each(SEEDS)('seed %i', async (seed) => {
      const usual = await crowd(seed, 0.5, { refusal });
      const peak = await crowd(seed, 1, { refusal });
      const over = await crowd(seed, 3, { refusal });
      const late = over.ended.filter(({ at }) => at >= WARM_MS);
      // Nine tenths of what is done when just as much is asked for.
      const most = goodput(peak, WARM_MS, DURATION_MS);
      expect(most).toBeGreaterThan(0.88 * PEAK);
      expect(goodput(over, WARM_MS, DURATION_MS)).toBeGreaterThanOrEqual(0.9 * most);
      expect(successes(late, 'critical')).toBeGreaterThanOrEqual(0.99);
      expect(successes(late, 'high')).toBeGreaterThanOrEqual(0.97);
      expect(successes(late, 'normal')).toBeGreaterThan(successes(late, 'low'));
      // Who is answered waits no more than twice as long as otherwise.
      const times = (all: readonly Ended[]) =>
        all.filter(({ failure }) => failure === undefined).map(({ tookMs }) => tookMs);
      expect(quantile(times(late), 0.99)).toBeLessThanOrEqual(2 * quantile(times(usual.ended), 0.99));
      // Who is not let in hears it at once; who waits in vain, at the end of the wait that was allowed.
      const refused = late.filter(({ failure }) => failure?.code === 'overloaded');
      const why = ({ failure }: Ended) => (failure?.detail as { why: string } | undefined)?.why;
      const atOnce = refused.filter((one) => why(one) === 'too-long' || why(one) === 'full');
      expect(atOnce.length).toBeGreaterThan(0.7 * refused.length);
      expect(
        quantile(
          atOnce.map(({ tookMs }) => tookMs),
          0.99,
        ),
      ).toBeLessThanOrEqual(20);
      expect(Math.max(...refused.map(({ tookMs }) => tookMs))).toBeLessThan(SERVICE_MS + 500);
      for (const { failure } of refused) expect(failure?.retryAfterMs).toBeGreaterThanOrEqual(1_000);
      // The provider is not asked for much more than it takes, and the queue is bounded.
      expect(over.turnedAway).toBeLessThan(0.03 * over.calls);
      expect(over.queued).toBeLessThanOrEqual(200);
    });
  },
);

test.each(SEEDS)('callers of one class are served alike, seed %i', async (seed) => {
  const over = await crowd(seed, 3, { mix: { low: 0, normal: 1, high: 0, critical: 0 } });
  const parts = ['a', 'b', 'c', 'd'].map((owner) => {
    const own = over.ended.filter((one) => one.owner === owner && one.at >= WARM_MS);
    return own.filter(({ failure }) => failure === undefined).length;
  });
  expect(Math.min(...parts)).toBeGreaterThan(0.9 * Math.max(...parts));
});

test.each(SEEDS)('two targets take twice as much, and none is left idle, seed %i', async (seed) => {
  const over = await crowd(seed, 6, { targets: ['p/1', 'q/1'] });
  expect(goodput(over, WARM_MS, DURATION_MS)).toBeGreaterThan(0.9 * 2 * PEAK);
  expect(
    successes(
      over.ended.filter(({ at }) => at >= WARM_MS),
      'critical',
    ),
  ).toBeGreaterThanOrEqual(0.99);
});

test.each(SEEDS)('a minute of half as much again leaves nothing behind, seed %i', async (seed) => {
  const over = await crowd(seed, 1, {
    durationMs: 120_000,
    rate: (at) => PEAK * (at >= 40_000 && at < 100_000 ? 1.5 : 0.8),
  });
  const before = goodput(over, WARM_MS, 40_000) / 0.8;
  // Of what is asked for, since chance asks for more or less.
  const asked = (fromMs: number, toMs: number) =>
    over.ended.filter(({ at }) => at >= fromMs && at < toMs).length / ((toMs - fromMs) / 1_000);
  const part = (fromMs: number, toMs: number) => goodput(over, fromMs, toMs) / asked(fromMs, toMs);
  expect(before).toBeGreaterThan(0.9 * PEAK);
  expect(part(110_000, 120_000)).toBeGreaterThanOrEqual(0.95 * part(WARM_MS, 40_000));
  // And already in the ten seconds before that.
  expect(part(102_000, 110_000)).toBeGreaterThanOrEqual(0.95 * part(WARM_MS, 40_000));
});
