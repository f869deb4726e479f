// `latency` against the best fixed target, known only in hindsight, over traces like those that gateways record.

import { mean, meanFirstMs } from '../traffic/figures.ts';
import { runTraffic } from '../traffic/traffic.ts';
import type { Behaviour, Nature } from '../traffic/acted-target.ts';

type Course = (now: number) => Behaviour;

/** By name: how each of the targets does over time. Milliseconds. */
export const TRACES: Readonly<Record<string, readonly Course[]>> = {
  stationary: [300, 450, 700, 1_200].map((firstMs) => () => ({ firstMs })),
  drifting: [0, 1, 2].map((phase) => (now) => ({
    firstMs: 500 * (1.6 + Math.sin(now / 40_000 + (phase * 2 * Math.PI) / 3)),
  })),
  'with outages': [
    (now) => ({ firstMs: 350, failing: now % 90_000 < 15_000 ? 1 : 0, failsAfterMs: 200 }),
    (now) => ({ firstMs: (now + 45_000) % 90_000 < 20_000 ? 3_500 : 400 }),
    () => ({ firstMs: 800 }),
  ],
};

export interface HindsightResult {
  /** Mean milliseconds to the first content, attempts that failed before included. */
  readonly chosen: number;
  /** With each target fixed as the first. */
  readonly fixed: readonly number[];
  readonly best: number;
  readonly ratio: number;
  /** If the target that is soonest at that moment were known each time. */
  readonly allKnowing: number;
}

export async function hindsight(
  trace: string,
  seeds: readonly number[],
  requestsPerSecond = 20,
): Promise<HindsightResult> {
  const courses = TRACES[trace] ?? [];
  const targets: readonly Nature[] = courses.map((behaves) => ({ behaves }));
  const time = async (order: readonly Nature[], strategy: 'latency' | 'priority'): Promise<number> => {
    const means: number[] = [];
    for (const seed of seeds) {
      const world = { seed, requestsPerSecond, durationMs: 240_000, strategy, targets: order };
      means.push(meanFirstMs(await runTraffic(world)));
    }
    return mean(means);
  };
  const chosen = await time(targets, 'latency');
  const fixed: number[] = [];
  for (const [index] of targets.entries()) {
    fixed.push(await time([...targets.slice(index), ...targets.slice(0, index)], 'priority'));
  }
  const best = Math.min(...fixed);
  return { chosen, fixed, best, ratio: chosen / best, allKnowing: allKnowing(courses) };
}

function allKnowing(courses: readonly Course[]): number {
  const moments = Array.from({ length: 2_400 }, (_, index) => index * 100);
  const soonest = (now: number): number =>
    Math.min(
      ...courses.map((course) => {
        const { firstMs, failing = 0 } = course(now);
        return failing > 0 ? Infinity : firstMs;
      }),
    );
  return mean(moments.map(soonest));
}
