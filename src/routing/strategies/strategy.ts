// A strategy puts the candidates of one model in order. One interface, a file each, the same contract for all.

import type { Draw } from '#base/random.ts';
import type { Target } from '#providers/target.ts';
import type { StrategyName } from '../routes.ts';

export interface Strategy {
  readonly name: StrategyName;
  /** A permutation of the candidates, the first to be tried first. */
  order(candidates: readonly Target[], draw: Draw): readonly Target[];
}
