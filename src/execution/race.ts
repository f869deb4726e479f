// One attempt, or two at once: the second begins when the first is slow. However many there are, one answers at most.

import { failure } from '#canonical/failure.ts';
import type { Result } from '#base/result.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Plan } from '#routing/plan.ts';
import type { Admissions } from './admit.ts';
import type { AttemptFacts, Begun } from './attempt.ts';
import type { ExecuteOptions } from './execute.ts';
import { hedgeStep } from './hedge.ts';
import type { HedgeStep } from './hedge.ts';
import { startAttempt } from './start-attempt.ts';
import type { Started } from './start-attempt.ts';

export interface Race {
  readonly plan: Plan;
  readonly admissions: Admissions;
  readonly attempts: AttemptFacts[];
  readonly options: ExecuteOptions;
}

export interface Settled {
  readonly started: Started;
  readonly begun: Result<Begun, Failure>;
}

/**
 * Whether another target is asked too if this one is slow. A second call of a request with tools might have effects twice; of
 * an answer in one piece nobody knows whether it is slow.
 */
export function hedgeOf({ target }: Started, { plan, admissions, options }: Race): HedgeStep | undefined {
  const { request, stream } = options;
  if (!stream || plan.limits.hedge === 'off') return undefined;
  return hedgeStep(plan, admissions, target, request !== undefined && request.tools.length > 0);
}

/** The outcome of each attempt, in the order in which they came; the one that answered is the last. */
export async function settleTwo(
  first: Started,
  { afterMs }: HedgeStep,
  race: Race,
): Promise<readonly Settled[]> {
  let timeIsUp: () => void = () => undefined;
  const slow = new Promise<'slow'>((resolve) => {
    timeIsUp = () => resolve('slow');
  });
  const alarm = race.options.clock.alarm(afterMs, timeIsUp);
  const early = await Promise.race([settled(first), slow]).finally(() => alarm.clear());
  if (early !== 'slow') return [early];
  const second = startSecond(first, race);
  return second === undefined ? [await settled(first)] : settleBoth(first, second, race);
}

async function settled(started: Started): Promise<Settled> {
  return { started, begun: await started.begun };
}

/** The moment has come; whether it is still a good idea is asked again. */
function startSecond(slow: Started, race: Race): Started | undefined {
  const { plan, admissions, attempts, options } = race;
  const step = hedgeOf(slow, race);
  const admission = step === undefined ? undefined : admissions.beginHedge(step.target);
  if (step === undefined || admission === undefined) return undefined;
  const started = startAttempt(plan, { target: step.target, admission, as: 'hedge' }, options);
  attempts.push(started.facts);
  return started;
}

async function settleBoth(first: Started, second: Started, { options }: Race): Promise<readonly Settled[]> {
  const both = [settled(first), settled(second)];
  // A bug in one ends the exchange; the other must not be left without an owner.
  for (const [index, one] of both.entries()) {
    one.catch(() => supersede(index === 0 ? second : first, options.clock.now()));
  }
  const quicker = await Promise.race(both);
  const other = quicker.started === first ? second : first;
  if (!quicker.begun.ok) return [quicker, await settled(other)];
  supersede(other, options.clock.now());
  return [quicker];
}

/** Another attempt has answered: this one is closed, and its row says so. */
function supersede({ facts, watch, begun }: Started, now: number): void {
  if (facts.endedAt !== undefined) return;
  facts.failure = SUPERSEDED;
  facts.endedAt = now;
  watch.abandon(SUPERSEDED.code, SUPERSEDED.message);
  // It may have been won at the very same moment.
  const close = (won: Result<Begun, Failure>): void => {
    if (won.ok && won.value.kind === 'stream') won.value.live.breakDown(SUPERSEDED);
  };
  begun.then(close, () => undefined);
}

const SUPERSEDED = failure('superseded', 'Another attempt was quicker.');

/** The one that answered stands last. */
export function withLast(facts: AttemptFacts, attempts: AttemptFacts[]): AttemptFacts[] {
  if (attempts.at(-1) !== facts) attempts.push(...attempts.splice(attempts.indexOf(facts), 1));
  return attempts;
}
