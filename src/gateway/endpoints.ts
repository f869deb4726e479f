// Every path of the data plane. A path that is not here does not exist.

import type { DaySpent } from '#accounting/generation-store.ts';
import { PathTable } from '#base/path-table.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { AnyClientDialect, Head } from '#dialects/dialect.ts';
import { countRequest } from './count-tokens.ts';
import type { Gateway, Incoming, Outgoing } from './gateway.ts';
import { keptUses, useKept } from './kept-answers.ts';
import { addModels } from './models.ts';
import { encodeFailed } from './reply.ts';
import { showRoute } from './route.ts';
import { showExplanation, showGeneration } from './show-generation.ts';
import { addAccount } from './show-account.ts';
import { shared } from './sharing/shared.ts';
import { shed } from './shedding.ts';
import { mannersOf, speakerOf } from './speaker.ts';

export type Handler = (incoming: Incoming) => Outgoing | Promise<Outgoing>;

/** Handlers by path, then by method. */
export type Endpoints = PathTable<Readonly<Record<string, Handler>>>;

export interface EndpointPorts {
  readonly gateway: Gateway;
  /** What clients may speak; the first answers where nobody has spoken yet, as for an unknown path. */
  readonly dialects: readonly [AnyClientDialect, ...AnyClientDialect[]];
  readonly records: KeptRecords;
  readonly ready: () => boolean;
}

/** What is asked of the records of all exchanges. */
export interface KeptRecords {
  /** The record of a generation as JSON text, also when it was written a moment ago. */
  find(id: string): Promise<string | undefined>;
  /** What a key has spent, a moment behind. */
  spentByDay(key: string | null): Promise<Result<readonly DaySpent[], string>>;
}

export function endpointTable(ports: EndpointPorts): Endpoints {
  const { gateway, dialects } = ports;
  const table: Endpoints = new PathTable();
  for (const dialect of dialects) {
    for (const path of dialect.paths) {
      table.set(path, { POST: (incoming) => answer(incoming, mannersOf(dialect, incoming), gateway) });
      if (dialect.keeping !== undefined) addKept(table, path, dialect, gateway);
    }
    addCounting(table, dialect, gateway);
  }
  addModels(table, ports);
  const route: Handler = (incoming) => showRoute(incoming, dialects, gateway);
  table.set('/v1/route', { POST: route });
  table.set('/api/v1/route', { POST: route });
  const generation: Handler = (incoming) => showGeneration(incoming, ports);
  table.set('/v1/generation', { GET: generation });
  table.set('/api/v1/generation', { GET: generation });
  const explanation: Handler = (incoming) => showExplanation(incoming, ports);
  table.set('/v1/generation/explanation', { GET: explanation });
  table.set('/api/v1/generation/explanation', { GET: explanation });
  addAccount(table, ports);
  table.set('/healthz', { GET: () => json(200, { status: 'ok' }) });
  table.set('/readyz', { GET: () => readiness(ports) });
  return table;
}

function answer(
  incoming: Incoming,
  dialect: AnyClientDialect,
  gateway: Gateway,
): Outgoing | Promise<Outgoing> {
  return shed(incoming, dialect, gateway) ?? shared(incoming, dialect, gateway);
}

function addCounting(table: Endpoints, dialect: AnyClientDialect, gateway: Gateway): void {
  const { counting } = dialect;
  if (counting === undefined) return;
  for (const path of counting.paths) {
    table.set(path, { POST: (incoming) => countRequest(incoming, dialect, counting, gateway) });
  }
}

/** What a client may do with answers that are kept for it. The id stands where others have a model's name. */
function addKept(table: Endpoints, path: string, dialect: AnyClientDialect, gateway: Gateway): void {
  const { show, forget, input } = keptUses(dialect, gateway);
  const at = { gateway, path };
  table.set(`${path}/{model}`, {
    GET: (incoming) => useKept(incoming, dialect, at, show),
    DELETE: (incoming) => useKept(incoming, dialect, at, forget),
  });
  const after = '/input_items';
  table.set(`${path}/{model}${after}`, {
    GET: (incoming) => useKept(incoming, dialect, { ...at, after }, input),
  });
}

/** The answer to a request that no endpoint takes. Without a head nobody knows who is asking. */
export function refuse(problem: Failure, { dialects }: EndpointPorts, head?: Head): Outgoing {
  return encodeFailed(problem, head === undefined ? dialects[0] : speakerOf(head, dialects), 'none');
}

export function dispatch(
  incoming: Incoming,
  table: Endpoints,
  ports: EndpointPorts,
): Outgoing | Promise<Outgoing> {
  const methods = table.get(incoming.path);
  if (methods === undefined) {
    const nothing = failure('not_found', `There is nothing at ${incoming.path.slice(0, 200)}.`);
    return refuse(nothing, ports, incoming);
  }
  const handler = methods[incoming.method];
  if (handler !== undefined) return handler(incoming);
  const allowed = Object.keys(methods).join(', ');
  const wrong = failure('method_not_allowed', `${incoming.path} takes ${allowed} only.`);
  const refused = refuse(wrong, ports, incoming);
  return { ...refused, headers: { ...refused.headers, allow: allowed } };
}

function readiness({ gateway, ready }: EndpointPorts): Outgoing {
  if (gateway.live.draining) return json(503, { status: 'draining' });
  return ready() ? json(200, { status: 'ready' }) : json(503, { status: 'starting' });
}

function json(status: number, body: unknown): Outgoing {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
