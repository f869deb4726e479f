// How much is kept of answers that later requests may go on from, and for how long.

import type { KeepingLimits, KeptAnswer } from '#accounting/answer-store.ts';

/** The API that this imitates keeps answers for 30 days. */
export const KEEPING_LIMITS: KeepingLimits = {
  answersMax: 100_000,
  charactersMax: 1024 * 1024 * 1024,
  lifetimeMs: 30 * 24 * 60 * 60 * 1000,
};

/** Answers in one conversation; a longer one is not gone on from. */
export const CHAIN_LENGTH_MAX = 1_000;

export function charactersOf({ input, output, shown }: KeptAnswer): number {
  return input.length + output.length + shown.length;
}
