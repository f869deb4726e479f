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
import type { Call } from './call.ts';
import { LiveAnswer } from './live-answer.ts';
import { Watch } from './watch.ts';
import type { WatchOptions } from './watch.ts';

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
  /** Nothing can be estimated from its texts. */
  uncountable?: true;
}

export type Begun =
  | { readonly kind: 'whole'; readonly answer: WholeAnswer }
  | { readonly kind: 'stream'; readonly answer: StreamAnswer; readonly live: LiveAnswer };

export interface AttemptOptions extends WatchOptions {
  readonly facts: AttemptFacts;
  readonly call: Call;
  readonly limits: Limits;
  readonly stream: boolean;
}

export async function attempt(options: AttemptOptions): Promise<Result<Begun, Failure>> {
  const { facts, clock, limits } = options;
  const limitMs = options.stream ? limits.firstContentMs : limits.wholeAnswerMs;
  const watch = new Watch(options, limitMs);
  const called = await options.call(facts.planned.target, watch.signal);
  const known = called.ok ? called.value : called.error;
  if (known.credential !== undefined) facts.credential = known.credential;
  if (known.status !== undefined) facts.status = known.status;
  if (!called.ok) return lose(facts, watch, clock, called.error.failure);
  if (called.value.kind === 'whole') return win(facts, watch, clock, called.value);
  return begin(called.value, watch, options);
}

function win(facts: AttemptFacts, watch: Watch, clock: Clock, answer: WholeAnswer): Result<Begun, Failure> {
  watch.release();
  facts.endedAt = clock.now();
  facts.firstContentAt = facts.endedAt;
  if (answer.response.usage !== undefined) facts.usage = answer.response.usage;
  else if (answer.response.uncountable === true) facts.uncountable = true;
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

function lose(facts: AttemptFacts, watch: Watch, clock: Clock, problem: Failure): Result<Begun, Failure> {
  watch.release();
  facts.endedAt = clock.now();
  facts.failure = problem;
  return err(problem);
}

/** Reads until there is something to show, and keeps it. */
async function begin(
  answer: StreamAnswer,
  watch: Watch,
  options: AttemptOptions,
): Promise<Result<Begun, Failure>> {
  const { facts, clock, limits } = options;
  if (answer.uncountable === true) facts.uncountable = true;
  const live = new LiveAnswer(answer.stream, watch, { facts, clock, silenceMs: limits.silenceMs });
  while (!live.committed && !live.over) live.hold(await live.read());
  if (live.over && facts.failure !== undefined) return err(facts.failure);
  if (live.over && !live.answered) {
    const empty = failure('upstream_protocol', 'The provider sent an empty answer.');
    facts.failure = empty;
    return err(empty);
  }
  return ok({ kind: 'stream', answer, live });
}
