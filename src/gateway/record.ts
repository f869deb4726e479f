// The generation of one exchange: begun when it arrives, settled once when it ends, before the client sees the end.

import { cacheSaving, costOf } from '#accounting/cost.ts';
import { estimateUsage } from '#accounting/estimate.ts';
import type { AttemptRecord, Cost, Generation } from '#accounting/generation.ts';
import { generationId } from '#base/ids.ts';
import { addMoney, nanoDollars, NO_MONEY } from '#base/money.ts';
import type { Asked } from '#canonical/asked.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Finish } from '#canonical/finish.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Usage } from '#canonical/usage.ts';
import type { AttemptFacts } from '#execution/attempt.ts';
import type { Target } from '#providers/target.ts';
import type { Explanation } from '#routing/explanation.ts';
import type { Gateway, Incoming } from './gateway.ts';

/** What is known when the request arrives. */
export interface Arrival {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly startedMs: number;
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  readonly path: string;
  readonly dialect: string;
  readonly userAgent: string | undefined;
  readonly referer: string | undefined;
}

export function arrive(incoming: Incoming, dialect: string, gateway: Gateway): Arrival {
  const startedMs = gateway.clock.wallMs();
  return {
    id: generationId(startedMs),
    startedMs,
    startedAt: gateway.clock.now(),
    path: incoming.path,
    dialect,
    userAgent: incoming.header('user-agent'),
    referer: incoming.header('http-referer') ?? incoming.header('referer'),
  };
}

/** What is known when the exchange ends. */
export interface Ending {
  readonly request: Asked;
  readonly key: string | null;
  readonly snapshot: string;
  /** Characters of the request's text, to estimate from when no usage was reported. */
  readonly inputChars: number;
  /** Why the plan was as it was. */
  readonly explanation: Explanation;
  readonly attempts: readonly AttemptFacts[];
  readonly answer?: Answered;
  readonly failure?: Failure;
}

export interface Answered {
  readonly id: string;
  readonly model: string;
  readonly finish: Finish | undefined;
  readonly passthrough: boolean;
  readonly losses: readonly Loss[];
}

export function settle(arrival: Arrival, ending: Ending, gateway: Gateway): Generation {
  const generation = recordOf(arrival, ending, gateway.clock.now());
  const text = JSON.stringify(generation);
  const settled = gateway.journal.settle(generation, text);
  if (!settled.ok) gateway.telemetry.alarm(`generation ${arrival.id} is not in the journal`, settled.error);
  gateway.telemetry.generation(generation, text);
  return generation;
}

/** Written field by field: a spread for each field that may be absent was a tenth of an exchange's own time. */
type Draft<Value> = { -readonly [Key in keyof Value]: Value[Key] };

function recordOf(arrival: Arrival, ending: Ending, now: number): Generation {
  const { request, answer, failure } = ending;
  const last = ending.attempts.at(-1);
  const { attempts, usage } = attemptRecords(ending, arrival.startedAt);
  const served = answer === undefined ? undefined : last?.planned.target;
  const record: Draft<Generation> = {
    id: arrival.id,
    startedMs: arrival.startedMs,
    path: arrival.path,
    dialect: arrival.dialect,
    key: ending.key,
    model: request.model,
    stream: request.stream,
    passthrough: answer?.passthrough ?? false,
    snapshot: ending.snapshot,
    attempts,
    cost: totalCost(attempts),
    losses: answer?.losses ?? [],
    totalMs: sinceMs(now, arrival.startedAt),
    explanation: ending.explanation,
  };
  if (served !== undefined) record.target = served.id;
  if (answer !== undefined) {
    record.answeredModel = answer.model;
    record.upstreamId = answer.id;
    if (answer.finish !== undefined) record.finish = answer.finish;
  }
  if (usage !== undefined) record.usage = usage;
  if (served?.price !== undefined) record.priceVersion = served.price.version;
  noteCache(record, usage, served, ending.explanation);
  if (failure !== undefined) record.failure = { code: failure.code, message: failure.message };
  if (last?.firstContentAt !== undefined)
    record.firstContentMs = sinceMs(last.firstContentAt, arrival.startedAt);
  if (arrival.userAgent !== undefined) record.userAgent = arrival.userAgent.slice(0, HEADER_LENGTH_MAX);
  if (arrival.referer !== undefined) record.referer = arrival.referer.slice(0, HEADER_LENGTH_MAX);
  return record;
}

