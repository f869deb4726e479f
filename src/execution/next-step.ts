// The decision, apart from the act: given the plan, what happened and how the targets stand, what to do now. Pure; a seed
// replays it.

import type { Draw } from '#base/random.ts';
import type { Failure } from '#canonical/failure.ts';
import { failure } from '#canonical/failure.ts';
import type { Plan } from '#routing/plan.ts';
import { backoffMs, leastBackoffMs } from './backoff.ts';
import { deadlineFailure, mostTelling, nobodyStands } from './giving-up.ts';
import { isUsable } from './health/lane.ts';
import type { Standing } from './health/lane.ts';
import type { History, Step, Try } from './history.ts';

/** A wait that the provider asks for is worth it up to here where somebody else could answer; */
const WAIT_MAX_MS = 2_000;
/** and up to here where nobody can. */
const WAIT_MAX_ALONE_MS = 20_000;
/** Failures that are one credential's: another of the same target is as good as another target. */
const OF_A_CREDENTIAL: ReadonlySet<string> = new Set([
  'upstream_auth',
  'upstream_quota',
  'upstream_rate_limited',
]);

export function nextStep(plan: Plan, history: History, now: number, draw: Draw): Step {
  const last = history.tries.at(-1);
  const endsAt = history.startedAt + plan.limits.deadlineMs;
  if (last === undefined) return firstStep(plan, history, now, endsAt);
  if (now >= endsAt) return giveUp(deadlineFailure(plan, last.failure));
  if (last.failure.code === 'context_length_exceeded') return largerWindow(plan, history, last);
  if (last.failure.retry === 'no') return giveUp(last.failure);
  if (history.tries.length >= plan.limits.attempts) return giveUp(mostTelling(history));
  if (otherCredential(plan, history, last)) return retry(history, last.target);
  const next = nextUntried(plan, history, isUsable);
  const wait = waitForSame(plan, { history, last, next, now }, draw);
  if (wait !== undefined && now + wait < endsAt && mayRetry(history, last.target)) {
    return { do: 'wait', untilMs: now + wait, target: last.target };
  }
  if (next !== undefined) return retry(history, next);
  const full = fullOnes(plan, history, last);
  if (full.length > 0) return { do: 'queue', targets: full };
  const hope = nextUntried(plan, history, isHope);
  if (hope !== undefined && mayRetry(history, hope)) return { do: 'try', target: hope, anyway: true };
  return giveUp(mostTelling(history));
}

/** The first that stands; else the first that may be asked all the same; else the first that is worth waiting for. */
function firstStep(plan: Plan, history: History, now: number, endsAt: number): Step {
  if (plan.targets.length === 0) return giveUp(nobodyIsThere(plan));
  if (history.standing === undefined) return { do: 'try', target: 0 };
  let soonest = Infinity;
  let target = 0;
  let hope: number | undefined;
  const full: number[] = [];
  for (let index = 0; index < plan.targets.length; index += 1) {
    const standing = history.standing(index);
    if (isUsable(standing)) return { do: 'try', target: index };
    if (standing === 'full') full.push(index);
    if (isHope(standing)) hope ??= index;
    if (typeof standing !== 'string' && !standing.probing && standing.until < soonest) {
      soonest = standing.until;
      target = index;
    }
  }
  if (full.length > 0) return { do: 'queue', targets: full };
  if (hope !== undefined) return { do: 'try', target: hope, anyway: true };
  const worth = soonest - now <= WAIT_MAX_ALONE_MS && soonest < endsAt;
  return worth ? { do: 'wait', untilMs: soonest, target } : giveUp(nobodyStands(plan, history, now));
}

interface Moment {
  readonly history: History;
  readonly last: Try;
  /** The next target that could be asked instead. */
  readonly next: number | undefined;
  readonly now: number;
}

/**
 * The same target again: when the failure may pass there, when it has tries left, and when the alternative is another
 * model or nobody. The same model elsewhere is asked at once instead.
 */
