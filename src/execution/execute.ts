// The loop around nextStep: tries, waits, gives up. Everything it needs from the world is an argument, so a virtual
// clock, a seeded draw and a scripted call run thousands of exchanges a second in tests.

import type { Clock } from '#base/clock.ts';
import type { Draw } from '#base/random.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Plan } from '#routing/plan.ts';
import { attempt } from './attempt.ts';
import type { AttemptFacts, Begun } from './attempt.ts';
import type { Call } from './call.ts';
import type { Try } from './history.ts';
import { nextStep } from './next-step.ts';
import type { WatchOptions } from './watch.ts';

export interface ExecuteOptions extends Omit<WatchOptions, 'deadlineAt'> {
  readonly call: Call;
  readonly draw: Draw;
  readonly stream: boolean;
  /** Monotonic milliseconds when the request arrived. */
  readonly startedAt: number;
  /** Told what was thrown: expected outcomes are values, so it is a bug. */
  readonly onBug: (bug: unknown) => void;
}

export interface Executed {
  /** In order; the last one is the one that answered, when one did. */
  readonly attempts: readonly AttemptFacts[];
  readonly outcome: Begun | { readonly kind: 'failed'; readonly failure: Failure };
}

/** What is thrown inside ends the exchange as `internal`, with the attempts that were made. */
export async function execute(plan: Plan, options: ExecuteOptions): Promise<Executed> {
  const { clock, startedAt } = options;
  const attempts: AttemptFacts[] = [];
  const tries: Try[] = [];
  const deadlineAt = startedAt + plan.limits.deadlineMs;
  try {
    for (;;) {
      const step = nextStep(plan, { startedAt, tries }, clock.now(), options.draw);
      if (step.do === 'give-up') return failed(attempts, step.failure);
      if (step.do === 'wait') await sleepUntil(step.untilMs, clock, options.client);
      const planned = plan.targets[step.target];
      if (planned === undefined) throw new Error(`the plan has no target ${step.target}`);
      const facts: AttemptFacts = { planned, startedAt: clock.now(), outputChars: 0 };
      attempts.push(facts);
      const begun = await attempt({ ...options, facts, limits: plan.limits, deadlineAt });
      if (begun.ok) return { attempts, outcome: begun.value };
      tries.push({
        target: step.target,
        startedAt: facts.startedAt,
        endedAt: clock.now(),
        failure: options.client.aborted
          ? failure('client_gone', 'The client closed the connection.')
          : begun.error,
      });
    }
  } catch (bug) {
    options.onBug(bug);
    const problem = failure('internal', 'Something went wrong inside the gateway.');
    const last = attempts.at(-1);
    if (last !== undefined) last.failure ??= problem;
    return failed(attempts, problem);
  }
}

function failed(attempts: readonly AttemptFacts[], problem: Failure): Executed {
  return { attempts, outcome: { kind: 'failed', failure: problem } };
}

/** Ends early when the client leaves; the next attempt then ends before it begins. */
function sleepUntil(atMs: number, clock: Clock, client: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      alarm.clear();
      client.removeEventListener('abort', wake);
      resolve();
    };
    const alarm = clock.alarm(Math.max(0, atMs - clock.now()), wake);
    if (client.aborted) wake();
    else client.addEventListener('abort', wake, { once: true });
  });
}
