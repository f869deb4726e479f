// All experiments at length.

import type { StrategyName } from '#routing/routes.ts';
import { affinity, AFFINITY_WORLDS } from './affinity.ts';
import type { AffinityResult } from './affinity.ts';
import { front, MARKETS } from './front.ts';
import type { FrontResult } from './front.ts';
import { headroom } from './headroom.ts';
import type { HeadroomOptions, HeadroomResult } from './headroom.ts';
import { hindsight, TRACES } from './hindsight.ts';
import type { HindsightResult } from './hindsight.ts';
import { overSockets } from './over-sockets.ts';
import type { SocketsRow } from './over-sockets.ts';
import { illness, ILLNESSES } from './illness.ts';
import type { Illness, IllnessResult } from './illness.ts';

export interface IllnessRow {
  readonly strategy: StrategyName;
  readonly illness: Illness;
  readonly result: IllnessResult;
}

export interface HeadroomRow {
  readonly options: HeadroomOptions;
  readonly result: HeadroomResult;
}

export interface Found {
  readonly illness: readonly IllnessRow[];
  readonly sockets: readonly SocketsRow[];
  readonly hindsight: readonly (readonly [trace: string, result: HindsightResult])[];
  readonly front: readonly (readonly [market: string, result: FrontResult])[];
  readonly headroom: readonly HeadroomRow[];
  readonly affinity: readonly (readonly [world: string, result: AffinityResult])[];
}

export const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8] as const;
const FEW = [1, 2, 3] as const;

export async function runExperiments(say: (what: string) => void): Promise<Found> {
  const ill: IllnessRow[] = [];
  for (const strategy of ['latency', 'balanced', 'throughput'] as const) {
    for (const name of Object.keys(ILLNESSES) as Illness[]) {
      say(`one of four targets: ${strategy}, ${name}`);
      ill.push({ strategy, illness: name, result: await illness({ illness: name, strategy, seeds: SEEDS }) });
    }
  }
  const traces: (readonly [string, HindsightResult])[] = [];
  for (const trace of Object.keys(TRACES)) {
    say(`in hindsight: ${trace}`);
    traces.push([trace, await hindsight(trace, SEEDS)]);
  }
  const markets: (readonly [string, FrontResult])[] = [];
  for (const market of Object.keys(MARKETS)) {
    say(`cost against time: ${market}`);
    markets.push([market, await front(market, FEW, 300_000)]);
  }
  const affinities: (readonly [string, AffinityResult])[] = [];
  for (const world of Object.keys(AFFINITY_WORLDS)) {
    say(`where prompts are kept: ${world}`);
    affinities.push([world, await affinity(world, FEW, 900_000)]);
  }
  const sockets: SocketsRow[] = [];
  for (const wrong of ['ten times slower', 'failing fast'] as const) {
    say(`over real sockets: ${wrong}`);
    sockets.push(await overSockets(wrong));
  }
  const rows = await limits(say);
  return {
    illness: ill,
    sockets,
    hindsight: traces,
    front: markets,
    headroom: rows,
    affinity: affinities,
  };
}

async function limits(say: (what: string) => void): Promise<readonly HeadroomRow[]> {
  const rows: HeadroomRow[] = [];
  for (const strategy of ['priority', 'latency'] as const) {
    for (const kind of ['window', 'bucket'] as const) {
      for (const [saysWhen, attempts] of [
        [true, 1],
        [false, 1],
        [true, 3],
      ] as const) {
        say(`keys near their limits: ${strategy}, ${kind}`);
        const world = { seeds: FEW, durationMs: 600_000, requestsPerSecond: 12 };
        const options = { ...world, kind, strategy, attempts, saysWhen };
        rows.push({ options, result: await headroom(options) });
      }
    }
  }
  return rows;
}
