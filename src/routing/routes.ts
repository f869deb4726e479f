// Which models exist and who serves them: the part of a snapshot that routing looks at.

import type { ProviderEntry } from '#providers/entry.ts';
import type { Credential, Target } from '#providers/target.ts';
import type { Limits } from './plan.ts';

export interface Routes {
  /** Models that the operator defined, by name. */
  readonly models: ReadonlyMap<string, ModelRoute>;
  /** Providers that are on, in the order in which bare model names are looked up. */
  readonly providers: ReadonlyMap<string, ProviderRoute>;
}

export interface ModelRoute {
  readonly name: string;
  readonly targets: readonly Target[];
  readonly strategy: StrategyName;
  readonly fallback: readonly string[];
  readonly limits: Limits;
}

export interface ProviderRoute {
  readonly entry: ProviderEntry;
  readonly credentials: readonly Credential[];
  /** By upstream model id. */
  readonly targets: ReadonlyMap<string, Target>;
}

export type StrategyName = 'priority';
