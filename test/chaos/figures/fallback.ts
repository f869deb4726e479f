// R3 and R4: how soon the answer of somebody else begins, and how often the one that is out is asked.

import { ms, quantile } from './figure.ts';
import type { Figure } from './figure.ts';
import { startOutside } from './outside.ts';

const FIRST_MS_MAX = 500;
const OPEN_MS_MAX = 20;
const LIMIT_MS = 10_000;
const REQUESTS = 40;

/** Each has a breaker of its own, so that each has a first request. */
const same = (name: string): string =>
  `  "${name}": { targets: [ "chat/echo+fault-503+${name}", "chat/echo+${name}-spare" ], strategy: priority }`;

const models = `
${Array.from({ length: 10 }, (_, index) => same(`same${index}`)).join('\n')}
  "other": { targets: [ "chat/echo+fault-503+other" ], fallback: [ "chat/echo+other-spare" ] }
  "silent": { targets: [ "chat/echo+fault-silence+silent" ], fallback: [ "chat/echo+silent-spare" ], first_content_limit: ${LIMIT_MS}ms }
  "well": { targets: [ "chat/echo+well" ] }
`;

export async function measureFallback(): Promise<readonly Figure[]> {
  const outside = await startOutside({ models });
  try {
    const firstOf = async (model: string): Promise<number> => (await outside.ask(model)).firstMs ?? Infinity;
    const [well, other, elsewhere]: [number[], number[], number[]] = [[], [], []];
    for (let time = 0; time < REQUESTS; time += 1) {
      well.push(await firstOf('well'));
      other.push(await firstOf('other'));
      if (time % 4 === 0) elsewhere.push(await firstOf(`same${time / 4}`));
    }
    const silent = await outside.ask('silent');
    const calls = outside.callsOf('echo+fault-silence+silent').length;
    const [first = Infinity] = other;
    // Three failures in a row open the breaker: the first request has two, the second the third.
    const open = other.slice(3);
    const lateMs = (silent.firstMs ?? Infinity) - LIMIT_MS;
    return [
      within('fallback to another model, first request', [first], FIRST_MS_MAX),
      within('once the breaker is open', open, OPEN_MS_MAX),
      within('fallback to the same model elsewhere, first requests', elsewhere, OPEN_MS_MAX),
      within('beside it, for comparison: a model that is well', well, OPEN_MS_MAX),
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

/** The middle decides: what is slower than that is the machine's. */
function within(what: string, values: readonly number[], most: number): Figure {
  const middle = quantile(values, 0.5);
  const p95 = values.length > 1 ? `, p95 ${ms(quantile(values, 0.95))}` : '';
  return { id: 'R3', what, goal: `≤ ${most} ms`, measured: ms(middle) + p95, holds: middle <= most };
}
