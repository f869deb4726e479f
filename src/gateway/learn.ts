// What attempts teach the statistics that later plans are made from. Told once when a stream begins, since what was quick to
// begin may be long in ending, and once when an attempt ends.

import type { Caller } from '#access/keyring.ts';
import type { Asked } from '#canonical/asked.ts';
import { healthEffectOf } from '#canonical/failure.ts';
import type { HeaderReader } from '#canonical/retry-after.ts';
import type { AttemptFacts } from '#execution/attempt.ts';
import type { CallOrder } from '#execution/call.ts';
import type { ExecuteOptions } from '#execution/execute.ts';
import { rateLimitsIn } from '#providers/rate-limits.ts';
import type { RateLeft } from '#providers/rate-limits.ts';
import type { Plan } from '#routing/plan.ts';
import { sessionName } from '#routing/statistics/sessions.ts';
import type { Statistics } from '#routing/statistics/statistics.ts';
import type { TargetStatistics } from '#routing/statistics/target-statistics.ts';
import { sizeBucket } from '#routing/view.ts';
import type { Allowance, SizeBucket } from '#routing/view.ts';
import type { Gateway } from './gateway.ts';

interface Exchange {
  readonly plan: Plan;
  readonly inputChars: number;
  readonly request: Asked;
  readonly caller?: Pick<Caller, 'key'>;
}

interface Lesson {
  readonly plan: Plan;
  /** Characters of the client's body: what the prompt's size is told by before a provider has counted it. */
  readonly inputChars: number;
  readonly statistics: Statistics;
  /** Monotonic milliseconds. */
  readonly now: number;
}

const CHARACTERS_PER_TOKEN = 4;

/** What the executor tells of the attempts of one exchange. */
export function lessonsOf(
  { plan, inputChars, request, caller }: Exchange,
  { statistics, clock }: Pick<Gateway, 'statistics' | 'clock'>,
): Required<Pick<ExecuteOptions, 'onFirstContent' | 'onAttempt'>> {
  const lesson = (): Lesson => ({ plan, inputChars, statistics, now: clock.now() });
  return {
    onFirstContent: (facts) => learnFirstContent(facts, lesson()),
    onAttempt: (facts) => {
      learnEnded(facts, request.stream, lesson());
      const session = request.routing?.session;
      if (session === undefined || facts.failure !== undefined) return;
      const { target, model } = facts.planned;
      statistics.sessions.note(sessionName(caller?.key ?? null, model, session), target.id, clock.now());
    },
  };
}

/** Of a stream the first content was told when it came, if it came. */
function learnEnded(facts: AttemptFacts, stream: boolean, lesson: Lesson): void {
  const begun = stream && facts.firstContentAt !== undefined;
  const { statistics, now } = lesson;
  const { target, model } = facts.planned;
  const seen = statistics.of(target);
  const { firstContentAt, failure } = facts;
  const endedAt = facts.endedAt ?? now;
  const outputTokens = facts.usage?.outputTotal ?? Math.ceil(facts.outputChars / CHARACTERS_PER_TOKEN);
  if (!begun && failure === undefined) learnFromTotal(facts, seen, outputTokens, lesson);
  if (!begun && failure !== undefined) learnFromSilence(facts, seen, lesson);
  const written = begun && failure === undefined && firstContentAt !== undefined;
  seen.end(
    {
      succeeded: verdictOn(facts),
      startedAt: facts.startedAt,
      begun,
      bucket: bucketOf(facts.usage?.inputTotal, lesson),
      ...(written && { outputTokens, writingMs: endedAt - firstContentAt }),
    },
    now,
  );
  if (failure !== undefined || facts.usage === undefined) return;
  statistics.noteOutput(model, outputTokens, now);
  learnWarmth(facts, seen, lesson);
}

function learnFirstContent(
  { planned, firstContentAt, startedAt, usage }: AttemptFacts,
  lesson: Lesson,
): void {
  if (firstContentAt === undefined) return;
  const seen = lesson.statistics.of(planned.target);
  seen.firstToken(firstContentAt - startedAt, bucketOf(usage?.inputTotal, lesson), lesson.now);
}

/** An answer in one piece tells its time as a whole: both parts are taken to be longer or shorter alike. */
function learnFromTotal(
  { startedAt, endedAt, usage }: AttemptFacts,
  seen: TargetStatistics,
  outputTokens: number,
  lesson: Lesson,
): void {
  const { now } = lesson;
  if (endedAt === undefined) return;
  const bucket = bucketOf(usage?.inputTotal, lesson);
  const firstMs = seen.timeToFirstTokenMs(bucket, now);
  const eachMs = seen.timePerTokenMs(bucket, now);
  const off = (endedAt - startedAt) / (firstMs + eachMs * Math.max(0, outputTokens - 1));
  seen.wholeAnswer({ firstMs: firstMs * off, eachMs: eachMs * off, outputTokens }, bucket, now);
}

/** Who did not answer for so long would have taken at least that long. */
function learnFromSilence(facts: AttemptFacts, seen: TargetStatistics, lesson: Lesson): void {
  const { failure, startedAt, endedAt } = facts;
  const waited = (endedAt ?? lesson.now) - startedAt;
  const silent = SILENCES.has(failure?.code ?? '');
  const bucket = bucketOf(undefined, lesson);
  if (silent && waited > seen.timeToFirstTokenMs(bucket, startedAt)) {
    seen.tooLate(waited, bucket, lesson.now);
  }
}

/** Ends of an attempt that only time brought about. */
const SILENCES: ReadonlySet<string> = new Set([
  'first_content_timeout',
  'deadline_exceeded',
  'client_gone',
  'superseded',
]);

/** Undefined: who left, and who asked for nonsense, says nothing about the target. */
function verdictOn({ failure }: AttemptFacts): boolean | undefined {
  if (failure === undefined) return true;
  return healthEffectOf(failure.code) === 'none' ? undefined : false;
}

function learnWarmth({ usage }: AttemptFacts, { warmth }: TargetStatistics, { plan, now }: Lesson): void {
  if (plan.prefixes === undefined || usage === undefined) return;
  const { prefixes, longTtl } = plan.prefixes;
  const expected = prefixes.some(({ hash }) => warmth.probability(hash, now) > 0);
  if (expected && usage.cacheRead !== undefined) warmth.found(usage.cacheRead > 0);
  for (const { hash } of prefixes) warmth.seen(hash, now, longTtl);
}

function bucketOf(inputTotal: number | undefined, { inputChars }: Lesson): SizeBucket {
  return sizeBucket(inputTotal ?? inputChars / CHARACTERS_PER_TOKEN);
}

/** What the provider says is left of its limits, for the credential that was used. */
export function learnHeadroom(
  { admission }: CallOrder,
  header: HeaderReader,
  { clock }: Pick<Gateway, 'clock'>,
): void {
  if (admission === undefined) return;
  const limits = rateLimitsIn(header, clock.wallMs());
  if (limits === undefined) return;
  const now = clock.now();
  const { requests, tokens } = limits;
  const told = {
    ...(requests !== undefined && { requests: allowance(requests, now) }),
    ...(tokens !== undefined && { tokens: allowance(tokens, now) }),
  };
  admission.lane.allowances.note(told, admission.place);
}

function allowance({ resetsInMs, ...rest }: RateLeft, now: number): Allowance {
  return { ...rest, resetsAt: now + resetsInMs };
}
