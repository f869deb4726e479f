// How long to wait before the same target is asked again: decorrelated jitter, or what the provider asked for.
// Parameters: docs/decisions/0004-one-retrier.md.

import type { Draw } from '#base/random.ts';
import type { Failure } from '#canonical/failure.ts';

const BASE_MS = 100;
const CAP_MS = 5_000;
/** The first repeat is short, so that a blip does not change the model. */
const FIRST_SPREAD_MS = 200;

/** Milliseconds that are always waited. */
export function leastBackoffMs({ retryAfterMs = BASE_MS }: Failure): number {
  return retryAfterMs;
}

/** Milliseconds. `earlier` counts the tries of this target before the one that just failed. */
export function backoffMs(failure: Failure, earlier: number, draw: Draw): number {
  if (failure.retryAfterMs !== undefined) return failure.retryAfterMs;
  if (earlier === 0) return BASE_MS + draw() * FIRST_SPREAD_MS;
  return Math.min(CAP_MS, BASE_MS + draw() * BASE_MS * 3 ** earlier);
}
