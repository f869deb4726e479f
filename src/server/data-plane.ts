// The listener that clients talk to. Sockets, limits and headers end here; inside there are only Incoming and Outgoing.

import type { Clock } from '#base/clock.ts';
import { failure } from '#canonical/failure.ts';
import type { Address } from '#config/snapshot.ts';
import { dispatch, endpointTable, refuse } from '#gateway/endpoints.ts';
import type { EndpointPorts } from '#gateway/endpoints.ts';
import type { Outgoing } from '#gateway/gateway.ts';
import { incomingOf } from './incoming.ts';

/** Seconds without a byte before a connection that waits for a request is closed. Streams are exempt. */
const IDLE_SEC = 120;
/** Bun refuses larger bodies by itself, without a word; ours is the smaller limit, with an answer that says so. */
const BODY_BYTES_CEILING = 1024 * 1024 * 1024;

export type DataPlane = Bun.Server<undefined>;

export function startDataPlane(listen: Address, ports: EndpointPorts, clock: Clock): DataPlane {
  const table = endpointTable(ports);
  const bug = (error: unknown): Response => {
    ports.gateway.telemetry.alarm('an exception reached the server', error);
    return respond(refuse(failure('internal', 'Something went wrong inside the gateway.'), ports));
  };
  return Bun.serve({
    hostname: listen.host,
    port: listen.port,
    idleTimeout: IDLE_SEC,
    maxRequestBodySize: BODY_BYTES_CEILING,
    development: false,
    error: bug,
    fetch: async (request, server) => {
      server.timeout(request, 0);
      try {
        const incoming = incomingOf(request, clock);
        if (!incoming.ok) return respond(refuse(incoming.error, ports));
        return respond(await dispatch(incoming.value, table, ports));
      } catch (error) {
        return bug(error);
      }
    },
  });
}

function respond({ status, headers, body }: Outgoing): Response {
  return new Response(body, { status, headers });
}

/** Where a server really listens: port 0 has become a number. */
export function addressOf({ hostname = '', port = 0 }: DataPlane): Address {
  return { host: hostname, port };
}
