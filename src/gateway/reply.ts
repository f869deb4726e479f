// From what the executor brought to what the client gets: settled first, then shown.

import type { AnswerFacts, StreamAnswer, WholeAnswer } from '#canonical/answer.ts';
import { isChat } from '#canonical/asked.ts';
import type { Asked } from '#canonical/asked.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import { Fold } from '#canonical/fold.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Part } from '#canonical/part.ts';
import type { AnyClientDialect, EncodeContext } from '#dialects/dialect.ts';
import type { AttemptFacts } from '#execution/attempt.ts';
import type { Executed } from '#execution/execute.ts';
import type { RunningAnswer } from '#execution/running-answer.ts';
import { withMetadata } from '#dialects/route-metadata.ts';
import { openFrameWriter } from '#framing/frame-writer.ts';
import { AnswerWriter } from './answer-writer.ts';
import type { Gateway, Outgoing } from './gateway.ts';
import { withIdentity } from './identity.ts';
import { keepAnswer } from './kept-answers.ts';
import { keepSeals, SealWatch } from './kept-seals.ts';
import type { Prepared } from './prepared.ts';
import { settle } from './record.ts';
import type { Answered } from './record.ts';
import { servedBy } from './served.ts';
import { joinLosses, openAnswerLosses } from './unsaid.ts';
import { keepsAnswers } from './unfit.ts';
import { pulseFor } from './signs-of-life.ts';
import { toldRoute, withToldRoute } from './told-route.ts';
import { streamBody } from './stream-body.ts';
import type { BodySource } from './stream-body.ts';

const JSON_TYPE = 'application/json';
/** A header is no place for a report: the generation record has all losses. */
const LOSSES_LENGTH_MAX = 1_000;

export function reply(
  prepared: Prepared,
  executed: Executed,
  dialect: AnyClientDialect,
  gateway: Gateway,
): Outgoing {
  const { outcome, attempts } = executed;
  if (outcome.kind === 'failed') {
    end(prepared, attempts, { failure: outcome.failure }, gateway);
    const told = toldRoute(prepared, attempts, gateway);
    const failed = encodeFailed(outcome.failure, dialect, prepared.arrival.id, attempts);
    return withToldRoute(failed, outcome.failure, told);
  }
  if (outcome.kind === 'whole') return replyWhole(prepared, outcome.answer, attempts, { dialect, gateway });
  const live = executed.running ?? outcome.live;
  return replyStream(prepared, live, { attempts, answer: outcome.answer, dialect, gateway });
}

export function encodeFailed(
  problem: Failure,
  dialect: AnyClientDialect,
  id: string,
  attempts: readonly AttemptFacts[] = [],
): Outgoing {
  const encoded = dialect.encodeFailure(problem);
  return {
    status: encoded.status,
    headers: { 'content-type': JSON_TYPE, ...encoded.headers, ...routeHeaders(id, attempts) },
    body: JSON.stringify(encoded.body),
  };
}

export interface WholeOptions {
  readonly dialect: AnyClientDialect;
  readonly gateway: Gateway;
}

function replyWhole(
  prepared: Prepared,
  answer: WholeAnswer,
  attempts: readonly AttemptFacts[],
  { dialect, gateway }: WholeOptions,
): Outgoing {
  const { response, relay } = answer;
  const unsaid = relay === undefined ? openAnswerLosses(attempts, dialect) : undefined;
  unsaid?.read(response.choices ?? [], response.extras);
  const losses = joinLosses(answer.losses, response.losses, unsaid?.all);
  const answered: Answered = {
    id: response.id,
    model: response.model,
    finish: response.choices?.[0]?.finish,
    passthrough: relay !== undefined,
    losses,
  };
  const kept = isKept(prepared, attempts, { dialect, gateway });
  let body: Outgoing['body'];
  try {
    const context = contextOf(prepared, attempts, kept, gateway);
    const written =
      relay === undefined ? dialect.encodeResponse(withIdentity(response, context), context) : undefined;
    const shown = relay ?? JSON.stringify(written);
    if (kept && typeof shown === 'string') keep(prepared, response, shown, { dialect, gateway });
    const { route } = context;
    const told = route === undefined || written === undefined ? undefined : withMetadata(written, route());
    body = told === undefined ? shown : JSON.stringify(told);
    rememberSeals(prepared, response.choices?.[0]?.parts ?? [], gateway);
  } catch (bug) {
    const problem = unwritten(bug, gateway);
    end(prepared, attempts, { answer: answered, failure: problem }, gateway);
    return encodeFailed(problem, dialect, prepared.arrival.id, attempts);
  }
  end(prepared, attempts, { answer: answered }, gateway);
  const headers = routeHeaders(prepared.arrival.id, attempts, losses);
  headers['content-type'] = answer.type ?? JSON_TYPE;
  return { status: 200, headers, body };
}

/** An encoder does not throw; should one do so, the answer is paid for and cannot be given. */
function unwritten(bug: unknown, gateway: Gateway): Failure {
  gateway.telemetry.alarm('an answer could not be written', bug);
  return failure('internal', 'The answer could not be written.');
}

interface StreamOptions extends WholeOptions {
  readonly attempts: readonly AttemptFacts[];
  readonly answer: StreamAnswer;
}

function replyStream(prepared: Prepared, live: RunningAnswer, options: StreamOptions): Outgoing {
  const { losses, type } = options.answer;
  const headers = routeHeaders(prepared.arrival.id, options.attempts, losses);
  const source = openAnswer(prepared, live, { ...options, losses, understood: type === undefined });
  const pulse = pulseFor(prepared, options.dialect, options.gateway);
  return streamed(headers, prepared, streamBody(source, pulse), type);
}

