// The answer to a client that has waited for long and has seen nothing: the head goes out, then signs of life, while attempts
// and fallbacks go on as they would have. Only their end changes: status 200 is said, so a failure comes as an event of the
// stream, in the client's language, and the headers that tell of the target and the losses are missing.

import type { Batch } from '#canonical/answer.ts';
import type { ChatEvent } from '#canonical/event.ts';
import type { Failure } from '#canonical/failure.ts';
import { unfold } from '#canonical/unfold.ts';
import type { AnyClientDialect } from '#dialects/dialect.ts';
import type { Executed } from '#execution/execute.ts';
import type { RunningAnswer } from '#execution/running-answer.ts';
import type { Gateway, Outgoing } from './gateway.ts';
import type { Prepared } from './prepared.ts';
import { end, openAnswer, routeHeaders, streamed } from './reply.ts';
import { pulseFor } from './signs-of-life.ts';
import { streamBody } from './stream-body.ts';
import type { BodySource } from './stream-body.ts';

export function replyLate(
  prepared: Prepared,
  executing: Promise<Executed>,
  dialect: AnyClientDialect,
  gateway: Gateway,
): Outgoing {
  const coming = executing.then((executed) => sourceOf(prepared, executed, dialect, gateway));
  const body = streamBody(coming, pulseFor(prepared, dialect, gateway));
  return streamed(routeHeaders(prepared.arrival.id, []), prepared, body);
}

function sourceOf(
  prepared: Prepared,
  { outcome, attempts, running }: Executed,
  dialect: AnyClientDialect,
  gateway: Gateway,
): BodySource {
  if (outcome.kind === 'stream') {
    const { losses } = outcome.answer;
    return openAnswer(prepared, running ?? outcome.live, { attempts, losses, dialect, gateway });
  }
  if (outcome.kind === 'whole') {
    const { response, losses } = outcome.answer;
    const events = unfold({ ...response, choices: response.choices ?? [] });
    return openAnswer(prepared, new Told(events), { attempts, losses, dialect, gateway });
  }
  const { failure } = outcome;
  const start = {
    kind: 'start',
    id: prepared.arrival.id,
    model: prepared.request.model,
    losses: [],
  } as const;
  const told = new Told([start, { kind: 'failure', failure }], failure);
  const { live, writer } = openAnswer(prepared, told, { attempts, losses: [], dialect, gateway });
  const onEnd = (): void => {
    end(prepared, attempts, { failure }, gateway);
    prepared.incoming.ended();
  };
  return { live, writer, onEnd };
}

/** An answer of which nothing is to come: all of its events are held. */
class Told implements RunningAnswer {
  readonly over = true;
  readonly failure: Failure | undefined;
  #events: readonly ChatEvent[];

  constructor(events: readonly ChatEvent[], failure?: Failure) {
    this.#events = events;
    this.failure = failure;
  }

  held(): readonly Batch[] {
    const events = this.#events;
    this.#events = [];
    return [{ events }];
  }

  read(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  take(): Batch {
    return { events: [] };
  }

  abandon(): void {}

  breakDown(): void {}
}
