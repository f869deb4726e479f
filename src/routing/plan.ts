// A plan is a value: which targets to try in which order, within which limits, and why. Nothing in it can act.

import { USUAL } from '#canonical/priority.ts';
import type { Priority } from '#canonical/priority.ts';
import type { Target } from '#providers/target.ts';
import type { Detail, Explanation, RemovedNote } from './explanation.ts';
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
  /** How much of that the record is to keep; absent: as the load allows. */
  readonly detail?: Detail;
  /** Tokens of the prompt, about, where somebody counts: what rate limits are asked for. */
  readonly inputTokens?: number;
  /** The beginnings of the prompt, where they were looked at: to remember whose cache has them now. */
  readonly prefixes?: Prefixes;
}

export interface PlannedTarget {
  readonly target: Target;
  /** The model of the plan that the target serves: the one asked for, or a fallback. */
  readonly model: string;
  /** Milliseconds in which nineteen of twenty first contents have come of late; absent while too little is known. */
  readonly firstContentP95Ms?: number;
}

export type Removed = RemovedNote;

/**
 * Whether a second target is asked while the first is slower than it usually is. `on`: not where the request has tools, whose
 * effects might come twice.
 */
export type HedgeRule = 'off' | 'on' | 'with-tools';

/**
 * What happens when a stream breaks off after the client has seen some of it. `error`: it ends in a failure. `continue`: the
 * rest is asked for elsewhere. `buffer`: nothing is shown until it is complete, so that it can begin again.
 */
export type OnCut = 'error' | 'continue' | 'buffer';

/** What happens while all targets have as many calls as they take. */
export interface QueueRule {
  /** Milliseconds that an exchange may wait; 0: not at all. */
  readonly waitMs: number;
  /** How many exchanges of the model may wait at once. */
  readonly length: number;
}

/** What an exchange may cost in calls and, in milliseconds, in time. */
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
  readonly hedge: HedgeRule;
  readonly onCut: OnCut;
  readonly priority: Priority;
  readonly queue: QueueRule;
}

export const DEFAULT_LIMITS: Limits = {
  attempts: 3,
  attemptsPerTarget: 2,
  connectMs: 2_000,
  firstContentMs: 60_000,
  wholeAnswerMs: 300_000,
  silenceMs: 60_000,
  deadlineMs: 600_000,
  hedge: 'off',
  onCut: 'error',
  priority: USUAL,
  queue: { waitMs: 30_000, length: 1_000 },
};
