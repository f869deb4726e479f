// What of an answer the client's language could not say, beside what of the request the target's could not.

import type { Loss } from '#canonical/loss.ts';
import { AnswerLosses } from '#dialects/answer-losses.ts';
import type { AnyClientDialect } from '#dialects/dialect.ts';
import type { AttemptFacts } from '#execution/attempt.ts';

/** Undefined where the answer came in the client's own language, which has a place for everything. */
export function openAnswerLosses(
  attempts: readonly AttemptFacts[],
  { id, unsayable }: AnyClientDialect,
): AnswerLosses | undefined {
  const answering = attempts.findLast(({ failure: failed }) => failed === undefined);
  if (unsayable === undefined || answering?.planned.target.dialect === id) return undefined;
  return new AnswerLosses(id, unsayable);
}

/** The very list where only one has something. */
export function joinLosses(...lists: readonly (readonly Loss[] | undefined)[]): readonly Loss[] {
  const [first = [], ...others] = lists.filter((list) => list !== undefined && list.length > 0) as Loss[][];
  return others.length === 0 ? first : [first, ...others].flat();
}
