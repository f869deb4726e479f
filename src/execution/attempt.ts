// One call of one target, up to the commit point: the answer is whole, or the first content of a stream is in hand.
// Until then nothing has been shown to the client, and a failure here leaves the exchange free to go elsewhere.

import type { Clock } from '#base/clock.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { AnswerFacts, StreamAnswer, WholeAnswer } from '#canonical/answer.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Usage } from '#canonical/usage.ts';
import type { Limits, PlannedTarget } from '#routing/plan.ts';
import type { Call, CallOrder } from './call.ts';
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
  /** What the call was for, where it was not simply the next one. */
  readonly as?: 'hedge' | 'continuation';
  /** Characters of the answer so far, to estimate from when the provider reports no usage. */
  outputChars: number;
}

export type Begun =
  | { readonly kind: 'whole'; readonly answer: WholeAnswer }
  | { readonly kind: 'stream'; readonly answer: StreamAnswer; readonly live: LiveAnswer };

/** Where the outcome is told. */
export interface Outcome {
  /** The first content is there. */
  lives(): void;
  /** Once. Undefined: it went well. */
  ended(failed: Failure | undefined): void;
}

export interface AttemptOptions {
  readonly facts: AttemptFacts;
  readonly order: CallOrder;
  readonly outcome: Outcome;
  readonly watch: Watch;
  readonly call: Call;
  readonly clock: Clock;
  /** Of the plan, for what is waited for after the first content. */
  readonly limits: Pick<Limits, 'silenceMs' | 'onCut'>;
}

export async function attempt(options: AttemptOptions): Promise<Result<Begun, Failure>> {
  const { facts, clock, watch, order } = options;
  if (order.credential !== undefined) facts.credential = order.credential.id;
  try {
    const called = await options.call(order, watch.signal);
    const { status } = called.ok ? called.value : called.error;
    if (status !== undefined) facts.status = status;
    if (!called.ok) return lose(called.error.failure, options);
    if (called.value.kind === 'whole') return win(called.value, options);
    return await begin(called.value, options);
  } catch (bug) {
    // Nothing of the attempt may live on: not its connection, not its alarm, not its slot.
    const broken = failure('internal', 'The attempt threw.');
    watch.abandon(broken.code, broken.message);
    facts.endedAt = clock.now();
    facts.failure ??= broken;
    options.outcome.ended(broken);
    throw bug;
  }
}

function win(answer: WholeAnswer, { facts, watch, clock, outcome }: AttemptOptions): Result<Begun, Failure> {
  watch.release();
  facts.endedAt = clock.now();
  facts.firstContentAt = facts.endedAt;
  if (answer.response.usage !== undefined) facts.usage = answer.response.usage;
  else facts.outputChars = charsOf(answer.response);
  outcome.ended(undefined);
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

function lose(problem: Failure, { facts, watch, clock, outcome }: AttemptOptions): Result<Begun, Failure> {
  watch.release();
  facts.endedAt = clock.now();
  facts.failure = problem;
  outcome.ended(problem);
  return err(problem);
}

/** Reads until there is something to show, and keeps it. */
async function begin(answer: StreamAnswer, options: AttemptOptions): Promise<Result<Begun, Failure>> {
  const { facts, clock, watch, outcome } = options;
  const { silenceMs, onCut } = options.limits;
  const live = new LiveAnswer(answer.stream, watch, { facts, clock, silenceMs, outcome });
  const enough = (): boolean => (onCut === 'buffer' ? live.full : live.committed);
  while (!live.over && !enough()) live.hold(await live.read());
  if (live.over && facts.failure !== undefined) return err(facts.failure);
  return ok({ kind: 'stream', answer, live });
}
