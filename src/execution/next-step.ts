// The decision, apart from the act: given the plan and what happened, what to do now. Pure; a seed replays it.

import type { Draw } from '#base/random.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Plan } from '#routing/plan.ts';
import { backoffMs } from './backoff.ts';
import type { History, Step } from './history.ts';

/** A wait that the provider asks for is worth it up to here; a longer one sends the exchange elsewhere or ends it. */
const WAIT_MAX_MS = 2_000;

export function nextStep(plan: Plan, history: History, now: number, draw: Draw): Step {
  const last = history.tries.at(-1);
  if (last === undefined) return firstStep(plan);
  const endsAt = history.startedAt + plan.limits.deadlineMs;
  if (now >= endsAt) return giveUp(deadlineFailure(plan, last.failure));
  if (last.failure.retry === 'no') return giveUp(last.failure);
  if (history.tries.length >= plan.limits.attempts) return giveUp(mostTelling(history));
  const next = nextUntried(plan, history);
  const wait = waitForSame(plan, history, next, draw);
  if (wait !== undefined && now + wait < endsAt) {
    return { do: 'wait', untilMs: now + wait, target: last.target };
  }
  return next === undefined ? giveUp(mostTelling(history)) : { do: 'try', target: next };
}

function firstStep(plan: Plan): Step {
  if (plan.targets.length > 0) return { do: 'try', target: 0 };
  const detail = plan.removed.map(({ target, why }) => `${target}: ${why}`);
  return giveUp(failure('no_target_available', `No target of \`${plan.model}\` can be tried.`, { detail }));
}

/**
 * The same target again: when the failure may pass there, when it has tries left, and when the alternative is another
 * model or nobody. The same model elsewhere is asked at once instead.
 */
function waitForSame(
  plan: Plan,
  { tries }: History,
  next: number | undefined,
  draw: Draw,
): number | undefined {
  const last = tries.at(-1);
  if (last?.failure.retry !== 'same-target') return undefined;
  const sameModel = next !== undefined && plan.targets[next]?.model === plan.targets[last.target]?.model;
  if (sameModel) return undefined;
  const made = tries.filter(({ target }) => target === last.target).length;
  if (made >= plan.limits.attemptsPerTarget) return undefined;
  const wait = backoffMs(last.failure, made - 1, draw);
  return wait > WAIT_MAX_MS ? undefined : wait;
}

function nextUntried(plan: Plan, history: History): number | undefined {
  const tried = new Set(history.tries.map((made) => made.target));
  for (let index = 0; index < plan.targets.length; index += 1) {
    if (!tried.has(index)) return index;
  }
  return undefined;
}

/** The last failure; but when everyone limits the rate, the one with the shortest wait. */
function mostTelling(history: History): Failure {
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

function deadlineFailure(plan: Plan, cause: Failure): Failure {
  return failure('deadline_exceeded', `No answer within ${plan.limits.deadlineMs / 1000} s.`, { cause });
}

function giveUp(reason: Failure): Step {
  return { do: 'give-up', failure: reason };
}
