// A choice, and a whole plan, made again from what was kept of them. Nothing else is looked at: no clock, no chance, no
// configuration.

import { TARGETS_MAX } from './candidates.ts';
import { choose } from './choose.ts';
import type { Choice } from './choose.ts';
import { stayFirst } from './stay.ts';
import type { CandidateNote, ChoiceNote, Explanation } from './explanation.ts';

/** Those at the end and those that were wished for took no part in the choice: indices are of the others. */
export function replay(note: ChoiceNote): Choice {
  const { strategy, options = {}, drawn = 0, turn = 0, strict = false, whole = false } = note;
  const judged = judgedIn(note);
  const scores = judged.flatMap(({ score }) => score ?? []);
  const choice = choose(scores, drawn, { strategy, options, turn, strict, whole });
  const at = note.stay === undefined ? -1 : judged.findIndex(({ target }) => target === note.stay);
  return at === -1 ? choice : stayFirst(choice, at);
}

/** The targets of the plan in their order; as they were noted, where what they were chosen by was not kept. */
export function replayPlan({ choices, order }: Explanation): readonly string[] {
  if (order !== undefined) return order;
  const first: string[] = [];
  const last: string[] = [];
  for (const note of choices) {
    const made = replayChoice(note);
    first.push(...made.first);
    last.push(...made.last);
  }
  return [...first, ...last].slice(0, TARGETS_MAX);
}

interface Replayed {
  readonly first: readonly string[];
  readonly last: readonly string[];
}

function replayChoice(note: ChoiceNote): Replayed {
  const wished = note.candidates.filter((one) => one.wished !== undefined);
  wished.sort((a, b) => (a.wished ?? 0) - (b.wished ?? 0));
  const judged = judgedIn(note);
  const first = wished.map(({ target }) => target);
  // Where there was nothing to choose no score was reckoned.
  if (judged.length === 1) first.push(...judged.map(({ target }) => target));
  else for (const index of replay(note).order) first.push(judged[index]?.target ?? '');
  const last = note.candidates.flatMap((one) => (one.last === undefined ? [] : one.target));
  if (note.only === undefined) return { first, last };
  return { first: first.slice(0, note.only), last: first.length === 0 ? last.slice(0, 1) : [] };
}

/** Those among whom was chosen. */
export function judgedIn({ candidates }: ChoiceNote): readonly CandidateNote[] {
  return candidates.filter(({ last, wished }) => last === undefined && wished === undefined);
}
