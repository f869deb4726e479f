// The generation of one exchange: begun when it arrives, settled once when it ends, before the client sees the end.

import { costOf } from '#accounting/cost.ts';
import { estimateUsage } from '#accounting/estimate.ts';
import type { AttemptRecord, Cost, Generation } from '#accounting/generation.ts';
import { generationId } from '#base/ids.ts';
import { addMoney, NO_MONEY } from '#base/money.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Finish } from '#canonical/finish.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Asked } from '#canonical/asked.ts';
import type { Usage } from '#canonical/usage.ts';
import type { AttemptFacts } from '#execution/attempt.ts';
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

function recordOf(arrival: Arrival, ending: Ending, now: number): Generation {
  const { request, answer, failure } = ending;
  const attempts = ending.attempts.map((facts) => attemptRecord(facts, arrival.startedAt, ending.inputChars));
  const last = ending.attempts.at(-1);
  const served = answer === undefined ? undefined : last?.planned.target;
  const lastRecord = attempts.at(-1);
  return {
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
    ...(served === undefined ? {} : { target: served.id }),
    ...(answer === undefined ? {} : { answeredModel: answer.model, upstreamId: answer.id }),
    ...(lastRecord?.usage === undefined ? {} : { usage: lastRecord.usage }),
    cost: totalCost(attempts),
    ...(served?.price === undefined ? {} : { priceVersion: served.price.version }),
    ...(answer?.finish === undefined ? {} : { finish: answer.finish }),
    ...(failure === undefined ? {} : { failure: { code: failure.code, message: failure.message } }),
    losses: answer?.losses ?? [],
    ...(last?.firstContentAt === undefined
      ? {}
      : { firstContentMs: sinceMs(last.firstContentAt, arrival.startedAt) }),
    totalMs: sinceMs(now, arrival.startedAt),
    ...(arrival.userAgent === undefined ? {} : { userAgent: arrival.userAgent.slice(0, HEADER_LENGTH_MAX) }),
    ...(arrival.referer === undefined ? {} : { referer: arrival.referer.slice(0, HEADER_LENGTH_MAX) }),
  };
}

/** Headers are the client's words; a record keeps only so much of them. */
const HEADER_LENGTH_MAX = 200;

function attemptRecord(facts: AttemptFacts, startedAt: number, inputChars: number): AttemptRecord {
  const { target } = facts.planned;
  const usage = facts.usage ?? estimated(facts, inputChars);
  return {
    target: target.id,
    provider: target.provider,
    ...(facts.credential === undefined ? {} : { credential: facts.credential }),
    startedMs: sinceMs(facts.startedAt, startedAt),
    ...(facts.firstContentAt === undefined
      ? {}
      : { firstContentMs: sinceMs(facts.firstContentAt, startedAt) }),
    endedMs: sinceMs(facts.endedAt ?? facts.startedAt, startedAt),
    ...(facts.status === undefined ? {} : { status: facts.status }),
    ...(facts.failure === undefined ? {} : { failure: facts.failure.code }),
    ...costed(facts, usage),
  };
}

/** An answer whose usage nobody knows costs what nobody knows. */
function costed({ planned, uncountable }: AttemptFacts, usage: Usage | undefined): Partial<AttemptRecord> {
  if (usage !== undefined) return { usage, cost: costOf(usage, planned.target.price) };
  return uncountable === true ? { cost: 'unknown' } : {};
}

/** An answer without a report still costs; an attempt that gave nothing is taken to cost nothing. */
function estimated(facts: AttemptFacts, inputChars: number): Usage | undefined {
  if (facts.firstContentAt === undefined || facts.uncountable === true) return undefined;
  return estimateUsage(inputChars, facts.outputChars);
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
