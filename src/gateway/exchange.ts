// The way of a request: receive, admit, decode, plan, attempt, encode, settle. The only place where the verbs stand
// together; no branch here names a dialect, a provider or a model.

import type { Caller } from '#access/keyring.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Snapshot } from '#config/snapshot.ts';
import type { AnyClientDialect } from '#dialects/dialect.ts';
import { wantsMetadata } from '#dialects/route-metadata.ts';
import { isChat } from '#canonical/asked.ts';
import { execute } from '#execution/execute.ts';
import { callProvider } from '#upstream/call-provider.ts';
import type { Gateway, Incoming, Outgoing } from './gateway.ts';
import { withHeaderWishes } from './header-wishes.ts';
import { recall } from './kept-answers.ts';
import { replyLate } from './late-reply.ts';
import { lessonsOf } from './learn.ts';
import { withNamedWishes } from './named-wishes.ts';
import { planFor } from './plan-for.ts';
import type { Prepared } from './prepared.ts';
import { receive } from './receive.ts';
import type { Received } from './receive.ts';
import { patienceMs, within } from './signs-of-life.ts';
import { arrive } from './record.ts';
import { mayAsk, notAllowed } from './may-ask.ts';
import type { Arrival } from './record.ts';
import { encodeFailed, reply } from './reply.ts';
import { sentFor, sentOf } from './sent-for.ts';
import { withRefusedRoute } from './told-route.ts';

/** What was received stands apart: it may be large, and nobody needs it for as long as an answer may last. */
interface Taken {
  readonly prepared: Prepared;
  readonly received: Received;
}

export async function exchange(
  incoming: Incoming,
  dialect: AnyClientDialect,
  gateway: Gateway,
): Promise<Outgoing> {
  const arrival = arrive(incoming, dialect.id, gateway);
  const taken = await prepare(incoming, arrival, dialect, gateway);
  if (!taken.ok) {
    gateway.telemetry.refused(arrival.path, taken.error);
    const failed = encodeFailed(taken.error, dialect, arrival.id);
    return withRefusedRoute(failed, taken.error, incoming);
  }
  const { prepared, received } = taken.value;
  const { plan, request, whole, caller } = prepared;
  gateway.live.count += 1;
  const sent = sentOf(prepared, received, dialect, gateway);
  const { onFirstContent, onAttempt } = lessonsOf(prepared, gateway);
  const executing = execute(plan, {
    call: (order, signal) => {
      gateway.statistics.of(order.target).begin(gateway.clock.now());
      return callProvider(sentFor(sent, order), order, signal, gateway);
    },
    onFirstContent,
    onAttempt,
    request: isChat(whole) ? whole : undefined,
    dialect: dialect.id,
    engine: gateway.engine,
    clock: gateway.clock,
    draw: gateway.draw,
    client: incoming.signal,
    running: gateway.live.running,
    stream: request.stream,
    startedAt: arrival.startedAt,
    owner: caller.tenant ?? caller.key ?? undefined,
    onBug: (bug) => gateway.telemetry.alarm('an exchange threw', bug),
  });
  const patience = patienceMs(prepared);
  const executed =
    patience === undefined ? await executing : await within(executing, patience, gateway.clock);
  if (executed === undefined) return replyLate(prepared, executing, dialect, gateway);
  return reply(prepared, executed, dialect, gateway);
}

interface Admitted {
  readonly snapshot: Snapshot;
  readonly caller: Caller;
}

function admit(incoming: Incoming, gateway: Gateway): Result<Admitted, Failure> {
  const { snapshot, keyring } = gateway.current();
  if (gateway.live.draining) return err(draining());
  const caller = keyring.admit(incoming.header);
  return caller.ok ? ok({ snapshot, caller: caller.value }) : caller;
}

async function prepare(
  incoming: Incoming,
  arrival: Arrival,
  dialect: AnyClientDialect,
  gateway: Gateway,
): Promise<Result<Taken, Failure>> {
  const admitted = admit(incoming, gateway);
  if (!admitted.ok) return admitted;
  const { snapshot, caller } = admitted.value;
  const received = await receive(incoming, snapshot.server, dialect.forms === true);
  if (!received.ok) return received;
  const { text, body } = received.value;
  const decoded = dialect.decodeRequest(body, incoming);
  if (!decoded.ok) return decoded;
  const wished = withHeaderWishes(decoded.value, incoming);
  if (!wished.ok) return wished;
  const request = wished.value;
  if (!mayAsk(request.model, caller.allows, snapshot)) return err(notAllowed(request.model));
  const { key } = caller;
  const said = request.continues === undefined ? request : await recall(request, dialect, key, gateway);
  const whole = withNamedWishes(said, snapshot);
  const planned = planFor(whole, { incoming, dialect, caller, snapshot }, gateway);
  if (!planned.ok) return planned;
  const { id, startedMs } = arrival;
  const intended = gateway.journal.intend({ id, startedMs, key, model: request.model });
  if (!intended.ok) return err(unaccountable(intended.error));
  const framing = dialect.streamFraming?.(incoming) ?? 'sse';
  const plan = planned.value;
  const tellsRoute = wantsMetadata(incoming);
  const inputChars = text.length;
  const prepared = {
    incoming,
    arrival,
    snapshot,
    caller,
    request,
    whole,
    framing,
    plan,
    tellsRoute,
    inputChars,
  };
  return ok({ prepared, received: received.value });
}

function draining(): Failure {
  return failure('shutting_down', 'This gateway is about to stop; ask again at once.');
}

function unaccountable(why: string): Failure {
  const message = 'The journal cannot be written, so nothing is sent to a provider.';
  return failure('accounting_unavailable', message, { detail: why });
}
