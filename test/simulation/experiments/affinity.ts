// Long conversations over two targets whose providers keep prompts: what it is worth to know where a prompt is kept.

import { costOfThousand, mean, sum } from '../traffic/figures.ts';
import { runTraffic } from '../traffic/traffic.ts';
import type { Served } from '../traffic/traffic.ts';
import { conversations } from '../traffic/asking.ts';
import type { Behaviour, Nature } from '../traffic/acted-target.ts';

/** US dollars for a million tokens; what is read from a cache costs a tenth. */
const price = (input: number) => ({ input, output: 4 * input, cacheRead: input / 10 });

export interface AffinityWorld {
  readonly targets: readonly Nature[];
  readonly strategy: 'price' | 'price-weighted' | 'weighted' | 'balanced';
}

const steady = (firstMs: number) => (): Behaviour => ({ firstMs });

/** By name. */
export const AFFINITY_WORLDS: Readonly<Record<string, AffinityWorld>> = {
  'the dearer one is often warm': {
    // The first is out of order now and then; conversations that moved to the second have their prompts there.
    targets: [
      {
        behaves: (now) => ({ firstMs: 500, failing: now % 120_000 < 30_000 ? 1 : 0 }),
        price: price(2),
      },
      { behaves: steady(500), price: price(3) },
    ],
    strategy: 'price',
  },
  'two at one price': {
    targets: [
      { behaves: steady(500), price: price(2) },
      { behaves: steady(520), price: price(2) },
    ],
    strategy: 'price-weighted',
  },
  'three, one is faster': {
    targets: [
      { behaves: steady(500), price: price(2) },
      { behaves: steady(300), price: price(2.5) },
      { behaves: steady(600), price: price(2) },
    ],
    strategy: 'balanced',
  },
};

export interface AffinitySide {
  /** US dollars for a thousand requests: paid, saved by caches, and not saved because a request went elsewhere. */
  readonly cost: number;
  readonly won: number;
  readonly lost: number;
  /** Part of the prompts' tokens that came from a cache. */
  readonly read: number;
  /** Part of the turns, from the second of a conversation on, that went where the one before was answered. */
  readonly stayed: number;
}

export interface AffinityResult {
  readonly blind: AffinitySide;
  readonly aware: AffinitySide;
}

export async function affinity(
  world: string,
  seeds: readonly number[],
  durationMs: number,
): Promise<AffinityResult> {
  const side = async (blind: boolean): Promise<AffinitySide> => {
    const runs: (readonly Served[])[] = [];
    const { targets = [], strategy = 'price' } = AFFINITY_WORLDS[world] ?? {};
    for (const seed of seeds) {
      const asks = conversations(40, { turns: 8, documentTokens: 8_000 });
      const options = { seed, requestsPerSecond: 2, durationMs, strategy, targets, asks };
      runs.push(await runTraffic({ ...options, ...(blind && { blind: 'caches' as const }) }));
    }
    return sideOf(runs);
  };
  return { blind: await side(true), aware: await side(false) };
}

function sideOf(runs: readonly (readonly Served[])[]): AffinitySide {
  const served = runs.flat();
  return {
    cost: mean(runs.map(costOfThousand)),
    won: 1_000 * mean(served.map(({ uncached, cost }) => uncached - cost)),
    lost: 1_000 * mean(served.map(({ lost }) => lost)),
    read: sum(served.map(({ cacheRead }) => cacheRead)) / sum(served.map(({ inputTokens }) => inputTokens)),
    stayed: mean(runs.flatMap(stays)),
  };
}

function stays(served: readonly Served[]): readonly number[] {
  const last = new Map<number, number>();
  const stayed: number[] = [];
  for (const { conversation, answeredBy } of served) {
    if (answeredBy === undefined) continue;
    const before = last.get(conversation);
    if (before !== undefined) stayed.push(before === answeredBy ? 1 : 0);
    last.set(conversation, answeredBy);
  }
  return stayed;
}
