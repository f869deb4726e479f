// Runs cells of the wall against one gateway, so many at a time, and judges each; at the end nothing may be left behind.

import {
  refusedUrl,
  startBadTls,
  startBlackHole,
  startStalledTls,
  unresolvableUrl,
} from '#simulator/dead-ends.ts';
import { startTestGateway, until, untilIdle } from '../../support/gateway.ts';
import type { TestGateway } from '../../support/gateway.ts';
import { openSockets } from '../../support/sockets.ts';
import { ask } from '../clients/ask.ts';
import { CLIENT_NAMES, CLIENTS } from '../clients/index.ts';
import { DEAD_ENDS } from '../../faults/rows.ts';
import type { DeadEndName } from './faults.ts';
import { primaryOf, spareOf } from './cell.ts';
import type { Cell, Met } from './cell.ts';
import { judge } from './oracles.ts';
import type { Verdict } from './oracles.ts';

export const SAID =
  'Hinges, zażółć gęślą jaźń, 道の果て: what was said once is to be said again, to the letter.';
const PATIENCE_MS = 25_000;
/** A healthy request afterwards. */
const HEALTHY_MS_MAX = 1_000;
/** Connections that the gateway keeps to ask again are no leak. */
const KEPT_SOCKETS_MAX = 256;
/** Limits for faults that are a matter of time; the others keep the usual ones, so that a busy machine is no fault. */
const SHORT =
  'connect_limit: 500ms, first_content_limit: 2s, whole_answer_limit: 2s, silence_limit: 1500ms, deadline: 20s';
const TAKES_TIME = /silence|slow|stall|open|black-hole/;
const PRICE = '{ price: { input: 1, output: 2 } }';

interface End {
  readonly url: string;
  readonly stop?: () => Promise<void> | void;
}

const OPEN: Readonly<Record<DeadEndName, () => End | Promise<End>>> = {
  'connect-refused': () => ({ url: refusedUrl() }),
  unresolvable: () => ({ url: unresolvableUrl() }),
  'tls-expired': () => startBadTls('expired'),
  'tls-wrong-host': () => startBadTls('wrong-host'),
  'tls-untrusted': () => startBadTls('untrusted'),
  'tls-stalled': startStalledTls,
  'black-hole': startBlackHole,
};

export interface WallRun {
  readonly cells: readonly (Met & { readonly verdict: Verdict })[];
  /** Problems of the fourth oracle. */
  readonly after: readonly string[];
}

export async function runWall(cells: readonly Cell[], atOnce: number): Promise<WallRun> {
  const ends = await Promise.all(DEAD_ENDS.map(async (name) => [name, await OPEN[name]()] as const));
  const gateway = await startTestGateway({
    // The breakers are tried elsewhere: here each cell is to meet its fault.
    forgetful: true,
    models: cells.map(modelOf).join('\n'),
    providers: (url) => providersOf(cells, url, ends),
  });
  const sockets = openSockets();
  try {
    const met: (Met & { verdict: Verdict })[] = [];
    const waiting = [...cells];
    const work = async (): Promise<void> => {
      for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) {
        const one = await meet(cell, gateway);
        met.push({ ...one, verdict: judge(one, SAID) });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return { cells: met, after: await look(gateway, sockets) };
  } finally {
    await gateway.stop();
    for (const [, { stop }] of ends) await stop?.();
  }
}

function modelOf(cell: Cell): string {
  const [primary, spare] = [primaryOf(cell), spareOf(cell)];
  const limits = TAKES_TIME.test(cell.fault) ? `, ${SHORT}` : '';
  const fallback = cell.helped ? `, fallback: [ "${spare.provider}/${spare.model}" ]` : '';
  return `  "${cell.name}": { targets: [ "${primary.provider}/${primary.model}" ]${fallback}${limits} }`;
}

function providersOf(
  cells: readonly Cell[],
  url: string,
  ends: readonly (readonly [DeadEndName, End])[],
): string {
  const walls = CLIENT_NAMES.map((client) => {
    const own = cells.filter((cell) => cell.client === client);
    const names = [...own.map(primaryOf), ...own.map(spareOf)]
      .filter(({ provider }) => provider === `wall-${client}`)
      .map(({ model }) => `"${model}": ${PRICE}`);
    names.push(`echo: ${PRICE}`);
    const { dialect } = CLIENTS[client];
    return `  wall-${client}: { dialect: ${dialect}, url: "${url}/${dialect}", auth: none, models: { ${names.join(', ')} } }`;
  });
  const dead = ends.flatMap(([name, end]) =>
    CLIENT_NAMES.map((client) => {
      const { dialect } = CLIENTS[client];
      return `  ${name}-${client}: { dialect: ${dialect}, url: "${end.url}", auth: none, models: { m: ${PRICE} } }`;
    }),
  );
  return [...walls, ...dead].join('\n');
}

async function meet(cell: Cell, gateway: TestGateway): Promise<Met> {
  const seen = await ask(CLIENTS[cell.client], {
    origin: `http://127.0.0.1:${gateway.port}`,
    model: cell.name,
    stream: cell.stream,
    say: SAID,
    patienceMs: PATIENCE_MS,
  });
  const isOurs = (model: string | null): boolean => model?.split('+').includes(cell.name) === true;
  const callsNow = () => gateway.simulator.entries().filter(({ model }) => isOurs(model));
  // What the gateway lets go of is seen at the wall a moment later.
  await until(() => callsNow().every(({ ended }) => ended !== null)).catch(() => undefined);
  const record = gateway.generations.find(({ model }) => model === cell.name);
  return { cell, seen, calls: callsNow(), record };
}

async function look(gateway: TestGateway, before: number): Promise<readonly string[]> {
  const problems = gateway.alarms.map((alarm) => `alarm: ${alarm}`);
  await untilIdle(gateway).catch(() => undefined);
  if (gateway.liveCount() > 0) problems.push(`${gateway.liveCount()} exchanges in flight`);
  if (gateway.armedAlarms() > 0) problems.push(`${gateway.armedAlarms()} timers armed`);
  const left = openSockets() - before;
  if (left > KEPT_SOCKETS_MAX) problems.push(`${left} sockets more than before`);
  for (const client of CLIENT_NAMES) {
    const seen = await ask(CLIENTS[client], {
      origin: `http://127.0.0.1:${gateway.port}`,
      model: `wall-${client}/echo`,
      stream: true,
      say: SAID,
      patienceMs: PATIENCE_MS,
    });
    if (seen.text !== SAID) problems.push(`a healthy ${client} call: ${seen.taken}`);
    if (seen.totalMs > HEALTHY_MS_MAX) problems.push(`a healthy ${client} call took ${seen.totalMs} ms`);
  }
  return problems;
}
