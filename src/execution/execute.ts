// The loop around nextStep: tries, waits, gives up. Everything it needs from the world is an argument, so a virtual
// clock, a seeded draw and a scripted call run thousands of exchanges a second in tests.

import type { Clock } from '#base/clock.ts';
import type { Draw } from '#base/random.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Plan } from '#routing/plan.ts';
import { Admissions } from './admit.ts';
import type { AttemptFacts, Begun } from './attempt.ts';
import type { Call } from './call.ts';
import type { Engine } from './engine.ts';
import { nextStep } from './next-step.ts';
import { settleOne, withLast } from './race.ts';
import { startAttempt } from './start-attempt.ts';
import type { WatchOptions } from './watch.ts';

export interface ExecuteOptions extends Omit<WatchOptions, 'deadlineAt'> {
  readonly call: Call;
  readonly draw: Draw;
  readonly engine: Engine;
  readonly stream: boolean;
  /** The model may call tools: then a second call might have effects twice. */
  readonly hasTools: boolean;
  /** Monotonic milliseconds when the request arrived. */
  readonly startedAt: number;
  /** Told of every attempt when it has ended: for statistics. */
  readonly onAttempt?: (facts: AttemptFacts) => void;
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
  const attempts: AttemptFacts[] = [];
  try {
    return await run(plan, attempts, options);
  } catch (bug) {
    options.onBug(bug);
    const problem = failure('internal', 'Something went wrong inside the gateway.');
    const last = attempts.at(-1);
    if (last !== undefined) last.failure ??= problem;
    return { attempts, outcome: { kind: 'failed', failure: problem } };
  }
}

async function run(plan: Plan, attempts: AttemptFacts[], options: ExecuteOptions): Promise<Executed> {
  const { clock, draw, client } = options;
  const admissions = new Admissions(plan, options.engine, options);
  for (;;) {
    const step = nextStep(plan, admissions, clock.now(), draw);
    if (step.do === 'give-up') return { attempts, outcome: { kind: 'failed', failure: step.failure } };
    if (step.do === 'wait') await sleepUntil(step.untilMs, clock, client);
    if (client.aborted && (attempts.length > 0 || step.do === 'wait')) return gone(attempts);
    const admission = admissions.begin(step);
    // While it waited somebody else became the probe, or the target was given up: decide anew.
    if (admission === undefined) continue;
    const first = startAttempt(plan, { target: step.target, admission }, options);
    attempts.push(first.facts);
    const ended = await settleOne(first, { plan, admissions, attempts, options });
    for (const { started, begun } of ended) {
      if (begun.ok) return { attempts: withLast(started.facts, attempts), outcome: begun.value };
      admissions.failed(started.target, begun.error, started.admission);
    }
    if (client.aborted) return gone(attempts);
  }
}

function gone(attempts: readonly AttemptFacts[]): Executed {
  const problem = failure('client_gone', 'The client closed the connection.');
  return { attempts, outcome: { kind: 'failed', failure: problem } };
}

/** Ends early when the client leaves. */
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
