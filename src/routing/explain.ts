// What is kept of a plan while it is made: the words are in explanation.ts.

import type { Arranged } from './arrange.ts';
import { REMOVED_NOTES_MAX } from './explanation.ts';
import type { Explanation, RemovedNote } from './explanation.ts';
import type { Limits, Plan, PlannedTarget } from './plan.ts';
import type { Routes } from './routes.ts';
import type { Rules } from './rules.ts';
import type { Subject } from './score.ts';

interface Origin {
  readonly rules?: Rules | undefined;
  readonly routes: Routes;
}

interface Made extends Pick<Plan, 'targets' | 'limits'> {
  readonly arranged: readonly Arranged[];
  readonly removed: readonly RemovedNote[];
}

export function explain(
  { arranged, removed, targets, limits }: Made,
  subject: Subject,
  origin: Origin,
): Explanation {
  const choices = arranged.map(({ note }) => note);
  const target = arranged[0]?.first[0]?.target ?? arranged[0]?.last[0]?.target;
  // Of each plan one is made: what is seldom there is put in, not spread.
  const made: Draft = {
    choices,
    removed: removed.length > REMOVED_NOTES_MAX ? removed.slice(0, REMOVED_NOTES_MAX) : removed,
  };
  const { policy } = origin.rules ?? {};
  const { version } = origin.routes;
  if (policy !== undefined) made.policy = policy;
  if (version !== undefined) made.snapshot = version;
  if (target !== undefined) {
    const model = choices[0]?.candidates[0]?.model ?? '';
    const { task, language = '' } = subject.knownTopic ?? {};
    made.request = {
      inputTokens: subject.inputTokens(target),
      outputTokens: subject.outputTokens(model),
      ...(task !== undefined && { task, language }),
    };
  }
  if (removed.length > REMOVED_NOTES_MAX) made.removedMore = removed.length - REMOVED_NOTES_MAX;
  if (choices.length > 0 && arranged.every((one) => one.first.length === 0)) made.panic = true;
  const unusual = limitsNote(limits, targets);
  return unusual === USUAL ? made : { ...made, ...unusual };
}

type Draft = { -readonly [Name in keyof Explanation]: Explanation[Name] };

export function originOf({ rules, routes: { version } }: Origin): Pick<Explanation, 'policy' | 'snapshot'> {
  return {
    ...(rules?.policy !== undefined && { policy: rules.policy }),
    ...(version !== undefined && { snapshot: version }),
  };
}

/** What the record says of the limits: nothing where they are the usual ones. */
export function limitsNote(
  { hedge, onCut }: Pick<Limits, 'hedge' | 'onCut'>,
  [first]: readonly PlannedTarget[],
): Pick<Explanation, 'hedge' | 'hedgeAfterMs' | 'onCut'> {
  if (hedge === 'off' && onCut === 'error') return USUAL;
  const afterMs = hedge === 'off' ? undefined : first?.firstContentP95Ms;
  return {
    ...(hedge !== 'off' && { hedge }),
    ...(afterMs !== undefined && { hedgeAfterMs: Math.round(afterMs) }),
    ...(onCut !== 'error' && { onCut }),
  };
}

const USUAL = {};
