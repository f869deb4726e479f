// One of four like targets falls ill for a while: how soon it loses its traffic, how soon it has it back, and whether
// anybody rushes anywhere meanwhile.

import type { StrategyName } from '#routing/routes.ts';
import { mean, shareOf } from '../traffic/figures.ts';
import { runTraffic } from '../traffic/traffic.ts';
import type { Served, TrafficOptions } from '../traffic/traffic.ts';
import type { Behaviour } from '../traffic/acted-target.ts';

export const ILLNESSES = {
  'ten times slower': { firstMs: 4_000, eachMs: 200 },
  'failing fast': { firstMs: 400, failing: 1, failsAfterMs: 5 },
  silent: { firstMs: 400, silent: true },
} as const satisfies Readonly<Record<string, Behaviour>>;
export type Illness = keyof typeof ILLNESSES;

const WELL: Behaviour = { firstMs: 400 };
/** Milliseconds: of the fourth target's illness, and of the whole. */
export const ILL_FROM = 40_000;
export const ILL_TO = 80_000;
export const END = 130_000;
/** What nobody may have done: taken more than this of any five seconds. */
const WINDOW_MS = 5_000;

export interface IllnessOptions {
  readonly illness: Illness;
  readonly strategy: StrategyName;
  readonly seeds: readonly number[];
  readonly blind?: TrafficOptions['blind'];
}

export interface IllnessResult {
  readonly worlds: readonly (readonly Served[])[];
  /** Shares of the fourth target, means over the seeds: before, from ten seconds on, from thirty after its recovery on. */
  readonly before: number;
  readonly during: number;
  readonly after: number;
  /** The largest share of any target in any five seconds of any seed, once the traffic has begun. */
  readonly rush: number;
  /** Exchanges that failed. */
  readonly failed: number;
}

export async function illness(options: IllnessOptions): Promise<IllnessResult> {
  const worlds: (readonly Served[])[] = [];
  for (const seed of options.seeds) worlds.push(await oneWorld(options, seed));
  const share = (fromMs: number, toMs: number): number =>
    mean(worlds.map((served) => shareOf(served, 3, fromMs, toMs)));
  let rush = 0;
  for (const served of worlds) {
    for (let at = 10_000; at < END; at += WINDOW_MS) {
      for (const index of [0, 1, 2, 3]) rush = Math.max(rush, shareOf(served, index, at, at + WINDOW_MS));
    }
  }
  return {
    worlds,
    before: share(20_000, ILL_FROM),
    during: share(ILL_FROM + 10_000, ILL_TO),
    after: share(ILL_TO + 30_000, END),
    rush,
    failed: worlds.flat().filter(({ failure }) => failure !== undefined).length,
  };
}

function oneWorld(
  { illness: name, strategy, blind }: IllnessOptions,
  seed: number,
): Promise<readonly Served[]> {
  const well = { behaves: () => WELL };
  const ill = ILLNESSES[name];
  const fourth = { behaves: (now: number) => (now >= ILL_FROM && now < ILL_TO ? ill : WELL) };
  const targets = [well, well, well, fourth];
  // An answer that is written for a minute is slow, not cut.
  const limits = { firstContentMs: 20_000, silenceMs: 600_000 };
  return runTraffic({
    seed,
    requestsPerSecond: 30,
    durationMs: END,
    strategy,
    targets,
    limits,
    ...(blind && { blind }),
  });
}
