// The listener for the operator: health and metrics. Its own port, so that nothing of it is reachable by clients.

import type { Address } from '#config/snapshot.ts';

export interface AdminPorts {
  readonly ready: () => boolean;
  /** Prometheus text. */
  readonly metrics: () => Promise<string>;
}

const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export function startAdminPlane(listen: Address, ports: AdminPorts): Bun.Server<undefined> {
  return Bun.serve({
    hostname: listen.host,
    port: listen.port,
    development: false,
    error: () => Response.json({ status: 'error' }, { status: 500 }),
    routes: {
      '/healthz': { GET: () => Response.json({ status: 'ok' }) },
      '/readyz': { GET: () => readiness(ports.ready()) },
      '/metrics': {
        GET: async () => new Response(await ports.metrics(), { headers: { 'content-type': METRICS_TYPE } }),
      },
    },
    fetch: () => Response.json({ status: 'not found' }, { status: 404 }),
  });
}

function readiness(ready: boolean): Response {
  return ready ? Response.json({ status: 'ready' }) : Response.json({ status: 'not ready' }, { status: 503 });
}
