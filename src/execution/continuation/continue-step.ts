// After the commit: whom to ask for the rest. Pure.

import type { Failure } from '#canonical/failure.ts';
import type { Plan } from '#routing/plan.ts';
import type { History } from '../history.ts';

/** Calls for the rest of one answer. */
const CALLS_MAX = 2;

export interface ContinueStep {
  readonly do: 'continue';
  readonly target: number;
}

export interface Cut {
  /** The model whose answer is being told. */
  readonly model: string;
  /** Targets whose answers broke off, with how often and why the last time. */
  readonly broken: ReadonlyMap<number, { readonly times: number; readonly failure: Failure }>;
  /** Calls for the rest that were made already. */
  readonly calls: number;
  /** Targets that did not give the rest. */
  readonly without: ReadonlySet<number>;
}

/** What breaks off and may be gone on with elsewhere; a limit of ours or a client that left may not. */
export function isCut({ retry, code }: Failure): boolean {
  return retry !== 'no' && code !== 'upstream_runaway';
}

/**
 * The same model elsewhere; else, once, the only target that broke off, unless it fell silent; else another model; else whoever
 * is left.
 */
export function continueStep(plan: Plan, history: History, cut: Cut, now: number): ContinueStep | undefined {
  if (cut.calls >= CALLS_MAX || now >= history.startedAt + plan.limits.deadlineMs) return undefined;
  const ranks = plan.targets.map(({ model }, target) => {
    if (!isOpenTo(history, cut, target)) return Infinity;
    const broke = cut.broken.get(target);
    if (broke === undefined) return model === cut.model ? 0 : 2;
    if (broke.failure.retry !== 'same-target') return Infinity;
    return cut.broken.size === 1 && broke.times === 1 ? 1 : 3;
  });
  const best = Math.min(...ranks);
  return best === Infinity ? undefined : { do: 'continue', target: ranks.indexOf(best) };
}

function isOpenTo(history: History, cut: Cut, target: number): boolean {
  if (cut.without.has(target)) return false;
  if (history.standing !== undefined && typeof history.standing(target) !== 'string') return false;
  return history.mayRetry === undefined || history.mayRetry(target);
}
