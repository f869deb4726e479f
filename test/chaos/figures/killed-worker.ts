// A worker of several is killed outright under load: its own streams break off, and nothing else does.

import { freePort } from '../../support/processes.ts';
import { ms } from './figure.ts';
import type { Figure } from './figure.ts';
import { startOutside } from './outside.ts';
import type { Outside } from './outside.ts';

const WORKERS = 3;
const STREAMS = 90;
const LONG = 'echo+rate-8';

export async function measureKilledWorker(): Promise<readonly Figure[]> {
  const outside = await startOutside({
    models: `  "long": { targets: [ "chat/${LONG}" ] }\n  "well": { targets: [ "chat/echo" ] }`,
    args: ['--workers', String(WORKERS), '--listen', `127.0.0.1:${await freePort()}`],
  });
  try {
    const streams = Array.from({ length: STREAMS }, () => outside.ask('long'));
    while (outside.callsOf(LONG).filter(({ firstByteMs }) => firstByteMs !== null).length < STREAMS)
      await Bun.sleep(10);
    const [victim] = outside.gateway.events('worker ready');
    const killedAt = performance.now();
    process.kill(Number(victim?.['pid']), 'SIGKILL');
    const [back, served] = await Promise.all([untilBack(outside, killedAt), serve(outside)]);
    const ended = await Promise.all(streams);
    const whole = ended.filter(({ taken }) => taken === 'complete').length;
    const hung = ended.filter(({ taken }) => taken === 'hang').length;
    // The kernel shares connections out by chance: half of all on one of three would be none.
    const isFair = STREAMS - whole < STREAMS / 2 && whole < STREAMS;
    return [
      {
        id: 'F50',
        what: `one of ${WORKERS} workers is killed under ${STREAMS} streams: streams that live on; hung; new requests served; back after`,
        goal: 'those of the others; 0; all; ≤ 5 s',
        measured: `${whole}; ${hung}; ${served.good} of ${served.all}; ${ms(back)}`,
        holds: isFair && hung === 0 && served.good === served.all && back <= 5_000,
      },
    ];
  } finally {
    await outside.stop();
  }
}

async function untilBack(outside: Outside, since: number): Promise<number> {
  while (outside.gateway.events('worker ready').length <= WORKERS) await Bun.sleep(10);
  return performance.now() - since;
}

/** New requests from the moment on when the kernel knows that the process is gone. */
async function serve(outside: Outside): Promise<{ good: number; all: number }> {
  await Bun.sleep(50);
  const all = 200;
  let good = 0;
  for (let sent = 0; sent < all; sent += 1) if ((await outside.ask('well')).taken === 'complete') good += 1;
  return { good, all };
}
