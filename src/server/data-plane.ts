// The listener that clients talk to. Sockets, limits and headers end here; inside there are only Incoming and Outgoing.

import type { Clock } from '#base/clock.ts';
import { turnsEnd } from '#base/turns-end.ts';
import { failure } from '#canonical/failure.ts';
import type { Address } from '#config/snapshot.ts';
import { dispatch, endpointTable, refuse } from '#gateway/endpoints.ts';
import type { EndpointPorts } from '#gateway/endpoints.ts';
import type { Outgoing } from '#gateway/gateway.ts';
import { hasBody, incomingOf } from './incoming.ts';
import type { BodyState } from './incoming.ts';

/** Seconds without a byte before a connection that waits for a request is closed. */
const IDLE_SEC = 120;
/**
 * Seconds in which the rest of a body that nobody wants is taken in and thrown away, so that a client in mid-sending sees
 * the answer and not a broken pipe. Then the connection is closed, however busy it is.
 */
const LINGER_SEC = 10;
/** While an exchange runs the platform's timer is off: streams may be silent for longer, and have limits of their own. */
const NEVER = 0;
/** Bun refuses larger bodies by itself, without a word; ours is the smaller limit, with an answer that says so. */
const BODY_BYTES_CEILING = 1024 * 1024 * 1024;

export type DataPlane = Bun.Server<undefined>;

export interface DataPlaneOptions {
  readonly clock: Clock;
  /** Other processes listen on the same address too. */
  readonly shared?: boolean;
  readonly idleSec?: number | undefined;
}

export function startDataPlane(
  listen: Address,
  ports: EndpointPorts,
  { clock, shared = false, idleSec = IDLE_SEC }: DataPlaneOptions,
): DataPlane {
  const table = endpointTable(ports);
  const bug = (error: unknown): Response => {
    ports.gateway.telemetry.alarm('an exception reached the server', error);
    return respond(refuse(failure('internal', 'Something went wrong inside the gateway.'), ports));
  };
  return Bun.serve({
    hostname: listen.host,
    port: listen.port,
    reusePort: shared,
    idleTimeout: idleSec,
    maxRequestBodySize: BODY_BYTES_CEILING,
    development: false,
    error: bug,
    fetch: async (request, server) => {
      server.timeout(request, NEVER);
      // The timer belongs to the connection, not to the request: what is switched off here stays off until it is set again.
      const ended = (): void => server.timeout(request, idleSec);
      try {
        const incoming = incomingOf(request, { clock, ended });
        const outgoing = incoming.ok
          ? await dispatch(incoming.value, table, ports)
          : refuse(incoming.error, ports);
        // The last one that runs has nobody to wait for.
        if (ports.gateway.live.count > 0) await turnsEnd();
        const state = incoming.ok ? incoming.value.bodyState : 'unread';
        if (state !== 'read' && hasBody(request)) return dismiss(outgoing, state, request, server);
        if (!(outgoing.body instanceof ReadableStream)) ended();
        return respond(outgoing);
      } catch (error) {
        ended();
        return bug(error);
      }
    },
  });
}

function respond({ status, headers, body }: Outgoing): Response {
  return new Response(body, { status, headers });
}

/** An answer that leaves before the body has come: nothing else will be read from this connection. */
function dismiss(outgoing: Outgoing, state: BodyState, request: Request, server: DataPlane): Response {
  server.timeout(request, LINGER_SEC);
  const response = respond(outgoing);
  // A client that is slow reads the answer before its next byte; and what was being read ends with the connection.
  if (state === 'late') response.headers.set('connection', 'close');
  return response;
}

/** Where a server really listens: port 0 has become a number. */
export function addressOf({ hostname = '', port = 0 }: DataPlane): Address {
  return { host: hostname, port };
}
