// One process that serves: the records, the gateway and its listener are built, wired and started, and taken down again
// when it is told to stop.

import { Keyring } from '#access/keyring.ts';
import { openJournal } from '#accounting/journal-file.ts';
import type { ServeOptions } from '#cli/serve.ts';
import { startReloader } from '#config/reload.ts';
import type { Snapshot } from '#config/snapshot.ts';
import { CLIENT_DIALECTS, SPOKEN } from '#dialects/index.ts';
import type { Current, Gateway } from '#gateway/gateway.ts';
import { KeptDetail } from '#gateway/kept-detail.ts';
import { SharedAnswers } from '#gateway/sharing/shared-answers.ts';
import { Statistics } from '#routing/statistics/statistics.ts';
import { addressOf, startDataPlane } from '#server/data-plane.ts';
import { serveUntilStopped } from '#server/lifetime.ts';
import { openRecords } from '#storage/records.ts';
import { Log } from '#telemetry/log.ts';
import { Metrics } from '#telemetry/metrics.ts';
import { Telemetry } from '#telemetry/telemetry.ts';
import { CloudAuth } from '#upstream/cloud/cloud-auth.ts';
import { ConnectWatch } from '#upstream/connect-watch.ts';
import { startCapacity } from './capacity.ts';
import { orExit } from './or-exit.ts';
import type { Parts } from './parts.ts';
import type { Place } from './place.ts';
import { loaderOf, startConfigured } from './start-configured.ts';

/** Ends the process when it has been told to stop and has done so. */
export async function serve(options: ServeOptions, parts: Parts, place: Place): Promise<void> {
  const { clock, draw } = parts;
  const load = loaderOf(options, parts);
  const { snapshot, simulator } = await startConfigured(load, options.file, place.simulatorUrl);
  const log = new Log({ clock, format: options.log, level: 'info', file: 1 });
  const onProblem = (message: string, detail: object): void => log.error(message, { ...detail });
  const { url } = snapshot.storage;
  let current = currentOf(snapshot);
  const sealLimits = () => current.snapshot.reasoningState;
  const recording = { url, shard: place.shard, openJournal, clock, draw, sealLimits, onProblem };
  const records = orExit(await openRecords(recording), String);
  log.info('journal', { ...records.recovered });
  const { journal } = records;
  const live: Gateway['live'] = { count: 0, draining: false, running: new Set() };
  const metrics = new Metrics({
    inFlight: () => live.count,
    journalWaiting: () => journal.figures().waiting,
    journalBytes: () => journal.figures().bytes,
    logLinesDropped: () => log.dropped,
    alarmsArmed: () => clock.armed(),
  });
  const capacity = startCapacity(clock, log, metrics);
  const gateway: Gateway = {
    current: () => current,
    answers: records.answers,
    seals: records.seals,
    shared: new SharedAnswers({ store: records.replays, clock, onProblem }),
    ...SPOKEN,
    clock,
    draw,
    journal,
    live,
    load: capacity.load,
    connects: new ConnectWatch(clock),
    engine: capacity.engine,
    detail: new KeptDetail(),
    statistics: new Statistics(),
    cloud: new CloudAuth(clock),
    telemetry: new Telemetry(log, metrics),
  };
  const ready = (): boolean => !live.draining;
  const ports = { gateway, dialects: CLIENT_DIALECTS, records, ready };
  const data = startDataPlane(snapshot.server.listen, ports, { clock, shared: place.shared });
  const reloader = startReloader({
    file: options.file,
    initial: snapshot,
    load: () => load(simulator?.url ?? place.simulatorUrl, current.snapshot),
    swap: (next) => {
      current = currentOf(next);
    },
    report: (report) => log.info('reload', { ...report }),
  });
  const showing = place.show({
    snapshot,
    listen: addressOf(data),
    ready,
    metrics: () => metrics.text(),
    series: () => metrics.series(),
  });
  await serveUntilStopped({ server: data, live, clock, log, graceMs: snapshot.server.drainMs });
  reloader.stop();
  capacity.stop();
  await Promise.all([showing.stop(), simulator?.stop(), records.close()]);
  metrics.close();
  await log.close();
  process.exit(0);
}

function currentOf(snapshot: Snapshot): Current {
  return { snapshot, keyring: new Keyring(snapshot.keys) };
}
