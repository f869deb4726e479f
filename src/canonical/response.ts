// A whole answer. A stream of events folds to the same value (canonical/fold.ts).

import type { Json } from '#base/json.ts';
import type { Finish } from '#canonical/finish.ts';
import type { Foreign } from '#canonical/foreign.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Part } from '#canonical/part.ts';
import type { Usage } from '#canonical/usage.ts';

export interface ChatResponse {
  /** The provider's id for the answer. */
  readonly id: string;
  /** The model that answered, as the provider names it. */
  readonly model: string;
  /** Seconds since 1970, when the provider says. */
  readonly createdSec?: number;
  readonly choices: readonly Choice[];
  readonly usage?: Usage;
  readonly losses: readonly Loss[];
  readonly extras?: Foreign;
}

export interface Choice {
  readonly parts: readonly Part[];
  readonly finish: Finish;
  /** Token log probabilities in the issuer's shape. */
  readonly logprobs?: Json;
  readonly extras?: Foreign;
}
