// Targets that fall ill and recover, on a virtual clock: how soon they lose their traffic, how soon they have it back, and
// that nobody falls upon them meanwhile.

import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { StrategyName } from '#routing/routes.ts';
import { runWorld, shareOf } from './routing-world.ts';
import type { Behaviour, Served } from './routing-world.ts';

// A second of work each, which a busy machine may stretch.
setDefaultTimeout(60_000);

const WELL: Behaviour = { firstMs: 400 };
const FROM_MS = 40_000;
const TO_MS = 80_000;
const SEEDS = [1, 2, 3, 4, 5];

const ILLNESSES: readonly (readonly [name: string, ill: Behaviour])[] = [
  ['ten times slower', { firstMs: 4_000 }],
  ['failing fast', { firstMs: 400, failing: 1, failsAfterMs: 5 }],
  ['silent', { firstMs: 400, silent: true }],
];

/** The fourth of four targets is ill for a while; 30 requests a second. */
function illness(ill: Behaviour, strategy: StrategyName, seed: number): readonly Served[] {
  const well = (): Behaviour => WELL;
  const fourth = (now: number): Behaviour => (now >= FROM_MS && now < TO_MS ? ill : WELL);
  const targets = [well, well, well, fourth];
  return runWorld({ seed, requestsPerSecond: 30, durationMs: TO_MS + 50_000, strategy, targets });
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

describe.each(['latency', 'balanced'] as const)('%s, one of four targets', (strategy) => {
  test.each(ILLNESSES)('%s', (_, ill) => {
    const worlds = SEEDS.map((seed) => illness(ill, strategy, seed));
    const shares = (fromMs: number, toMs: number) => worlds.map((served) => shareOf(served, 3, fromMs, toMs));
    expect(mean(shares(20_000, FROM_MS))).toBeGreaterThan(0.22);
    // Ten seconds later it has next to nothing.
    expect(mean(shares(FROM_MS + 10_000, TO_MS))).toBeLessThan(0.02);
    // Thirty seconds after it is well again it has its share.
    expect(mean(shares(TO_MS + 30_000, TO_MS + 50_000))).toBeGreaterThan(0.2);
    // No herd: in no five seconds after the recovery do all rush to it.
    for (let at = TO_MS; at < TO_MS + 50_000; at += 5_000) {
      expect(mean(shares(at, at + 5_000))).toBeLessThan(0.3);
      expect(Math.max(...shares(at, at + 5_000))).toBeLessThan(0.4);
    }
    // Whoever was asked first, somebody answered.
    for (const served of worlds) expect(served.every(({ tookMs }) => tookMs !== undefined)).toBe(true);
  });
});

test('throughput leaves who is silent and who fails', () => {
  for (const [name, ill] of ILLNESSES) {
    if (name === 'ten times slower') continue;
    const shares = [1, 2].map((seed) =>
      shareOf(illness(ill, 'throughput', seed), 3, FROM_MS + 20_000, TO_MS),
    );
    expect(mean(shares)).toBeLessThan(0.02);
  }
});

describe('against the best fixed target in hindsight', () => {
  const traces: readonly (readonly [name: string, targets: readonly ((now: number) => Behaviour)[]])[] = [
    ['stationary', [300, 450, 700, 1_200].map((firstMs) => () => ({ firstMs }))],
    [
      'drifting',
      [0, 1, 2].map((phase) => (now: number) => ({
        firstMs: 500 * (1.6 + Math.sin(now / 40_000 + (phase * 2 * Math.PI) / 3)),
      })),
    ],
    [
      'with outages',
      [
        (now) => ({ firstMs: 350, failing: now % 90_000 < 15_000 ? 1 : 0, failsAfterMs: 200 }),
        (now) => ({ firstMs: (now + 45_000) % 90_000 < 20_000 ? 3_500 : 400 }),
        () => ({ firstMs: 800 }),
      ],
    ],
  ];

  test.each(traces)('latency is no more than a tenth slower: %s', (_, targets) => {
    const world = { seed: 21, requestsPerSecond: 20, durationMs: 240_000, targets };
    const times = (served: readonly Served[]): number => mean(served.map(({ tookMs }) => tookMs ?? 60_000));
    const chosen = times(runWorld({ ...world, strategy: 'latency' }));
    const fixed = targets.map((_target, index) => {
      const only = [...targets.slice(index), ...targets.slice(0, index)];
      return times(runWorld({ ...world, targets: only, strategy: 'priority' }));
    });
    expect(chosen).toBeLessThan(1.1 * Math.min(...fixed));
  });
});
