// From what the executor brought to what the client gets: settled first, then shown.

import type { StreamAnswer, WholeAnswer } from '#canonical/answer.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Asked } from '#canonical/asked.ts';
import type { AnyClientDialect, EncodeContext } from '#dialects/dialect.ts';
import type { AttemptFacts } from '#execution/attempt.ts';
import type { Executed } from '#execution/execute.ts';
import type { LiveAnswer } from '#execution/live-answer.ts';
import { openFrameWriter } from '#framing/frame-writer.ts';
import { AnswerWriter } from './answer-writer.ts';
import type { Prepared } from './exchange.ts';
import type { Gateway, Outgoing } from './gateway.ts';
import { settle } from './record.ts';
import type { Answered } from './record.ts';
import { streamBody } from './stream-body.ts';

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
    return encodeFailed(outcome.failure, dialect, prepared.arrival.id, attempts);
  }
  if (outcome.kind === 'whole') return replyWhole(prepared, outcome.answer, attempts, { dialect, gateway });
  return replyStream(prepared, outcome.live, { attempts, answer: outcome.answer, dialect, gateway });
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

interface WholeOptions {
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
  const losses = response.losses.length === 0 ? answer.losses : [...answer.losses, ...response.losses];
  const answered: Answered = {
    id: response.id,
    model: response.model,
    finish: response.choices?.[0]?.finish,
    passthrough: relay !== undefined,
    losses,
  };
  const body = relay ?? JSON.stringify(dialect.encodeResponse(response, contextOf(prepared)));
  end(prepared, attempts, { answer: answered }, gateway);
  const headers = routeHeaders(prepared.arrival.id, attempts, losses);
  headers['content-type'] = answer.type ?? JSON_TYPE;
  return { status: 200, headers, body };
}

interface StreamOptions extends WholeOptions {
  readonly attempts: readonly AttemptFacts[];
  readonly answer: StreamAnswer;
}

function replyStream(prepared: Prepared, live: LiveAnswer, options: StreamOptions): Outgoing {
  const { attempts, dialect, gateway } = options;
  const { losses, type } = options.answer;
  const frames = openFrameWriter(prepared.framing);
  const writer = new AnswerWriter(dialect, contextOf(prepared), type === undefined ? frames : undefined);
  const onEnd = (): void => {
    const { id, model, finish, passthrough } = writer;
    const answer: Answered = { id, model, finish, passthrough, losses };
    const problem = attempts.at(-1)?.failure;
    end(prepared, attempts, problem === undefined ? { answer } : { answer, failure: problem }, gateway);
  };
  const headers = routeHeaders(prepared.arrival.id, attempts, losses);
  headers['content-type'] = type ?? frames.contentType;
  headers['cache-control'] = 'no-cache';
  // Some reverse proxies would gather the stream into pieces of their own.
  headers['x-accel-buffering'] = 'no';
  return { status: 200, headers, body: streamBody(live, writer, onEnd) };
}

function contextOf({ request, arrival }: Prepared): EncodeContext<Asked> {
  return { request, generationId: arrival.id, nowSec: Math.floor(arrival.startedMs / 1000) };
}

function end(
  prepared: Prepared,
  attempts: readonly AttemptFacts[],
  outcome: { readonly answer?: Answered; readonly failure?: Failure },
  gateway: Gateway,
): void {
  const { arrival, request, caller, snapshot, text } = prepared;
  const { key } = caller;
  const inputChars = text.length;
  settle(arrival, { request, key, snapshot: snapshot.version, inputChars, attempts, ...outcome }, gateway);
  gateway.live.count -= 1;
}

function routeHeaders(
  id: string,
  attempts: readonly AttemptFacts[],
  losses: readonly Loss[] = [],
): Record<string, string> {
  const headers: Record<string, string> = { 'x-clew-generation-id': id };
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
