// What goes to a provider: what the client sent, or the request for the rest of an answer that broke off.

import type { CallOrder } from '#execution/call.ts';
import type { Sent } from '#upstream/call-provider.ts';

/** The rest is asked for in our words, not in the client's. */
export function sentFor(sent: Sent, { request }: CallOrder): Sent {
  return request === undefined ? sent : { ...sent, request, passthrough: false };
}
