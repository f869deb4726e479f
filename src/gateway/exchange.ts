// The way of a request: receive, admit, decode, plan, attempt, encode, settle. The only place where the verbs stand
// together; no branch here names a dialect, a provider or a model.

import type { Caller } from '#access/keyring.ts';
import type { StreamFraming } from '#base/frame.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Asked } from '#canonical/asked.ts';
import type { Snapshot } from '#config/snapshot.ts';
import type { AnyClientDialect } from '#dialects/dialect.ts';
import { execute } from '#execution/execute.ts';
import type { Executed } from '#execution/execute.ts';
import { makePlan } from '#routing/make-plan.ts';
import type { Plan } from '#routing/plan.ts';
import { callProvider } from '#upstream/call-provider.ts';
import type { Gateway, Incoming, Outgoing } from './gateway.ts';
import { receive } from './receive.ts';
import type { Received } from './receive.ts';
import { arrive } from './record.ts';
import type { Arrival } from './record.ts';
import { encodeFailed, reply } from './reply.ts';

/** An exchange that has a plan: everything that follows is recorded. */
export interface Prepared extends Received {
  readonly arrival: Arrival;
  readonly snapshot: Snapshot;
  readonly caller: Caller;
  readonly request: Asked;
  /** How the client wants a stream laid out. */
  readonly framing: StreamFraming;
  readonly plan: Plan;
}

export async function exchange(
  incoming: Incoming,
  dialect: AnyClientDialect,
  gateway: Gateway,
): Promise<Outgoing> {
  const arrival = arrive(incoming, dialect.id, gateway);
  const prepared = await prepare(incoming, arrival, dialect, gateway);
  if (!prepared.ok) {
    gateway.telemetry.refused(arrival.path, prepared.error);
    return encodeFailed(prepared.error, dialect, arrival.id);
  }
  const { plan, request, framing, snapshot, text, body, form } = prepared.value;
  gateway.live.count += 1;
  const { passthrough } = snapshot.server;
  const { connectMs } = plan.limits;
  const sent = {
    request,
    dialect: dialect.id,
    framing,
    text,
    body,
    passthrough,
    connectMs,
    ...(form && { form }),
  };
  const executed = await execute(plan, {
    call: (target, signal) => callProvider(sent, target, signal, gateway),
    clock: gateway.clock,
    draw: gateway.draw,
    client: incoming.signal,
    running: gateway.live.running,
    stream: request.stream,
    startedAt: arrival.startedAt,
  }).catch((bug: unknown) => crashed(bug, gateway));
  return reply(prepared.value, executed, dialect, gateway);
}

/** Expected outcomes are values; what is thrown is a bug, and the caller gets an answer all the same. */
function crashed(bug: unknown, gateway: Gateway): Executed {
  gateway.telemetry.alarm('an exchange threw', bug);
  const problem = failure('internal', 'Something went wrong inside the gateway.');
  return { attempts: [], outcome: { kind: 'failed', failure: problem } };
}

async function prepare(
  incoming: Incoming,
  arrival: Arrival,
  dialect: AnyClientDialect,
  gateway: Gateway,
): Promise<Result<Prepared, Failure>> {
  const { snapshot, keyring } = gateway.current();
  if (gateway.live.draining) return err(draining());
  const caller = keyring.admit(incoming.header);
  if (!caller.ok) return caller;
  const received = await receive(incoming, snapshot.server.bodyLimit, dialect.forms === true);
  if (!received.ok) return received;
  const decoded = dialect.decodeRequest(received.value.body, incoming);
  if (!decoded.ok) return decoded;
  const request = decoded.value;
  const { allows } = caller.value;
  if (!allows(request.model)) return err(notAllowed(request.model));
  const languages = gateway.languages.get(dialect.id) ?? [];
  const plan = makePlan(request, { routes: snapshot, allows, draw: gateway.draw, languages });
  if (!plan.ok) return plan;
  const { id, startedMs } = arrival;
  const intended = gateway.journal.intend({ id, startedMs, key: caller.value.key, model: request.model });
  if (!intended.ok) return err(unaccountable(intended.error));
  const framing = dialect.streamFraming?.(incoming) ?? 'sse';
  return ok({
    arrival,
    snapshot,
    caller: caller.value,
    ...received.value,
    request,
    framing,
    plan: plan.value,
  });
}

function draining(): Failure {
  return failure('shutting_down', 'This gateway is about to stop; ask again at once.', {
    retryAfterMs: 1_000,
  });
}

function notAllowed(model: string): Failure {
  const message = `This key may not ask for \`${model.slice(0, 200)}\`. \`keys[].models\` in clew.yaml lists what it may.`;
  return failure('permission_denied', message, { field: 'model' });
}

function unaccountable(why: string): Failure {
  return failure(
    'accounting_unavailable',
    'The journal cannot be written, so nothing is sent to a provider.',
    {
      retryAfterMs: 5_000,
      detail: why,
    },
  );
}
