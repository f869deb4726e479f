// R5 and the first half of R6: what an outage costs in calls, and how soon all is well after it.

import { percent } from './figure.ts';
import type { Figure } from './figure.ts';
import { startOutside } from './outside.ts';
import type { Outside } from './outside.ts';

const OUTAGE_MS = 60_000;
const EVERY_MS = 4_000;
const AFTERWARDS_MS = 30_000;
const PRIMARY = 'echo+primary';

/** R5: fifteen requests in a minute, with a fallback; afterwards one each second. */
export async function measureOutage(): Promise<readonly Figure[]> {
  const outside = await startOutside({
    models: `  "m": { targets: [ "chat/${PRIMARY}" ], fallback: [ "chat/echo+spare" ] }`,
  });
  try {
    outside.simulator.setFault(PRIMARY, '503');
    const began = nowMs();
    let answered = 0;
    for (let sent = 0; sent < OUTAGE_MS / EVERY_MS; sent += 1) {
      await Bun.sleep(Math.max(0, began + sent * EVERY_MS - nowMs()));
      if ((await outside.ask('m')).taken === 'complete') answered += 1;
    }
    await Bun.sleep(Math.max(0, began + OUTAGE_MS - nowMs()));
    outside.simulator.setFault(PRIMARY, null);
    const ended = nowMs();
    const backSec = (await untilBack(outside, ended)) / 1_000;
    const during = outside.callsOf(PRIMARY).filter(({ arrivedMs }) => arrivedMs < ended).length;
    return [
      {
        id: 'R5',
        what: 'an outage of 60 s, 15 requests: calls of the primary; answered; back on it after',
        goal: '≤ 8; 15 of 15; ≤ 16 s',
        measured: `${during}; ${answered} of 15; ${backSec.toFixed(1)} s`,
        holds: during <= 8 && answered === 15 && backSec <= 16,
      },
    ];
  } finally {
    await outside.stop();
  }
}

const nowMs = (): number => performance.timeOrigin + performance.now();

async function untilBack(outside: Outside, ended: number): Promise<number> {
  while (nowMs() < ended + AFTERWARDS_MS) {
    await outside.ask('m');
    const back = outside.callsOf(PRIMARY).find(({ status }) => status === 200);
    if (back !== undefined) return back.arrivedMs - ended;
    await Bun.sleep(1_000);
  }
  return Infinity;
}

const RATE = 100;
const BEFORE_SEC = 5;
const TOTAL_SEC = 60;
const AFTER_SEC = 12;

/** R6: everybody is out while requests keep coming. */
export async function measureTotalFailure(): Promise<readonly Figure[]> {
  const outside = await startOutside({
    models: '  "m": { targets: [ "chat/echo+first" ], fallback: [ "chat/echo+second" ] }',
  });
  const { simulator } = outside;
  try {
    const before = await flow(outside, BEFORE_SEC);
    const callsBefore = simulator.entries().length;
    simulator.setFault('*', '503');
    const during = await flow(outside, TOTAL_SEC);
    const calls = simulator.entries().length - callsBefore;
    simulator.setFault('*', null);
    const after = await flow(outside, AFTER_SEC);
    const each = calls / (TOTAL_SEC * RATE);
    const usual = before.reduce((sum, good) => sum + good, 0) / BEFORE_SEC;
    const backSec = after.findIndex((good) => good >= usual * 0.95) + 1;
    return [
      {
        id: 'R6',
        what: `everybody out for ${TOTAL_SEC} s at ${RATE} requests a second: calls for each request; as many answers as before after`,
        goal: '≤ 1.2; ≤ 10 s',
        measured: `${each.toFixed(2)}; ${backSec} s`,
        holds: each <= 1.2 && backSec > 0 && backSec <= 10 && during.every((good) => good === 0),
        log: [`answers in each second afterwards, of ${percent(usual / RATE)} before: ${after.join(' ')}`],
      },
    ];
  } finally {
    await outside.stop();
  }
}

/** Answers to the requests of each second. */
async function flow(outside: Outside, seconds: number): Promise<readonly number[]> {
  const began = performance.now();
  const good = Array<number>(seconds).fill(0);
  const running: Promise<void>[] = [];
  for (let sent = 0; sent < seconds * RATE; sent += 1) {
    await Bun.sleep(Math.max(0, began + (sent * 1_000) / RATE - performance.now()));
    const second = Math.floor(sent / RATE);
    const one = async (): Promise<void> => {
      if ((await outside.ask('m')).taken === 'complete') good[second] = (good[second] ?? 0) + 1;
    };
    running.push(one());
  }
  await Promise.all(running);
  return good;
}
