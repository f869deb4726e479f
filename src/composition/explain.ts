// `clew explain`: a gateway without listener, journal and database, which has seen nothing yet; or one that runs, asked.

import { Keyring } from '#access/keyring.ts';
import type { Caller } from '#access/keyring.ts';
import type { JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { Explained, ExplainOptions } from '#cli/explain.ts';
import { printProblem } from '#config/problem.ts';
import type { Snapshot } from '#config/snapshot.ts';
import { CLIENT_DIALECTS, SPOKEN } from '#dialects/index.ts';
import { Engine } from '#execution/engine.ts';
import { explainRoute } from '#gateway/route.ts';
import type { Head } from '#dialects/dialect.ts';
import { printRoute } from '#routing/route-table.ts';
import type { RouteView } from '#routing/route-view.ts';
import { Statistics } from '#routing/statistics/statistics.ts';
import { askGateway } from './ask-gateway.ts';
import type { Parts } from './parts.ts';
import { loaderOf } from './start-configured.ts';

/** Nothing listens there: plans are made, nobody is called. */
const NO_SIMULATOR = 'http://127.0.0.1:1/v1';

export async function explain(options: ExplainOptions, parts: Parts): Promise<Result<Explained, string>> {
  const loaded = loaderOf(options, parts)(NO_SIMULATOR);
  if (options.url !== undefined) {
    const secret = loaded.ok ? secretOf(loaded.value, options.key) : unreadable(loaded.error, options);
    if (options.key !== undefined && !secret.ok) return secret;
    const view = await askGateway(options, options.url, secret.ok ? secret.value : undefined);
    return view.ok ? ok(explained(view.value)) : view;
  }
  if (!loaded.ok) return unreadable(loaded.error, options);
  const caller = callerOf(loaded.value, options.key);
  if (!caller.ok) return caller;
  const { text, draw } = options;
  const question = {
    text,
    head: headOf(options),
    caller: caller.value,
    snapshot: loaded.value,
    dialects: CLIENT_DIALECTS,
  };
  const view = await explainRoute(question, {
    ...SPOKEN,
    draw: draw === undefined ? parts.draw : () => draw,
    clock: parts.clock,
    statistics: new Statistics(),
    engine: new Engine(),
  });
  return view.ok ? ok(explained(view.value)) : err(view.error.message);
}

function explained(view: RouteView): Explained {
  return {
    view: view as unknown as JsonObject,
    table: printRoute(view),
    refused: view.refused !== undefined,
  };
}

type Problems = Parameters<typeof printProblem>[0][];

function unreadable(problems: readonly Problems[number][], { file }: ExplainOptions): Result<never, string> {
  return err(problems.map((problem) => printProblem(problem, file)).join('\n'));
}

/** Without a name nobody asks, and may ask for everything. */
function callerOf(snapshot: Snapshot, key: string | undefined): Result<Caller, string> {
  const secret = secretOf(snapshot, key);
  if (!secret.ok) return secret;
  const { value } = secret;
  const keyring = new Keyring(value === undefined ? [] : snapshot.keys);
  const caller = keyring.admit((name) => (name === 'authorization' ? `Bearer ${value}` : undefined));
  return caller.ok ? caller : err(caller.error.message);
}

function secretOf({ keys }: Snapshot, name: string | undefined): Result<string | undefined, string> {
  if (name === undefined) return ok(undefined);
  const key = keys.find((one) => one.name === name);
  if (key !== undefined) return ok(key.secret.reveal());
  const known = keys.length === 0 ? 'it has none' : `it has ${keys.map((one) => one.name).join(', ')}`;
  return err(`the configuration has no key ${name}: ${known}.`);
}

function headOf({ headers, dialect }: ExplainOptions): Head {
  const all = new Map(headers);
  if (dialect !== undefined) all.set('x-clew-dialect', dialect);
  return { path: '/v1/route', query: '', header: (name) => all.get(name) };
}
