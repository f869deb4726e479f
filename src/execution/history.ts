// What has happened so far in one exchange, and how the targets stand: all that nextStep decides from.

import type { Failure } from '#canonical/failure.ts';
import type { Standing } from './health/lane.ts';

export interface History {
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  readonly tries: readonly Try[];
  /** How a target of the plan stands at this moment, without the credentials that failed here. Absent: all are ready. */
  standing?(target: number): Standing;
  /** Whether the budget has room for one more call, to this target. Absent: always. */
  mayRetry?(target: number): boolean;
}

export interface Try {
  /** Index into the plan's targets. */
  readonly target: number;
  readonly failure: Failure;
  /** When it failed, in monotonic milliseconds; absent: just now. */
  readonly at?: number;
}

/** What to do now. Times are monotonic milliseconds. */
export type Step =
  /** `anyway`: nobody is well, so one is asked as a probe. */
  | { readonly do: 'try'; readonly target: number; readonly anyway?: true }
  | { readonly do: 'wait'; readonly untilMs: number; readonly target: number }
  /** Whoever could be asked has as many calls as it takes. */
  | { readonly do: 'queue'; readonly targets: readonly number[] }
  | { readonly do: 'give-up'; readonly failure: Failure };
