// Why a plan is as it is: stored with every generation, bounded. It holds what the choice was made from, so that it can be
// made again (replay.ts), and what every alternative was expected to cost and take.

import type { JsonObject } from '#base/json.ts';
import type { HedgeRule, OnCut } from './plan.ts';
import type { Score } from './score.ts';
import type { StrategyName, StrategyOptions } from './routes.ts';

export interface Explanation {
  /** The policy that decided, and the snapshot in force. */
  readonly policy?: string;
  readonly snapshot?: string;
  /** What the request was taken for. Absent where there was nothing to choose. */
  readonly request?: RequestNote;
  /** The choice among the targets of each model, in the order of the models. */
  readonly choices: readonly ChoiceNote[];
  /** The rest of what was looked at: left out, each with its reason. */
  readonly removed: readonly RemovedNote[];
  /** How many more were left out than are told. */
  readonly removedMore?: number;
  /** All that was left is at rest, so all of it may be tried. */
  readonly panic?: true;
  /** Whether a second target may be asked beside the first, and what follows a cut; absent as a rule: off, and error. */
  readonly hedge?: HedgeRule;
  /** Milliseconds without a first content after which it is asked; absent while too little is known. */
  readonly hedgeAfterMs?: number;
  readonly onCut?: OnCut;
  /** In place of the numbers that the candidates were judged by, where these are not kept: the targets of the plan. */
  readonly order?: readonly string[];
}

export interface RequestNote {
  /** Estimates. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** What it was taken to be about, and in which language, where that counts. */
  readonly task?: string;
  readonly language?: string;
}

export interface ChoiceNote {
  readonly strategy: StrategyName;
  readonly options?: StrategyOptions;
  /** 0..1 */
  readonly drawn?: number;
  readonly turn?: number;
  readonly strict?: true;
  readonly whole?: true;
  readonly unheard?: string;
  /** No fallback is allowed: so many of the first are tried, and one of the last resort where there is no first. */
  readonly only?: number;
  /** The target that the client's session is with, where it stays first. */
  readonly stay?: string;
  /** In the order in which the strategy saw them. */
  readonly candidates: readonly CandidateNote[];
}

export interface CandidateNote {
  readonly target: string;
  readonly model: string;
  /** Probability of being first among the targets of this choice; absent for those at the end. */
  readonly share?: number;
  /** Its place, from 1 on, among those that the request names to be tried first. */
  readonly wished?: number;
  /** Why it stands at the end of the plan. */
  readonly last?: string;
  /** What it was judged by; absent where there was nothing to choose. */
  readonly score?: Score;
}

export interface RemovedNote {
  readonly target: string;
  readonly why: string;
}

/** Whether the numbers that the candidates were judged by are kept too. Who was there, with which probability, always is. */
export type Detail = 'full' | 'brief';

/** The same without the numbers; the very same where there are none. `order` is that of the plan. */
export function briefly(explanation: Explanation, order: readonly string[]): Explanation {
  const { choices } = explanation;
  if (!choices.some(({ candidates }) => candidates.some(({ score }) => score !== undefined)))
    return explanation;
  return { ...explanation, choices: choices.map(withoutScores), order };
}

function withoutScores(choice: ChoiceNote): ChoiceNote {
  return { ...choice, candidates: choice.candidates.map(({ score: _score, ...rest }) => rest) };
}

/** Of those left out, so many are told. */
export const REMOVED_NOTES_MAX = 32;

/** Of a refusal: who was left out and why, for whoever explains it. */
export function detailOf(
  model: string,
  removed: readonly RemovedNote[],
): { readonly model: string; readonly removed: readonly JsonObject[] } {
  return { model, removed: removed.slice(0, REMOVED_NOTES_MAX).map(({ target, why }) => ({ target, why })) };
}
