// What a client cannot be shown, each with its reason: reviewed by hand, and a row that nothing needs fails the whole run.

import type { Case } from './recordings.ts';
import type { Lane } from './seen.ts';

export type Feature =
  | 'text'
  | 'reasoning'
  | 'refusal'
  /** Whether a refusal is told from a text at all: where this is left out, it is read in the text. */
  | 'refusal apart'
  | 'tool calls'
  | 'finish'
  | 'input tokens'
  | 'output tokens'
  | 'cached tokens'
  | 'reasoning tokens';

export interface LeftOut {
  /** A language, or the name of one client. */
  readonly of: string;
  readonly feature: Feature;
  readonly when?: (one: Case) => boolean;
  readonly why: string;
}

export const LEFT_OUT: readonly LeftOut[] = [
  {
    of: 'anthropic-messages',
    feature: 'refusal apart',
    why: 'The Messages API has no part for refusals: they are text, and the answer ends with `refusal`.',
  },
  {
    of: 'gemini',
    feature: 'refusal apart',
    why: 'generateContent has no part for refusals: they are text, and the answer ends with `SAFETY`.',
  },
];

const used = new Set<LeftOut>();

/** The reason why this is not compared; undefined where it is. */
export function leftOut(lane: Lane, feature: Feature, one: Case): string | undefined {
  const row = LEFT_OUT.find(
    ({ of, feature: what, when }) =>
      (of === lane.language || of === lane.name) && what === feature && (when?.(one) ?? true),
  );
  if (row !== undefined) used.add(row);
  return row?.why;
}

/** Rows that were never needed since the process began. */
export function idleRows(): readonly LeftOut[] {
  return LEFT_OUT.filter((row) => !used.has(row));
}
