// One attempt with everything that belongs to it: its facts, its timers, and a handle to give it up.

import type { Result } from '#base/result.ts';
import type { Failure } from '#canonical/failure.ts';
import type { ChatRequest } from '#canonical/request.ts';
import type { Plan, PlannedTarget } from '#routing/plan.ts';
import { attempt } from './attempt.ts';
import type { AttemptFacts, Begun, Outcome } from './attempt.ts';
import type { CallOrder } from './call.ts';
import type { ExecuteOptions } from './execute.ts';
import { settleAdmission } from './health/health-book.ts';
import type { Admission } from './health/health-book.ts';
import { Watch } from './watch.ts';

/** Reasoning models think for long: what a target usually takes, three times over, is never too long. */
const LEARNED_LIMIT_FACTOR = 3;

export interface Started {
  /** Index into the plan's targets. */
  readonly target: number;
  readonly admission: Admission;
  readonly facts: AttemptFacts;
  readonly begun: Promise<Result<Begun, Failure>>;
  readonly watch: Watch;
}

export interface StartOptions {
  readonly target: number;
  readonly admission: Admission;
  readonly as?: 'hedge' | 'continuation';
  /** Instead of what the client asked. */
  readonly request?: ChatRequest;
}

export function startAttempt(
  plan: Plan,
  { target, admission, as, request }: StartOptions,
  options: ExecuteOptions,
): Started {
  const planned = plan.targets[target];
  if (planned === undefined) throw new Error(`the plan has no target ${target}`);
  const { clock, startedAt, call, client, running } = options;
  const { limits } = plan;
  const facts: AttemptFacts = { planned, startedAt: clock.now(), outputChars: 0, ...(as && { as }) };
  const deadlineAt = startedAt + limits.deadlineMs;
  const limitMs = options.stream ? firstContentMs(plan, planned) : limits.wholeAnswerMs;
  const watch = new Watch({ clock, client, running, deadlineAt }, limitMs);
  const order: CallOrder = {
    target: planned.target,
    credential: admission.credential,
    admission,
    ...(request && { request }),
  };
  const outcome = outcomeOf(facts, admission, options);
  const begun = attempt({ facts, order, outcome, watch, call, clock, limits });
  return { target, admission, facts, watch, begun };
}

function firstContentMs({ limits }: Plan, { firstContentP95Ms = 0 }: PlannedTarget): number {
  return Math.max(limits.firstContentMs, LEARNED_LIMIT_FACTOR * firstContentP95Ms);
}

function outcomeOf(facts: AttemptFacts, admission: Admission, options: ExecuteOptions): Outcome {
  const { clock, draw, engine, onFirstContent, onAttempt } = options;
  const settle = (failed: Failure | undefined, now: number): void => {
    const { probe } = admission;
    settleAdmission(admission, failed, now, draw);
    if (probe && failed === undefined) engine.queue.recovered(now);
  };
  return {
    // A probe has found out what it was sent for; the end of its answer may be minutes away.
    lives: () => {
      onFirstContent?.(facts);
      if (admission.probe) settle(undefined, clock.now());
    },
    ended: (failed) => {
      const now = clock.now();
      settle(failed, now);
      engine.queue.ended(admission, failed, now);
      onAttempt?.(facts);
    },
  };
}
