// The composition root: the only file that knows everyone. It builds, wires and starts; modules do nothing when imported.

import { Keyring } from '#access/keyring.ts';
import { openJournal } from '#accounting/journal-file.ts';
import type { Result } from '#base/result.ts';
import { SystemClock } from '#base/system-clock.ts';
import { buildProgram } from '#cli/program.ts';
import type { ServeOptions } from '#cli/serve.ts';
import { welcome } from '#cli/welcome.ts';
import { loadCatalogue } from '#config/catalogue-files.ts';
import { loadConfig } from '#config/load.ts';
import { printProblem } from '#config/problem.ts';
import { startReloader } from '#config/reload.ts';
import { SIMULATOR_ID } from '#config/simulated.ts';
import type { Snapshot } from '#config/snapshot.ts';
import { CLIENT_DIALECTS, DIALECTS, LANGUAGES, VOCABULARIES as vocabularies } from '#dialects/index.ts';
import type { Current, Gateway } from '#gateway/gateway.ts';
import { startAdminPlane } from '#server/admin-plane.ts';
import { addressOf, startDataPlane } from '#server/data-plane.ts';
import { serveUntilStopped } from '#server/lifetime.ts';
import { startSimulator } from '#simulator/index.ts';
import { openRecords } from '#storage/records.ts';
import { Log } from '#telemetry/log.ts';
import { Metrics } from '#telemetry/metrics.ts';
import { Telemetry } from '#telemetry/telemetry.ts';
import { ConnectWatch } from '#upstream/connect-watch.ts';
import manifest from '../package.json' with { type: 'json' };

const { version } = manifest;
const clock = new SystemClock();
const draw = Math.random;
const catalogue = orExit(loadCatalogue(), (problems) => problems.join('\n'));
await buildProgram({ serve, version, catalogue, vocabularies }).parseAsync(process.argv);

async function serve({ file, overrides, log: format }: ServeOptions): Promise<void> {
  const env = process.env;
  const load = (simulatorUrl?: string) =>
    loadConfig({ file, overrides, env, catalogue, vocabularies, simulatorUrl });
  const { snapshot, simulator } = await startWithSimulator(load, file);
  const log = new Log({ clock, format, level: 'info', file: 1 });
  const onProblem = (message: string, detail: object) => log.error(message, { ...detail });
  const opening = openRecords({ url: snapshot.storage.url, openJournal, clock, draw, onProblem });
  const records = orExit(await opening, String);
  log.info('journal', { ...records.recovered });
  const { journal } = records;
  const live: Gateway['live'] = { count: 0, draining: false, running: new Set() };
  const metrics = new Metrics({
    inFlight: () => live.count,
    journalWaiting: () => journal.figures().waiting,
    journalBytes: () => journal.figures().bytes,
    logLinesDropped: () => log.dropped,
  });
  let current = currentOf(snapshot);
  const telemetry = new Telemetry(log, metrics);
  const connects = new ConnectWatch(clock);
  const gateway: Gateway = {
    current: () => current,
    dialects: DIALECTS,
    languages: LANGUAGES,
    clock,
    draw,
    journal,
    live,
    connects,
    telemetry,
  };
  const ready = (): boolean => !live.draining;
  const ports = {
    gateway,
    dialects: CLIENT_DIALECTS,
    findGeneration: (id: string) => records.find(id),
    ready,
  };
  const data = startDataPlane(snapshot.server.listen, ports, clock);
  const admin = startAdminPlane(snapshot.server.admin, { ready, metrics: () => metrics.text() });
  const reloader = startReloader({
    file,
    initial: snapshot,
    load: () => load(simulator?.url),
    swap: (next) => {
      current = currentOf(next);
    },
    report: (report) => log.info('reload', { ...report }),
  });
  const bound = { listen: addressOf(data), admin: addressOf(admin) };
  process.stderr.write(welcome({ version, snapshot, catalogue, file, ...bound }));
  await serveUntilStopped({ server: data, live, clock, log, graceMs: snapshot.server.drainMs });
  reloader.stop();
  await Promise.all([admin.stop(true), simulator?.stop(), records.close()]);
  metrics.close();
  await log.close();
  process.exit(0);
}

/** Without any provider the simulator serves; its address is known only once it listens, so the load happens twice. */
async function startWithSimulator(
  load: (simulatorUrl?: string) => ReturnType<typeof loadConfig>,
  file?: string,
) {
  const print = (problems: readonly Parameters<typeof printProblem>[0][]): string =>
    problems.map((problem) => printProblem(problem, file)).join('\n');
  const first = orExit(load('http://127.0.0.1:1/v1'), print);
  if (!first.providers.has(SIMULATOR_ID)) return { snapshot: first, simulator: undefined };
  const simulator = await startSimulator({ name: SIMULATOR_ID });
  return { snapshot: orExit(load(simulator.url), print), simulator };
}

/** What is wrong at the start is said in whole lines, and the process ends with 1. */
function orExit<Value, Problem>(result: Result<Value, Problem>, print: (problem: Problem) => string): Value {
  if (result.ok) return result.value;
  process.stderr.write(`${print(result.error)}\n`);
  return process.exit(1);
}

function currentOf(snapshot: Snapshot): Current {
  return { snapshot, keyring: new Keyring(snapshot.keys) };
}
