// What goes to a provider: what the client sent, or the request for the rest of an answer that broke off.

import type { AnyClientDialect } from '#dialects/dialect.ts';
import type { CallOrder } from '#execution/call.ts';
import type { Sent } from '#upstream/call-provider.ts';
import type { Gateway } from './gateway.ts';
import { recallSeals } from './kept-seals.ts';
import { learnHeadroom } from './learn.ts';
import type { Prepared } from './prepared.ts';
import type { Received } from './receive.ts';

/** The rest is asked for in our words, not in the client's. */
export function sentFor(sent: Sent, { request }: CallOrder): Sent {
  return request === undefined ? sent : { ...sent, request, passthrough: false };
}

/** Written field by field: spreads here were a fiftieth of an exchange's own time. */
export function sentOf(
  { plan, request, whole, framing, snapshot, caller, tellsRoute }: Prepared,
  { text, body, form }: Received,
  dialect: AnyClientDialect,
  gateway: Gateway,
): Sent {
  const same = whole === request && !tellsRoute;
  return {
    request: whole,
    dialect: dialect.id,
    framing,
    text,
    body,
    form,
    passthrough: snapshot.server.passthrough && same && dialect.relays !== false,
    recalled: recallSeals(whole, caller.key, gateway),
    connectMs: plan.limits.connectMs,
    onHeaders: (order, header) => learnHeadroom(order, header, gateway),
  };
}