/** What a cache saved, and what another one would have saved beyond that. */
function noteCache(
  record: Draft<Generation>,
  usage: Usage | undefined,
  served: Target | undefined,
  { choices }: Explanation,
): void {
  const saved = served === undefined ? undefined : cacheSaving(usage, served.price);
  if (saved !== undefined) record.cacheSaved = saved;
  let most = 0;
  for (const { score } of choices[0]?.candidates ?? []) most = Math.max(most, score?.savedNano ?? 0);
  const missed = most - Math.max(0, saved ?? 0);
  if (most > 0 && missed > 0 && served !== undefined) record.cacheMissed = nanoDollars(missed);
}

/** Headers are the client's words; a record keeps only so much of them. */
const HEADER_LENGTH_MAX = 200;

/** The usage of the last one is the generation's, and stands there only. */
function attemptRecords(
  { attempts, inputChars, request }: Ending,
  startedAt: number,
): { readonly attempts: readonly AttemptRecord[]; readonly usage: Usage | undefined } {
  const records: AttemptRecord[] = [];
  let usage: Usage | undefined;
  for (const [index, facts] of attempts.entries()) {
    const isTold = facts.usage !== undefined && facts.usage.estimated !== true;
    const used = isTold || request.uncountable === true ? facts.usage : estimated(facts, inputChars);
    usage = used === undefined ? undefined : counted(used);
    const record = attemptRecord(facts, startedAt, usage, index === attempts.length - 1);
    if (usage === undefined && facts.firstContentAt !== undefined) record.cost = 'unknown';
    records.push(record);
  }
  return { attempts: records, usage };
}

function attemptRecord(
  facts: AttemptFacts,
  startedAt: number,
  usage: Usage | undefined,
  last: boolean,
): Draft<AttemptRecord> {
  const { target } = facts.planned;
  const record: Draft<AttemptRecord> = {
    target: target.id,
    provider: target.provider,
    startedMs: sinceMs(facts.startedAt, startedAt),
    endedMs: sinceMs(facts.endedAt ?? facts.startedAt, startedAt),
  };
  if (facts.credential !== undefined) record.credential = facts.credential;
  if (facts.firstContentAt !== undefined) record.firstContentMs = sinceMs(facts.firstContentAt, startedAt);
  if (facts.status !== undefined) record.status = facts.status;
  if (facts.failure !== undefined) record.failure = facts.failure.code;
  if (facts.as !== undefined) record.as = facts.as;
  if (usage !== undefined) {
    if (!last) record.usage = usage;
    record.cost = costOf(usage, target.price);
  }
  return record;
}

/** The counts alone: the provider's own object beside them is for clients, and would double the record. */
function counted(usage: Usage): Usage {
  if (usage.raw === undefined) return usage;
  const { raw: _raw, ...counts } = usage;
  return counts;
}

/**
 * An answer without a report still costs, and so does one that was begun and never came: its prompt was taken. A report from
 * before the end is less than the whole. An attempt that was refused, or of which nothing came back, is taken to cost nothing.
 */
function estimated(facts: AttemptFacts, inputChars: number): Usage | undefined {
  const told = facts.usage;
  const isTaken = facts.status !== undefined && facts.status < 300;
  if (facts.firstContentAt === undefined && !isTaken) return told;
  const guess = estimateUsage(inputChars, facts.outputChars);
  return told === undefined ? guess : { ...told, outputTotal: Math.max(told.outputTotal, guess.outputTotal) };
}

function totalCost(attempts: readonly AttemptRecord[]): Cost {
  let total = NO_MONEY;
  for (const { cost } of attempts) {
    if (cost === 'unknown') return cost;
    if (cost !== undefined) total = addMoney(total, cost);
  }
  return total;
}

/** Milliseconds with three decimals: enough to see the gateway's own share. */
function sinceMs(at: number, startedAt: number): number {
  return Math.round((at - startedAt) * 1000) / 1000;
}
