// One attempt with everything that belongs to it: its facts, its timers, and a handle to give it up.

import type { Result } from '#base/result.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Plan } from '#routing/plan.ts';
import { attempt } from './attempt.ts';
import type { AttemptFacts, Begun } from './attempt.ts';
import type { ExecuteOptions } from './execute.ts';
import type { Admission } from './health/health-book.ts';
import { Watch } from './watch.ts';

export interface Started {
  readonly facts: AttemptFacts;
  readonly begun: Promise<Result<Begun, Failure>>;
  readonly watch: Watch;
}

/** `target` is an index into the plan's targets. */
export function startAttempt(
  plan: Plan,
  target: number,
  admission: Admission,
  options: ExecuteOptions,
): Started {
  const planned = plan.targets[target];
  if (planned === undefined) throw new Error(`the plan has no target ${target}`);
  const { clock, startedAt, call, draw, client, running } = options;
  const { limits } = plan;
  const facts: AttemptFacts = { planned, startedAt: clock.now(), outputChars: 0 };
  const deadlineAt = startedAt + limits.deadlineMs;
  const limitMs = options.stream ? limits.firstContentMs : limits.wholeAnswerMs;
  const watch = new Watch({ clock, client, running, deadlineAt }, limitMs);
  return { facts, watch, begun: attempt({ facts, admission, watch, call, clock, draw, limits }) };
}
