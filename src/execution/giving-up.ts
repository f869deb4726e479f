// What a client hears when nothing more is tried.

import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Plan } from '#routing/plan.ts';
import type { AttemptFacts } from './attempt.ts';
import type { Executed } from './execute.ts';
import type { History } from './history.ts';

export function failed(attempts: readonly AttemptFacts[], problem: Failure): Executed {
  return { attempts, outcome: { kind: 'failed', failure: problem } };
}

export const GONE = failure('client_gone', 'The client closed the connection.');

/** The last failure; but when everyone limits the rate, the one with the shortest wait. */
export function mostTelling(history: History): Failure {
  let telling: Failure | undefined;
  for (const { failure: candidate } of history.tries) {
    const sooner =
      telling?.code === 'upstream_rate_limited' &&
      candidate.code === 'upstream_rate_limited' &&
      (candidate.retryAfterMs ?? Infinity) > (telling.retryAfterMs ?? Infinity);
    if (!sooner) telling = candidate;
  }
  return telling ?? failure('internal', 'Gave up without having tried.');
}

export function deadlineFailure(plan: Plan, cause: Failure): Failure {
  return failure('deadline_exceeded', `No answer within ${plan.limits.deadlineMs / 1000} s.`, { cause });
}

/** Every target rests or is being tried by somebody else. Rate limits alone are told as what they are. */
export function nobodyStands(plan: Plan, history: History, now: number): Failure {
  let soonest = Infinity;
  let limited = true;
  const detail: string[] = [];
  for (const [index, { target }] of plan.targets.entries()) {
    const stands = history.standing?.(index) ?? 'ready';
    if (typeof stands === 'string') continue;
    limited = limited && stands.parked;
    soonest = Math.min(soonest, Math.max(stands.until, now));
    const why = stands.parked ? 'limits the rate' : stands.probing ? 'is being tried' : 'has failed lately';
    detail.push(`${target.id}: ${why}, until in ${((stands.until - now) / 1000).toFixed(1)} s`);
  }
  const retryAfterMs = Number.isFinite(soonest) ? Math.max(1_000, Math.ceil(soonest - now)) : 1_000;
  const code = limited ? 'upstream_rate_limited' : 'no_target_available';
  const message = limited
    ? `Every target of \`${plan.model}\` limits the rate.`
    : `No target of \`${plan.model}\` can be tried at this moment.`;
  return failure(code, message, { retryAfterMs, detail });
}
