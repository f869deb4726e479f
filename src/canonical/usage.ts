// Token counts in one accounting: `inputTotal` includes cache reads and writes, `outputTotal` includes reasoning.
// A missing counter is unknown, not zero.

import type { NanoDollars } from '#base/money.ts';
import type { Foreign } from '#canonical/foreign.ts';

export interface Usage {
  readonly inputTotal: number;
  readonly outputTotal: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  /** The part of `cacheWrite` that was written for one hour. */
  readonly cacheWrite1h?: number;
  readonly reasoning?: number;
  readonly audioInput?: number;
  readonly audioOutput?: number;
  readonly imageInput?: number;
  readonly imageOutput?: number;
  readonly videoInput?: number;
  /** Searches that the provider made while it answered, where it bills them one by one. */
  readonly searches?: number;
  /** How many requests the provider bills the call as, where that is not one. */
  readonly requests?: number;
  /** True when nobody reported it and Clew counted. */
  readonly estimated?: boolean;
  /** What the provider itself says the call cost; kept beside the computed cost. */
  readonly reportedCost?: NanoDollars;
  /** The provider's own object, unchanged. */
  readonly raw?: Foreign;
}
