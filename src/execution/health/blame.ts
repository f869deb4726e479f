// Whose health a failure moves, and how. One class for each failure, so that a cooldown never hits what is not to blame:
// a rate limit parks one credential for one model, a revoked key rests wherever it is used, a fault of the client moves
// nothing.

import { healthEffectOf } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';

const MINUTE_MS = 60_000;
/** A refused key does not mend itself; one look each half hour, or as soon as it is changed. */
export const REFUSED_KEY_MS = 30 * MINUTE_MS;
/** Money may be added at any time: looked at four times an hour. */
export const NO_QUOTA_MS = 15 * MINUTE_MS;
/** Bad certificates and the like. */
export const HARD_MS = 5 * MINUTE_MS;

export type Blame =
  /** Says nothing about anybody's health. */
  | { readonly on: 'nobody' }
  /** The lane rests until the provider wants it back; its breaker does not move. */
  | { readonly on: 'rate'; readonly restMs: number | undefined }
  /** Counts for the breaker of the lane. */
  | { readonly on: 'lane'; readonly floorMs: number }
  /** Opens the breaker of the lane at once. */
  | { readonly on: 'lane-hard'; readonly restMs: number }
  /** Opens the breaker of the credential at once, for every model that it is used for. */
  | { readonly on: 'credential'; readonly restMs: number };

const NOBODY: Blame = { on: 'nobody' };

export function blameOf({ code, retryAfterMs, upstreamStatus }: Failure): Blame {
  if (code === 'upstream_rate_limited') return { on: 'rate', restMs: retryAfterMs };
  // Forbidden is often about one model: the key may be good for all others.
  if (code === 'upstream_auth' && upstreamStatus === 403) return { on: 'lane-hard', restMs: REFUSED_KEY_MS };
  if (code === 'upstream_auth') return { on: 'credential', restMs: REFUSED_KEY_MS };
  if (code === 'upstream_quota')
    return { on: 'credential', restMs: Math.max(NO_QUOTA_MS, retryAfterMs ?? 0) };
  if (code === 'upstream_tls') return { on: 'lane-hard', restMs: HARD_MS };
  return healthEffectOf(code) === 'target' ? { on: 'lane', floorMs: retryAfterMs ?? 0 } : NOBODY;
}
