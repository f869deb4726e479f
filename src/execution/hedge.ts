// A hedge: while a target is slower with its first content than nineteen times of twenty, another one is asked the same.
// Whoever is first answers, the other is given up and stands in the record as what it is.

import type { Plan } from '#routing/plan.ts';
import type { History } from './history.ts';

/** What a decision to hedge looks at besides the history. */
export interface HedgeView extends History {
  /** A target said lately that it has too much to do: extra calls are the last thing it needs. */
  overloaded(target: number): boolean;
  readonly mayHedge: boolean;
}

export interface HedgeStep {
  readonly do: 'hedge';
  readonly target: number;
  /** Milliseconds after the running attempt began. */
  readonly afterMs: number;
}

/**
 * Whom to ask too, and when. Only targets of the same model: a client that is not slower than one in twenty should not get
 * another model for it. Pure.
 */
export function hedgeStep(
  plan: Plan,
  view: HedgeView,
  running: number,
  hasTools: boolean,
): HedgeStep | undefined {
  const { hedge, attempts } = plan.limits;
  const slow = plan.targets[running];
  const afterMs = slow?.firstContentP95Ms;
  if (hedge === 'off' || slow === undefined || afterMs === undefined) return undefined;
  if ((hasTools && hedge !== 'with-tools') || view.tries.length + 1 >= attempts || !view.mayHedge)
    return undefined;
  if (view.overloaded(running)) return undefined;
  for (const [index, { model }] of plan.targets.entries()) {
    const other = index !== running && model === slow.model;
    if (!other || view.tries.some(({ target }) => target === index) || view.overloaded(index)) continue;
    if (view.standing === undefined || view.standing(index) === 'ready')
      return { do: 'hedge', target: index, afterMs };
  }
  return undefined;
}
