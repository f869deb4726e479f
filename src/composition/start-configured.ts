// The first snapshot, with the simulator where no provider is on.

import type { Result } from '#base/result.ts';
import type { ConfigChoice } from '#cli/options.ts';
import { loadConfig } from '#config/load.ts';
import { printProblem } from '#config/problem.ts';
import type { Problem } from '#config/problem.ts';
import { SIMULATOR_ID } from '#config/simulated.ts';
import type { Snapshot } from '#config/snapshot.ts';
import { startSimulator } from '#simulator/index.ts';
import type { Simulator } from '#simulator/index.ts';
import { orExit } from './or-exit.ts';
import type { Parts } from './parts.ts';

/** `predecessor` is the snapshot in use, which a new one is compared with. */
export type Load = (simulatorUrl?: string, predecessor?: Snapshot) => Result<Snapshot, readonly Problem[]>;

export function loaderOf(
  { file, overrides }: ConfigChoice,
  { catalogue, vocabularies }: Pick<Parts, 'catalogue' | 'vocabularies'>,
): Load {
  return (simulatorUrl, predecessor) =>
    loadConfig({ file, overrides, env: process.env, catalogue, vocabularies, simulatorUrl, predecessor });
}

export interface Configured {
  readonly snapshot: Snapshot;
  /** Set where it was started here. */
  readonly simulator: Simulator | undefined;
}

/**
 * The address of a simulator is known only once it listens, so the load happens twice then. `running` is the address of one
 * that another process has started.
 */
export async function startConfigured(load: Load, file?: string, running?: string): Promise<Configured> {
  const print = (problems: readonly Problem[]): string =>
    problems.map((problem) => printProblem(problem, file)).join('\n');
  const first = orExit(load(running ?? 'http://127.0.0.1:1/v1'), print);
  if (running !== undefined || !first.providers.has(SIMULATOR_ID)) {
    return { snapshot: first, simulator: undefined };
  }
  const simulator = await startSimulator({ name: SIMULATOR_ID });
  return { snapshot: orExit(load(simulator.url), print), simulator };
}
