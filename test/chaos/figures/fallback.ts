// R3 and R4: how soon the answer of somebody else begins, and how often the one that is out is asked.

import { ms, quantile } from './figure.ts';
import type { Figure } from './figure.ts';
import { startOutside } from './outside.ts';

const FIRST_MS_MAX = 500;
const OPEN_MS_MAX = 20;
const LIMIT_MS = 10_000;
const REQUESTS = 40;

const models = `
  "other": { targets: [ "chat/echo+fault-503+other" ], fallback: [ "chat/echo+other-spare" ] }
  "same": { targets: [ "chat/echo+fault-503+same", "chat/echo+same-spare" ], strategy: priority }
  "silent": { targets: [ "chat/echo+fault-silence+silent" ], fallback: [ "chat/echo+silent-spare" ], first_content_limit: ${LIMIT_MS}ms }
  "well": { targets: [ "chat/echo+well" ] }
`;

export async function measureFallback(): Promise<readonly Figure[]> {
  const outside = await startOutside({ models });
  try {
    for (let time = 0; time < REQUESTS; time += 1) await outside.ask('well');
    const other: number[] = [];
    const same: number[] = [];
    for (let time = 0; time < REQUESTS; time += 1) {
      other.push((await outside.ask('other')).firstMs ?? Infinity);
      same.push((await outside.ask('same')).firstMs ?? Infinity);
    }
    const silent = await outside.ask('silent');
    const calls = outside.callsOf('echo+fault-silence+silent').length;
    const [first = Infinity] = other;
    // Three failures in a row open the breaker: the first request has two, the second the third.
    const open = quantile(other.slice(3), 0.95);
    const [elsewhere = Infinity] = same;
    const lateMs = (silent.firstMs ?? Infinity) - LIMIT_MS;
    return [
      within('fallback to another model, first request', first, FIRST_MS_MAX),
      within('once the breaker is open, p95 of what is left', open, OPEN_MS_MAX),
      within('fallback to the same model elsewhere, first request', elsewhere, OPEN_MS_MAX),
      {
        id: 'R4',
        what: 'silent provider: the other begins after the limit of 10 s and so much; calls of the silent one',
        goal: '≤ 0.5 s, 1 call',
        measured: `${ms(lateMs)}, ${calls} ${calls === 1 ? 'call' : 'calls'}`,
        holds: lateMs <= 500 && calls === 1 && silent.taken === 'complete',
      },
    ];
  } finally {
    await outside.stop();
  }
}

function within(what: string, value: number, most: number): Figure {
  return { id: 'R3', what, goal: `≤ ${most} ms`, measured: ms(value), holds: value <= most };
}
