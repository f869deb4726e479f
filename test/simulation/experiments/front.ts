// Cost against time: what each strategy that looks at one thing achieves, and whether `balanced` lies on or under the line
// that mixtures of them could reach.

import type { Balance, StrategyName } from '#routing/routes.ts';
import { costOfThousand, mean, meanTotalMs, meanFirstMs } from '../traffic/figures.ts';
import { runTraffic } from '../traffic/traffic.ts';
import type { Nature } from '../traffic/acted-target.ts';
import { questions } from '../traffic/asking.ts';

export interface Point {
  readonly name: string;
  readonly balanced: boolean;
  /** US dollars for a thousand requests. */
  readonly cost: number;
  /** Mean milliseconds to the first content. */
  readonly firstMs: number;
  readonly totalMs: number;
}

export interface FrontResult {
  readonly points: readonly Point[];
  /** By how much the worst of `balanced` lies above the front, as a part of its time; below zero when all lie under it. */
  readonly worst: number;
}

const nature = (firstMs: number, dollars: number): Nature => ({
  behaves: () => ({ firstMs }),
  price: { input: dollars / 4, output: dollars },
});

/** By name. Milliseconds to the first content, and US dollars for a million tokens. */
export const MARKETS: Readonly<Record<string, readonly Nature[]>> = {
  'a good one between': [nature(1_600, 1), nature(700, 2.5), nature(350, 12)],
  'a poor one between': [nature(1_600, 1), nature(1_300, 7), nature(350, 12)],
  'fails now and then': [
    {
      behaves: () => ({ firstMs: 1_200, failing: 0.2, failsAfterMs: 900 }),
      price: { input: 0.2, output: 1 },
    },
    nature(800, 2),
    nature(350, 9),
  ],
};

const SINGLE: readonly StrategyName[] = [
  'price',
  'latency',
  'throughput',
  'least-busy',
  'price-weighted',
  'round-robin',
];
const BALANCES: readonly Balance[] = [
  { cost: 1, time: 1, success: 1 },
  { cost: 2, time: 1, success: 1 },
  { cost: 1, time: 2, success: 1 },
  { cost: 1, time: 4, success: 1 },
];

/** Until then who is fast is being found out. */
const KNOWN_MS = 20_000;

export async function front(
  market: string,
  seeds: readonly number[],
  durationMs: number,
): Promise<FrontResult> {
  const targets = MARKETS[market] ?? [];
  const point = async (strategy: StrategyName, balance?: Balance): Promise<Point> => {
    const runs = [];
    for (const seed of seeds) {
      const options = {
        seed,
        requestsPerSecond: 10,
        durationMs,
        strategy,
        targets,
        asks: questions(200, 100),
      };
      const served = await runTraffic({ ...options, ...(balance && { strategyOptions: { balance } }) });
      runs.push(served.filter(({ at }) => at >= KNOWN_MS));
    }
    return {
      name: balance === undefined ? strategy : `balanced ${balance.cost}:${balance.time}`,
      balanced: balance !== undefined,
      cost: mean(runs.map(costOfThousand)),
      firstMs: mean(runs.map(meanFirstMs)),
      totalMs: mean(runs.map(meanTotalMs)),
    };
  };
  const points: Point[] = [];
  for (const strategy of SINGLE) points.push(await point(strategy));
  for (const balance of BALANCES) points.push(await point('balanced', balance));
  const singles = points.filter(({ balanced }) => !balanced);
  const above = points
    .filter(({ balanced }) => balanced)
    .map((one) => one.firstMs / frontAt(singles, one.cost) - 1);
  return { points, worst: Math.max(...above) };
}

/** The least time that a mixture of these strategies reaches at that cost: the convex front from below. */
export function frontAt(singles: readonly Point[], cost: number): number {
  let least = Infinity;
  for (const a of singles) {
    if (a.cost <= cost) least = Math.min(least, a.firstMs);
    for (const b of singles) {
      if (!(a.cost <= cost && cost < b.cost)) continue;
      const part = (cost - a.cost) / (b.cost - a.cost);
      least = Math.min(least, a.firstMs + part * (b.firstMs - a.firstMs));
    }
  }
  return least;
}
