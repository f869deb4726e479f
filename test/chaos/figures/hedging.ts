// R8: what hedging does to the slowest answers, and what it costs in calls.

import { seededDraw } from '#base/random.ts';
import { ms, percent, quantile } from './figure.ts';
import type { Figure } from './figure.ts';
import { atOnce, startOutside } from './outside.ts';
import type { Outside } from './outside.ts';

const REQUESTS = 3_000;
const WIDTH = 8;
const STALL_MS = 2_000;
/** A little more than one in a hundred, so that the ninety-ninth is a stall. */
const STALLS_SHARE = 0.0125;
/** Before there is a p95 to go by. */
const LEARNING = 300;

const usual = (name: string): string => `echo+ttft-20+${name}`;
const models = ['off', 'on']
  .map((hedge) => {
    const targets = ['a', 'b'].map((one) => `"chat/${usual(`${hedge}-${one}`)}"`).join(', ');
    return `  "${hedge}": { targets: [ ${targets} ], strategy: priority, hedge: ${hedge} }`;
  })
  .join('\n');

export async function measureHedging(): Promise<readonly Figure[]> {
  const outside = await startOutside({ models });
  try {
    const without = await run('off', outside);
    const hedged = await run('on', outside);
    const saved = 1 - hedged.p99 / without.p99;
    return [
      {
        id: 'R8',
        what: `hedging under ${percent(STALLS_SHARE)} stalls of ${STALL_MS / 1_000} s: p99 of the first content; more calls`,
        goal: 'p99 −50 %, calls ≤ +5 %',
        measured: `${ms(without.p99)} → ${ms(hedged.p99)} (−${percent(saved)}), +${percent(hedged.extra)}`,
        holds: saved >= 0.5 && hedged.extra <= 0.05,
      },
    ];
  } finally {
    await outside.stop();
  }
}

async function run(hedge: 'off' | 'on', outside: Outside): Promise<{ p99: number; extra: number }> {
  const draw = seededDraw(7);
  const [first, second] = [usual(`${hedge}-a`), usual(`${hedge}-b`)];
  const times: number[] = [];
  await atOnce(Array(LEARNING + REQUESTS).keys(), WIDTH, async (number) => {
    if (number >= LEARNING && draw() < STALLS_SHARE)
      outside.simulator.setFault(first, `slow-first-token-${STALL_MS}`, { times: 1 });
    const { firstMs } = await outside.ask(hedge);
    if (number >= LEARNING) times.push(firstMs ?? Infinity);
  });
  const calls = outside.callsOf(first).length + outside.callsOf(second).length;
  return { p99: quantile(times, 0.99), extra: calls / (LEARNING + REQUESTS) - 1 };
}
