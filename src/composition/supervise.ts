// Several processes beneath one that looks after them: it checks the configuration, holds the data directory, runs the
// simulator and the admin port, and takes no request itself, so that nothing a request does can bring it down.

import { join } from 'node:path';

import { openJournal } from '#accounting/journal-file.ts';
import type { ServeOptions } from '#cli/serve.ts';
import { welcome } from '#cli/welcome.ts';
import type { Snapshot } from '#config/snapshot.ts';
import { addressOf } from '#server/data-plane.ts';
import { startAdminPlane } from '#server/admin-plane.ts';
import { untilSignal } from '#server/lifetime.ts';
import { whyNotFree } from '#server/workers/free-port.ts';
import { WorkerPool } from '#server/workers/worker-pool.ts';
import { journalDirectory, usedShards } from '#storage/journal-shards.ts';
import { lockFor } from '#storage/process-lock.ts';
import { openRecords } from '#storage/records.ts';
import { Log } from '#telemetry/log.ts';
import type { WorkerMetrics } from '#telemetry/metrics.ts';
import { textOfAll } from '#telemetry/together.ts';
import { orExit } from './or-exit.ts';
import type { Parts } from './parts.ts';
import { loaderOf, startConfigured } from './start-configured.ts';
import { SIMULATOR_URL, shardOf } from './worker-place.ts';

export async function supervise(options: ServeOptions, parts: Parts): Promise<void> {
  const { clock, version, catalogue } = parts;
  const { file, workers: count } = options;
  const { snapshot, simulator } = await startConfigured(loaderOf(options, parts), file);
  const lock = orExit(lockFor(join(journalDirectory(snapshot.storage.url), 'lock')), String);
  orExit(whyNotFree(snapshot.server.listen), String);
  const log = new Log({ clock, format: options.log, level: 'info', file: 1 });
  await settleShards(snapshot, parts, { workers: count, log });
  const pool = new WorkerPool({
    count,
    command: ownCommand(process.execPath, process.argv.slice(1)),
    env: { ...process.env, [SIMULATOR_URL]: simulator?.url },
    clock,
    onEvent: ({ kind, ...event }) => log.info(`worker ${kind}`, event),
  });
  const stopped = untilSignal(log, () => pool.signal('SIGTERM'));
  const reload = (): void => pool.signal('SIGHUP');
  process.on('SIGHUP', reload);
  const served = await pool.start();
  const admin = startAdminPlane(snapshot.server.admin, {
    ready: () => pool.ready,
    metrics: async () => textOfAll((await pool.metrics()) as unknown as readonly WorkerMetrics[]),
  });
  if (served) {
    const addresses = { listen: snapshot.server.listen, admin: addressOf(admin) };
    process.stderr.write(welcome({ version, snapshot, catalogue, file, ...addresses }));
    await stopped;
  }
  process.off('SIGHUP', reload);
  await pool.stop();
  await Promise.all([admin.stop(true), simulator?.stop()]);
  lock.release();
  await log.close();
  process.exit(served ? 0 : 1);
}

/** Records that workers of an earlier start left, with numbers that nobody has now, go to the database. */
export async function settleLeftovers(options: ServeOptions, parts: Parts): Promise<void> {
  const load = loaderOf(options, parts);
  const loaded = load('http://127.0.0.1:1/v1');
  if (!loaded.ok || usedShards(loaded.value.storage.url).every((shard) => shard === undefined)) return;
  const log = new Log({ clock: parts.clock, format: options.log, level: 'info', file: 1 });
  await settleShards(loaded.value, parts, { workers: 0, log });
  await log.close();
}

interface Settling {
  /** How many workers look after their own part themselves; with none, the part of one process does. */
  readonly workers: number;
  readonly log: Log;
}

async function settleShards({ storage }: Snapshot, parts: Parts, { workers, log }: Settling): Promise<void> {
  const { clock, draw } = parts;
  const own = new Set<string | undefined>(
    workers === 0 ? [undefined] : Array.from({ length: workers }, (_, index) => shardOf(index + 1)),
  );
  const onProblem = (message: string, detail: object): void => log.error(message, { ...detail });
  for (const shard of usedShards(storage.url)) {
    if (own.has(shard)) continue;
    // The lock of the whole is held already where the shard is the whole.
    const recording = {
      url: storage.url,
      shard,
      locked: shard === undefined,
      openJournal,
      clock,
      draw,
      onProblem,
    };
    const records = orExit(await openRecords(recording), String);
    log.info('journal', { ...records.recovered });
    await records.close();
  }
}

/** How this very program was started: from its sources, or as the single executable, which has them inside. */
function ownCommand(executable: string, [script = '', ...args]: readonly string[]): readonly string[] {
  const inside = /^(\/\$bunfs\/|[A-Z]:[/\\]~BUN)/.test(script);
  return inside ? [executable, ...args] : [executable, script, ...args];
}
