// A target that fails costs the time of the failure and then that of another: without this, who fails fast would look fast.

import type { Parts } from './strategy.ts';

/** A failure costs as much as so many answers. */
const FAILURE_COST = 3;

/** 1 and up: by what an expected time is to be multiplied for a probability of success, which is never zero. */
export function penaltyFor(success: number): number {
  return 1 + (FAILURE_COST * (1 - success)) / success;
}

/** Factors of a rank, for people: three decimals. */
export function told(factors: Readonly<Record<string, number>>): Parts {
  return Object.fromEntries(
    Object.entries(factors).map(([name, factor]) => [
      name,
      Number.isFinite(factor) ? Math.round(factor * 1_000) / 1_000 : null,
    ]),
  );
}
