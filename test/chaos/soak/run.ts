// `npm run soak -- --minutes 10`: mixed traffic with faults against a gateway in a process of its own. Prints the slope of its
// memory with the confidence interval, its descriptors and its alarms, and writes docs/soak.md.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { seededDraw } from '#base/random.ts';
import { describeMachine } from '../../../bench/machine.ts';
import { CLIENT_NAMES, CLIENTS } from '../clients/index.ts';
import { startGatewayProcess, startSimulatorProcess } from '../../support/processes.ts';
import { slopeOf } from './slope.ts';
import type { Sample } from './slope.ts';
import { sendOne, soakModels } from './traffic.ts';
import type { Tally } from './traffic.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    rate: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
});
const seconds = Number(values.minutes) * 60;
const EVERY_MS = 1_000;
/** Pages and caches fill at first: what comes after is the slope. */
const WARM_SHARE = 0.3;
const BLOCKS = 20;
const MB = 1_048_576;
const HOUR_SEC = 3_600;
/** Connections that are kept to ask again, and the database's own. */
const KEPT_DESCRIPTORS = 64;
const QUIET_SEC_MAX = 60;

const simulator = await startSimulatorProcess();
const providers = CLIENT_NAMES.map((client) => {
  const { dialect } = CLIENTS[client];
  return `  ${client}: { dialect: ${dialect}, url: "${simulator.url}/${dialect}", auth: none }`;
});
const gateway = await startGatewayProcess(`providers:\n${providers.join('\n')}\nmodels:\n${soakModels()}\n`);
const origin = `http://127.0.0.1:${gateway.port}`;
const read = async () => ({
  rss: await gateway.metric('process_resident_memory_bytes'),
  heap: await gateway.metric('process_heap_used_bytes'),
  fds: await gateway.metric('process_open_fds'),
  alarms: await gateway.metric('clew_alarms_armed'),
  running: await gateway.metric('clew_exchanges_in_flight'),
});

const atStart = await read();
const tally: Tally = { asked: 0, complete: 0, typed: 0, left: 0, wrong: [] };
const [rss, heap]: [Sample[], Sample[]] = [[], []];
const began = performance.now();
const traffic = send();
for (let tick = 1; tick * EVERY_MS < seconds * 1_000; tick += 1) {
  await Bun.sleep(Math.max(0, began + tick * EVERY_MS - performance.now()));
  const now = await read();
  const at = (performance.now() - began) / 1_000;
  rss.push({ at, value: now.rss });
  heap.push({ at, value: now.heap });
  if (tick % 30 === 0)
    console.log(
      `${at.toFixed(0)} s: ${(now.rss / MB).toFixed(1)} MB, heap ${(now.heap / MB).toFixed(1)} MB, ${now.fds} descriptors, ${now.alarms} alarms, ${tally.asked} asked`,
    );
}
await traffic;
await untilQuiet();
const atEnd = await read();
await gateway.stop();
await simulator.stop();

const warm = (samples: readonly Sample[]): readonly Sample[] =>
  samples.filter(({ at }) => at >= seconds * WARM_SHARE);
const hourly = (samples: readonly Sample[]): string => {
  const { slope, margin } = slopeOf(warm(samples), BLOCKS);
  return `${((slope * HOUR_SEC) / MB).toFixed(1)} ± ${((margin * HOUR_SEC) / MB).toFixed(1)} MB an hour`;
};
const lines = [
  ['memory, resident', hourly(rss)],
  ['heap', hourly(heap)],
  [
    'resident at the start, at the end',
    `${(atStart.rss / MB).toFixed(0)}, ${(atEnd.rss / MB).toFixed(0)} MB`,
  ],
  ['descriptors at the start, at the end', `${atStart.fds}, ${atEnd.fds}`],
  ['alarms armed at the start, at the end', `${atStart.alarms}, ${atEnd.alarms}`],
  ['exchanges in flight at the end', String(atEnd.running)],
  [
    'requests',
    `${tally.asked}: ${tally.complete} whole, ${tally.typed} errors in their language, ${tally.left} left early`,
  ],
  ['neither', String(tally.wrong.length)],
] as const;
console.log(`\n${lines.map(([what, figure]) => `${what}: ${figure}`).join('\n')}`);
for (const wrong of tally.wrong.slice(0, 20)) console.log(`  ${wrong}`);
writeFileSync(new URL('../../../docs/soak.md', import.meta.url), page());
const isClean = atEnd.alarms === 0 && atEnd.running === 0 && atEnd.fds <= atStart.fds + KEPT_DESCRIPTORS;
process.exit(isClean && tally.wrong.length === 0 ? 0 : 1);

/** Connections are kept for a while, by either side. */
async function untilQuiet(): Promise<void> {
  for (let waited = 0; waited < QUIET_SEC_MAX; waited += 1) {
    const { alarms, running, fds } = await read();
    if (alarms + running === 0 && fds <= atStart.fds + KEPT_DESCRIPTORS) return;
    await Bun.sleep(1_000);
  }
}

async function send(): Promise<void> {
  const draw = seededDraw(Number(values.seed));
  const everyMs = 1_000 / Number(values.rate);
  const running = new Set<Promise<void>>();
  for (let sent = 0; sent * everyMs < seconds * 1_000; sent += 1) {
    await Bun.sleep(Math.max(0, began + sent * everyMs - performance.now()));
    const one = sendOne(origin, draw, tally).finally(() => running.delete(one));
    running.add(one);
  }
  await Promise.all(running);
}

function page(): string {
  const { processor, cores, bun, commit, date } = describeMachine();
  const rows = lines.map(([what, figure]) => `| ${what} | ${figure} |`);
  return `# Soak

Written by \`npm run soak -- --minutes ${values.minutes} --rate ${values.rate}\` (${date}, commit \`${commit}\`, ${cores} cores of ${processor}, Bun ${bun}): ${values.rate} requests a second in four
client languages, seven in ten streamed, one in ten meets a fault of the [wall](failover.md), one in twenty leaves early. The
slope is that of the last ${(1 - WARM_SHARE) * 100} % of the time, over the floors of ${BLOCKS} blocks, since memory is a saw, with its 95 % interval.

| | |
| --- | --- |
${rows.join('\n')}
`;
}
