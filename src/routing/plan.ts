// A plan is a value: which targets to try in which order, within which limits, and why. Nothing in it can act.

import type { Target } from '#providers/target.ts';
import type { Explanation, RemovedNote } from './explanation.ts';
import type { Prefixes } from './prefixes.ts';

export interface Plan {
  /** The model the client asked for. */
  readonly model: string;
  readonly targets: readonly PlannedTarget[];
  readonly limits: Limits;
  /** What was looked at and not taken, with the reason: one line for each candidate. */
  readonly removed: readonly Removed[];
  readonly strategy: string;
  /** Why it is so; stored with the generation. */
  readonly explanation: Explanation;
  /** The beginnings of the prompt, where they were looked at: to remember whose cache has them now. */
  readonly prefixes?: Prefixes;
}

export interface PlannedTarget {
  readonly target: Target;
  /** The model of the plan that the target serves: the one asked for, or a fallback. */
  readonly model: string;
}

export type Removed = RemovedNote;

/** All in milliseconds but `attempts`. */
export interface Limits {
  /** Calls in all, over all targets. */
  readonly attempts: number;
  /** Calls of one target. */
  readonly attemptsPerTarget: number;
  readonly connectMs: number;
  readonly firstContentMs: number;
  /** For an answer that comes in one piece: its first content is all of it. */
  readonly wholeAnswerMs: number;
  readonly silenceMs: number;
  /** The whole exchange, from the first byte of the request. */
  readonly deadlineMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  attempts: 3,
  attemptsPerTarget: 2,
  connectMs: 2_000,
  firstContentMs: 60_000,
  wholeAnswerMs: 300_000,
  silenceMs: 60_000,
  deadlineMs: 600_000,
};
