// One call of one target, up to the commit point: the answer is whole, or the first content of a stream is in hand.
// Until then nothing has been shown to the client, and a failure here leaves the exchange free to go elsewhere.

import type { Clock } from '#base/clock.ts';
import type { Draw } from '#base/random.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { AnswerFacts, StreamAnswer, WholeAnswer } from '#canonical/answer.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Usage } from '#canonical/usage.ts';
import type { Limits, PlannedTarget } from '#routing/plan.ts';
import type { Call } from './call.ts';
import { settleAdmission } from './health/health-book.ts';
import type { Admission } from './health/health-book.ts';
import { LiveAnswer } from './live-answer.ts';
import type { Watch } from './watch.ts';

/** What happened in one attempt; filled in while it runs. Times are monotonic milliseconds. */
export interface AttemptFacts {
  readonly planned: PlannedTarget;
  readonly startedAt: number;
  firstContentAt?: number;
  endedAt?: number;
  credential?: string;
  status?: number;
  failure?: Failure;
  usage?: Usage;
  /** Characters of the answer so far, to estimate from when the provider reports no usage. */
  outputChars: number;
}

export type Begun =
  | { readonly kind: 'whole'; readonly answer: WholeAnswer }
  | { readonly kind: 'stream'; readonly answer: StreamAnswer; readonly live: LiveAnswer };

export interface AttemptOptions {
  readonly facts: AttemptFacts;
  readonly admission: Admission;
  readonly watch: Watch;
  readonly call: Call;
  readonly clock: Clock;
  readonly draw: Draw;
  readonly limits: Limits;
}

/** Whatever comes of it, the outcome is told to the lane: here until the commit, by the live answer after it. */
export async function attempt(options: AttemptOptions): Promise<Result<Begun, Failure>> {
  const { facts, clock, watch, admission } = options;
  const { credential } = admission;
  if (credential !== undefined) facts.credential = credential.id;
  try {
    const called = await options.call({ target: facts.planned.target, credential }, watch.signal);
    const { status } = called.ok ? called.value : called.error;
    if (status !== undefined) facts.status = status;
    if (!called.ok) return lose(called.error.failure, options);
    if (called.value.kind === 'whole') return win(called.value, options);
    return await begin(called.value, options);
  } catch (bug) {
    // Nothing of the attempt may live on: not its connection, not its alarm, not its slot.
    watch.abandon('internal', 'The attempt threw.');
    facts.endedAt = clock.now();
    settleAdmission(admission, failure('internal', 'The attempt threw.'), clock.now(), options.draw);
    throw bug;
  }
}

function win(
  answer: WholeAnswer,
  { facts, watch, clock, admission, draw }: AttemptOptions,
): Result<Begun, Failure> {
  watch.release();
  facts.endedAt = clock.now();
  facts.firstContentAt = facts.endedAt;
  settleAdmission(admission, undefined, facts.endedAt, draw);
  if (answer.response.usage !== undefined) facts.usage = answer.response.usage;
  else facts.outputChars = charsOf(answer.response);
  return ok({ kind: 'whole', answer });
}

function charsOf({ choices = [] }: AnswerFacts): number {
  let chars = 0;
  for (const { parts } of choices) {
    for (const part of parts) {
      if ('text' in part) chars += part.text.length;
      else if (part.kind === 'tool-call') chars += part.arguments.length;
    }
  }
  return chars;
}

function lose(
  problem: Failure,
  { facts, watch, clock, admission, draw }: AttemptOptions,
): Result<Begun, Failure> {
  watch.release();
  facts.endedAt = clock.now();
  facts.failure = problem;
  settleAdmission(admission, problem, facts.endedAt, draw);
  return err(problem);
}

/** Reads until there is something to show, and keeps it. */
async function begin(answer: StreamAnswer, options: AttemptOptions): Promise<Result<Begun, Failure>> {
  const { facts, clock, limits, watch, admission, draw } = options;
  const onEnd = (ended: Failure | undefined): void => settleAdmission(admission, ended, clock.now(), draw);
  const onCommit = (): void => {
    // A probe has found out what it was sent for; the end of its answer may be minutes away.
    if (admission.probe) settleAdmission(admission, undefined, clock.now(), draw);
  };
  const live = new LiveAnswer(answer.stream, watch, {
    facts,
    clock,
    silenceMs: limits.silenceMs,
    onCommit,
    onEnd,
  });
  while (!live.committed && !live.over) live.hold(await live.read());
  if (live.over && facts.failure !== undefined) return err(facts.failure);
  if (live.over && !live.answered) {
    const empty = failure('upstream_protocol', 'The provider sent an empty answer.');
    facts.failure = empty;
    return err(empty);
  }
  return ok({ kind: 'stream', answer, live });
}
