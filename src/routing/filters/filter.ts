// A filter says why a target may not be in a plan, or that it may. One question for each file.

import type { ProviderWishes } from '#canonical/request.ts';
import type { Target } from '#providers/target.ts';
import type { Bounds, DataRules } from '../rules.ts';

export interface FilterContext {
  readonly bounds: Bounds;
  /** Of the model that the target serves. */
  readonly data: DataRules | undefined;
  /** The one of the bounds whose `only` names none of the targets: routers are told of it and obey it themselves. */
  readonly leftToRouters?: ProviderWishes | undefined;
  /** Tokens of the prompt at this target; asked for where a price depends on it. */
  readonly inputTokens: (target: Target) => number;
}

/** A sentence that begins with the target: `is processed in us`. Undefined when there is nothing against it. */
export type Filter = (target: Target, context: FilterContext) => string | undefined;
