// How much is kept of answers: those that later requests may go on from, and those that are given again.

import type { KeepingLimits, KeptAnswer } from '#accounting/answer-store.ts';
import type { ReplayLimits } from '#accounting/replay-store.ts';

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

/** 24 hours are what clients of payment and model APIs expect of an idempotency key. */
export const REPLAY_LIMITS: ReplayLimits = {
  replaysMax: 100_000,
  bytesMax: 512 * 1024 * 1024,
  lifetimeMs: 24 * 60 * 60 * 1000,
};
