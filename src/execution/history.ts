// What has happened so far in one exchange: the state that nextStep decides from.

import type { Failure } from '#canonical/failure.ts';

export interface History {
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  readonly tries: readonly Try[];
}

export interface Try {
  /** Index into the plan's targets. */
  readonly target: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly failure: Failure;
}

/** What to do now. Times are monotonic milliseconds. */
export type Step =
  | { readonly do: 'try'; readonly target: number }
  | { readonly do: 'wait'; readonly untilMs: number; readonly target: number }
  | { readonly do: 'give-up'; readonly failure: Failure };
