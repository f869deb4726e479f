// What a key may know of itself: its name and what it has spent.

import type { Caller } from '#access/keyring.ts';
import { viewCredits, viewKey } from '#accounting/account-view.ts';
import type { DaySpent } from '#accounting/generation-store.ts';
import type { JsonObject } from '#base/json.ts';
import { failure } from '#canonical/failure.ts';
import type { EndpointPorts, Endpoints } from './endpoints.ts';
import type { Incoming, Outgoing } from './gateway.ts';
import { encodeFailed } from './reply.ts';
import { speakerOf } from './speaker.ts';

type Show = (caller: Caller, days: readonly DaySpent[], wallMs: number) => JsonObject;

/** `/auth/key` is the older name, which many programs still ask for. */
export function addAccount(table: Endpoints, ports: EndpointPorts): void {
  table.set('/api/v1/key', { GET: (incoming) => answer(incoming, ports, viewKey) });
  table.set('/api/v1/auth/key', { GET: (incoming) => answer(incoming, ports, viewKey) });
  table.set('/api/v1/credits', {
    GET: (incoming) => answer(incoming, ports, (_, days) => viewCredits(days)),
  });
}

async function answer(incoming: Incoming, ports: EndpointPorts, show: Show): Promise<Outgoing> {
  const { gateway, dialects } = ports;
  const dialect = speakerOf(incoming, dialects);
  const caller = gateway.current().keyring.admit(incoming.header);
  if (!caller.ok) return encodeFailed(caller.error, dialect, 'none');
  const days = await ports.records.spentByDay(caller.value.key);
  if (days.ok) return json(show(caller.value, days.value, gateway.clock.wallMs()));
  gateway.telemetry.alarm('what a key has spent cannot be looked up', days.error);
  const away = failure('accounting_unavailable', 'The database cannot be asked just now.');
  return encodeFailed(away, dialect, 'none');
}

function json(body: JsonObject): Outgoing {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
