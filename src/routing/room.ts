// What providers' rate limits leave for one more request.

import type { Target } from '#providers/target.ts';
import type { Allowance, Headroom, TargetView } from './view.ts';

/** Below this part of a limit a target gets less than its share, so that the limit is not run into. */
const SCARCE = 0.1;

/**
 * 0..1: what the rate limits of the best credential leave, where 1 is plenty and 0 is nothing for a prompt of this size. A
 * limit whose time is over is whole again.
 */
export function roomIn(target: Target, view: TargetView, inputTokens: number, now: number): number {
  const { headroom } = view;
  // Of a credential that was not used yet nothing is known, which is plenty.
  if (headroom.length === 0 || headroom.length < target.credentials.length) return 1;
  let best = 0;
  for (const one of headroom) best = Math.max(best, roomOf(one, inputTokens, now));
  return best;
}

/** The same of one credential. */
export function roomOf(
  { requests, tokens }: Pick<Headroom, 'requests' | 'tokens'>,
  inputTokens: number,
  now: number,
): number {
  return Math.min(left(requests, 1, now), left(tokens, inputTokens, now));
}

function left(allowance: Allowance | undefined, needed: number, now: number): number {
  if (allowance === undefined || !(now < allowance.resetsAt)) return 1;
  const { remaining, limit } = allowance;
  if (!(remaining >= needed)) return 0;
  if (limit === undefined || !(limit > 0)) return 1;
  return Math.min(1, (remaining - needed + 1) / limit / SCARCE);
}
