// The loop around nextStep: tries, waits, gives up. Everything it needs from the world is an argument, so a virtual
// clock, a seeded draw and a scripted call run thousands of exchanges a second in tests.

import type { Draw } from '#base/random.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { DialectId } from '#canonical/foreign.ts';
import type { ChatRequest } from '#canonical/request.ts';
import type { Plan } from '#routing/plan.ts';
import { Admissions } from './admit.ts';
import type { AttemptFacts, Begun } from './attempt.ts';
import type { Call } from './call.ts';
import { runningOf } from './continuation/running-of.ts';
import type { Engine } from './engine.ts';
import { failed, GONE } from './giving-up.ts';
import { nextStep } from './next-step.ts';
import { pause } from './pause.ts';
import { hedgeOf, settleTwo, withLast } from './race.ts';
import type { Race } from './race.ts';
import type { RunningAnswer } from './running-answer.ts';
import { startAttempt } from './start-attempt.ts';
import type { WatchOptions } from './watch.ts';

export interface ExecuteOptions extends Omit<WatchOptions, 'deadlineAt'> {
  readonly call: Call;
  readonly draw: Draw;
  readonly engine: Engine;
  readonly stream: boolean;
  /** What the client asked, where it is a chat: whether it has tools, and what the rest is asked for with. */
  readonly request: ChatRequest | undefined;
  readonly dialect: DialectId;
  /** Monotonic milliseconds when the request arrived. */
  readonly startedAt: number;
  /** Who asks: those who wait in the queue are served in turn. */
  readonly owner?: string | undefined;
  /** Told when the first content of a stream is there, and of every attempt when it has ended: for statistics. */
  readonly onFirstContent?: (facts: AttemptFacts) => void;
  readonly onAttempt?: (facts: AttemptFacts) => void;
  /** Told what was thrown: expected outcomes are values, so it is a bug. */
  readonly onBug: (bug: unknown) => void;
}

export interface Executed {
  /** In order; the last one is the one that answered, when one did. */
  readonly attempts: readonly AttemptFacts[];
  readonly outcome: Begun | { readonly kind: 'failed'; readonly failure: Failure };
  /** Of a stream: what is to be read. */
  readonly running?: RunningAnswer | undefined;
}

/** What is thrown inside ends the exchange as `internal`, with the attempts that were made. */
export async function execute(plan: Plan, options: ExecuteOptions): Promise<Executed> {
  const { clock, draw, client } = options;
  const attempts: AttemptFacts[] = [];
  const admissions = new Admissions(plan, options.engine, options);
  try {
    const race: Race = { plan, admissions, attempts, options };
    for (;;) {
      const step = nextStep(plan, admissions, clock.now(), draw);
      if (step.do === 'give-up') return failed(attempts, step.failure);
      const refused = step.do === 'try' ? undefined : await pause(step, admissions, options);
      if (client.aborted && (attempts.length > 0 || step.do !== 'try')) return failed(attempts, GONE);
      if (refused !== undefined) return failed(attempts, refused);
      if (step.do === 'queue') continue;
      const admission = admissions.begin(step);
      // While it waited somebody else became the probe, or the target was given up: decide anew.
      if (admission === undefined) continue;
      const first = startAttempt(plan, { target: step.target, admission }, options);
      attempts.push(first.facts);
      const hedge = hedgeOf(first, race);
      const ended =
        hedge === undefined
          ? [{ started: first, begun: await first.begun }]
          : await settleTwo(first, hedge, race);
      for (const { started, begun } of ended) {
        if (begun.ok) {
          withLast(started.facts, attempts);
          return { attempts, outcome: begun.value, running: runningOf(begun.value, started.target, race) };
        }
        admissions.failed(started.target, begun.error, started.admission);
      }
      if (client.aborted) return failed(attempts, GONE);
    }
  } catch (bug) {
    options.onBug(bug);
    return broken(attempts);
  } finally {
    admissions.giveBack();
  }
}

function broken(attempts: readonly AttemptFacts[]): Executed {
  const problem = failure('internal', 'Something went wrong inside the gateway.');
  const last = attempts.at(-1);
  if (last !== undefined) last.failure ??= problem;
  return failed(attempts, problem);
}