function waitForSame(plan: Plan, { history, last, next, now }: Moment, draw: Draw): number | undefined {
  if (last.failure.retry !== 'same-target') return undefined;
  const sameModel = next !== undefined && plan.targets[next]?.model === plan.targets[last.target]?.model;
  if (sameModel || !hasTriesLeft(plan, history, last.target)) return undefined;
  const made = history.tries.filter(({ target }) => target === last.target).length;
  const sinceMs = now - (last.at ?? now);
  // Who has waited stands in the queue next, or has stood there, and does not wait anew for each slot that it gets.
  const waited = sinceMs >= leastBackoffMs(last.failure);
  const wait = waited ? 0 : Math.max(0, backoffMs(last.failure, made - 1, draw) - sinceMs);
  if (wait > (next === undefined ? WAIT_MAX_ALONE_MS : WAIT_MAX_MS)) return undefined;
  const standing = history.standing?.(last.target) ?? 'ready';
  if (isUsable(standing)) return wait;
  // A full one is waited for in the queue: after that, or at once where somebody else may have a slot first.
  if (standing === 'full') return waited || fullOnes(plan, history, last).length > 1 ? undefined : wait;
  // A breaker that has opened meanwhile is not waited for.
  return standing.probing || standing.until > now + wait ? undefined : wait;
}

/** At once: what failed was a key, and the target has another one that is well. */
function otherCredential(plan: Plan, history: History, last: Try): boolean {
  if (!OF_A_CREDENTIAL.has(last.failure.code) || history.standing === undefined) return false;
  const several = (plan.targets[last.target]?.target.credentials.length ?? 0) > 1;
  return several && hasTriesLeft(plan, history, last.target) && isUsable(history.standing(last.target));
}

/** The prompt does not fit: only a window that is larger, or that nobody knows, is worth a call. */
function largerWindow(plan: Plan, history: History, last: Try): Step {
  const tooSmall = plan.targets[last.target]?.target;
  const full: number[] = [];
  for (let index = 0; index < plan.targets.length; index += 1) {
    const candidate = plan.targets[index]?.target;
    if (candidate === undefined || candidate.model === tooSmall?.model) continue;
    const { contextTokens = Infinity } = candidate;
    if (contextTokens <= (tooSmall?.contextTokens ?? 0)) continue;
    if (isTried(history, index) || history.tries.length >= plan.limits.attempts) continue;
    const standing = history.standing?.(index) ?? 'ready';
    if (isUsable(standing)) return retry(history, index);
    if (standing === 'full') full.push(index);
  }
  return full.length > 0 ? { do: 'queue', targets: full } : giveUp(last.failure);
}

/** Those that could be asked next if they took more calls: the ones that were not tried, and the last where it may pass there. */
function fullOnes(plan: Plan, history: History, { target, failure: failed }: Try): readonly number[] {
  const full: number[] = [];
  for (let index = 0; index < plan.targets.length; index += 1) {
    const again = index === target && failed.retry === 'same-target' && hasTriesLeft(plan, history, target);
    if ((again || !isTried(history, index)) && history.standing?.(index) === 'full') full.push(index);
  }
  return full;
}

function retry(history: History, target: number): Step {
  return mayRetry(history, target) ? { do: 'try', target } : giveUp(mostTelling(history));
}

function mayRetry(history: History, target: number): boolean {
  return history.mayRetry?.(target) ?? true;
}

function hasTriesLeft({ limits }: Plan, { tries }: History, target: number): boolean {
  return tries.filter((made) => made.target === target).length < limits.attemptsPerTarget;
}

function isTried({ tries }: History, target: number): boolean {
  return tries.some((made) => made.target === target);
}

function nextUntried(
  plan: Plan,
  history: History,
  suits: (standing: Standing) => boolean,
): number | undefined {
  for (let index = 0; index < plan.targets.length; index += 1) {
    if (!isTried(history, index) && suits(history.standing?.(index) ?? 'ready')) return index;
  }
  return undefined;
}

/** Its breaker is open, and nobody is finding out about it at the moment. */
function isHope(standing: Standing): boolean {
  return typeof standing !== 'string' && !standing.probing && !standing.parked;
}

function nobodyIsThere(plan: Plan): Failure {
  const detail = plan.removed.map(({ target, why }) => `${target}: ${why}`);
  return failure('no_target_available', `No target of \`${plan.model}\` can be tried.`, { detail });
}

function giveUp(reason: Failure): Step {
  return { do: 'give-up', failure: reason };
}
