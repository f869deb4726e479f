// Which models exist and who serves them: the part of a snapshot that routing looks at.

import type { ProviderEntry } from '#providers/entry.ts';
import type { Credential, Target } from '#providers/target.ts';
import type { Limits } from './plan.ts';
import type { DataRules } from './rules.ts';

export interface Routes {
  /** Models that the operator defined, by name. */
  readonly models: ReadonlyMap<string, ModelRoute>;
  /** Providers that are on, in the order in which bare model names are looked up. */
  readonly providers: ReadonlyMap<string, ProviderRoute>;
  /** Of the snapshot: plans keep it. */
  readonly version?: string;
}

export interface ModelRoute {
  readonly name: string;
  readonly targets: readonly Target[];
  readonly strategy: StrategyName;
  readonly strategyOptions?: StrategyOptions;
  readonly fallback: readonly string[];
  readonly limits: Limits;
  /** Only targets that keep to these. */
  readonly data?: DataRules;
}

export interface ProviderRoute {
  readonly entry: ProviderEntry;
  readonly credentials: readonly Credential[];
  /** By upstream model id. */
  readonly targets: ReadonlyMap<string, Target>;
}

export type StrategyName =
  | 'priority'
  | 'weighted'
  | 'round-robin'
  | 'price'
  | 'price-weighted'
  | 'latency'
  | 'throughput'
  | 'balanced'
  | 'quality'
  | 'least-busy';

export interface StrategyOptions {
  /** For `balanced`: how much each counts; what is left out counts nothing. */
  readonly balance?: Balance;
}

export interface Balance {
  readonly cost?: number | undefined;
  readonly time?: number | undefined;
  readonly success?: number | undefined;
  readonly quality?: number | undefined;
}