export interface AnswerOptions extends WholeOptions {
  readonly attempts: readonly AttemptFacts[];
  readonly losses: readonly Loss[];
  /** False for bytes of a kind that nobody here reads. */
  readonly understood?: boolean;
}

/** A streamed answer to whoever reads it: writes it, and settles when it ends. */
export function openAnswer(prepared: Prepared, live: BodySource['live'], options: AnswerOptions): BodySource {
  const { attempts, losses, dialect, gateway, understood = true } = options;
  const kept = isKept(prepared, attempts, options);
  const context = contextOf(prepared, attempts, kept, gateway);
  const fold = kept ? new Fold() : undefined;
  const frames = understood ? openFrameWriter(prepared.framing) : undefined;
  const watch = new SealWatch(fold);
  const unsaid = openAnswerLosses(attempts, dialect);
  const listeners = [watch, fold, unsaid].filter((listener) => listener !== undefined);
  const writer = new AnswerWriter(dialect, context, frames, listeners);
  const onEnd = (bug?: unknown): void => {
    if (bug !== undefined) unwritten(bug, gateway);
    const { id, model, finish, passthrough } = writer;
    const answer: Answered = { id, model, finish, passthrough, losses: joinLosses(losses, unsaid?.all) };
    const problem = live.failure;
    end(prepared, attempts, problem === undefined ? { answer } : { answer, failure: problem }, gateway);
    prepared.incoming.ended();
    const turn = watch.turn();
    if (turn !== undefined) rememberSeals(prepared, turn, gateway);
    if (bug !== undefined || fold?.over !== true || fold.failure !== undefined) return;
    const response = fold.response();
    keep(prepared, response, JSON.stringify(dialect.encodeResponse(response, context)), options);
  };
  return { live, writer, onEnd };
}

/** `type` is that of bytes which go through as they are. */
export function streamed(
  headers: Record<string, string>,
  { framing }: Prepared,
  body: ReadableStream<Uint8Array>,
  type?: string,
): Outgoing {
  headers['content-type'] = type ?? openFrameWriter(framing).contentType;
  headers['cache-control'] = 'no-cache';
  // Some reverse proxies would gather the stream into pieces of their own.
  headers['x-accel-buffering'] = 'no';
  return { status: 200, headers, body };
}

export function contextOf(
  prepared: Prepared,
  attempts: readonly AttemptFacts[],
  kept: boolean,
  gateway: Gateway,
): EncodeContext<Asked> {
  const { request, arrival } = prepared;
  const nowSec = Math.floor(arrival.startedMs / 1000);
  const target = attempts.at(-1)?.planned.target;
  const route = toldRoute(prepared, attempts, gateway);
  const asked = { request, generationId: arrival.id, nowSec, kept };
  const context = route === undefined ? asked : { ...asked, route };
  return target === undefined ? context : { ...context, served: servedBy(target) };
}

/** Whether Clew has to remember the answer: the client wants it kept, and the target does not do so itself. */
function isKept(
  { request, whole }: Prepared,
  attempts: readonly AttemptFacts[],
  { dialect, gateway }: WholeOptions,
): boolean {
  if (dialect.keeping === undefined || request.keep !== true) return false;
  const target = attempts.at(-1)?.planned.target;
  return whole !== request || target === undefined || !keepsAnswers(target, gateway.dialects);
}

function keep(
  { request, caller, arrival }: Prepared,
  response: AnswerFacts,
  shown: string,
  { dialect, gateway }: WholeOptions,
): void {
  const { id: generationId, startedMs: createdMs } = arrival;
  if (!isChat(request)) return;
  const parts = response.choices?.[0]?.parts ?? [];
  keepAnswer({ request, key: caller.key, generationId, createdMs, parts, shown }, dialect, gateway);
}

function rememberSeals({ whole, caller, arrival }: Prepared, parts: readonly Part[], gateway: Gateway): void {
  keepSeals(parts, whole, { key: caller.key, createdMs: arrival.startedMs }, gateway);
}

export function end(
  prepared: Prepared,
  attempts: readonly AttemptFacts[],
  outcome: { readonly answer?: Answered; readonly failure?: Failure },
  gateway: Gateway,
): void {
  const { arrival, request, caller, snapshot, inputChars, plan } = prepared;
  const { key } = caller;
  const moment = { now: gateway.clock.now(), draw: gateway.draw };
  const explanation = gateway.detail.of(plan, snapshot.explanations, moment);
  const facts = { request, key, snapshot: snapshot.version, inputChars, explanation, attempts };
  settle(arrival, { ...facts, ...outcome }, gateway);
  gateway.live.count -= 1;
}

export function routeHeaders(
  id: string,
  attempts: readonly AttemptFacts[],
  losses: readonly Loss[] = [],
): Record<string, string> {
  // The second is how other routers call it.
  const headers: Record<string, string> = { 'x-clew-generation-id': id, 'x-generation-id': id };
  const last = attempts.at(-1);
  if (last !== undefined) {
    headers['x-clew-target'] = last.planned.target.id;
    headers['x-clew-attempts'] = String(attempts.length);
  }
  if (losses.length > 0) {
    headers['x-clew-losses'] = losses
      .map(({ path, did }) => `${path} ${did}`)
      .join(', ')
      .slice(0, LOSSES_LENGTH_MAX);
  }
  return headers;
}
