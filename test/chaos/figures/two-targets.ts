// R2: two providers of one model, one of which fails in each of 24 ways, while many ask.

import { refusedUrl, startBadTls, startBlackHole, unresolvableUrl } from '#simulator/dead-ends.ts';
import { CLIENT_NAMES } from '../clients/index.ts';
import type { ClientName } from '../clients/index.ts';
import { CLIENTS } from '../clients/index.ts';
import { percent } from './figure.ts';
import type { Figure } from './figure.ts';
import { atOnce, SAID, startOutside } from './outside.ts';
import type { Outside } from './outside.ts';

const WIDTH = 64;
const BEFORE_CONTENT_MIN = 0.999;
const MID_STREAM_MIN = 0.995;

interface Way {
  readonly id: string;
  /** A fault of the simulator, or a dead end. */
  readonly fault: string;
  readonly midStream?: true;
}

const WAYS: readonly Way[] = [
  { id: 'F01', fault: 'connect-refused' },
  { id: 'F02', fault: 'unresolvable' },
  { id: 'F03', fault: 'tls-expired' },
  { id: 'F04', fault: 'black-hole' },
  { id: 'F05', fault: 'reset-before-headers' },
  { id: 'F06', fault: 'silence' },
  { id: 'F07', fault: '429-retry-after-seconds-30' },
  { id: 'F08', fault: '429' },
  { id: 'F09', fault: '500' },
  { id: 'F10', fault: '503' },
  { id: 'F11', fault: '529' },
  { id: 'F12', fault: '409' },
  { id: 'F14', fault: 'auth-401' },
  { id: 'F17', fault: 'quota-429' },
  { id: 'F18', fault: 'html-200' },
  { id: 'F20', fault: 'slow-first-token-20000' },
  { id: 'F21', fault: 'stall-40', midStream: true },
  { id: 'F22', fault: 'stream-cut-40', midStream: true },
  { id: 'F23', fault: 'no-done' },
  { id: 'F24', fault: 'bad-chunk-40' },
  { id: 'F25', fault: 'error-in-stream-40', midStream: true },
  { id: 'F26', fault: 'one-byte-writes' },
  { id: 'F27', fault: 'duplicate-start' },
  { id: 'F28', fault: 'no-usage' },
];

interface Tally {
  complete: number;
  typed: number;
  wrong: number;
  readonly how: Map<string, number>;
}

export async function measureTwoTargets(requests: number): Promise<readonly Figure[]> {
  const tls = await startBadTls('expired');
  const hole = await startBlackHole();
  const urls: Readonly<Record<string, string>> = {
    'connect-refused': refusedUrl(),
    unresolvable: unresolvableUrl(),
    'tls-expired': tls.url,
    'black-hole': hole.url,
  };
  const outside = await startOutside({ models: WAYS.map(modelOf).join('\n'), providers: providersOf(urls) });
  try {
    const tallies: (readonly [Way, Tally])[] = [];
    for (const way of WAYS) tallies.push([way, await tallyOf(way, outside, requests)]);
    return [sum(tallies, false), sum(tallies, true)];
  } finally {
    await outside.stop();
    await tls.stop();
    await hole.stop();
  }
}

/** Each way is met by one of the four languages. */
function clientOf(way: Way): ClientName {
  return CLIENT_NAMES[WAYS.indexOf(way) % CLIENT_NAMES.length] ?? 'chat';
}

function modelOf(way: Way): string {
  const client = clientOf(way);
  // Half of the words take a while, so that a break in the middle is one.
  const pace = way.midStream === true ? 'echo+rate-400' : 'echo';
  const bad = isDeadEnd(way) ? `${way.fault}/m` : `${client}/${pace}+fault-${way.fault}+${way.id}`;
  const limits = 'first_content_limit: 2s, silence_limit: 2s, connect_limit: 1s, on_cut: continue';
  return `  "${way.id}": { targets: [ "${bad}", "${client}/echo+${way.id}-good" ], strategy: round-robin, ${limits} }`;
}

function isDeadEnd({ id }: Way): boolean {
  return ['F01', 'F02', 'F03', 'F04'].includes(id);
}

function providersOf(urls: Readonly<Record<string, string>>): string {
  return WAYS.filter(isDeadEnd)
    .map((way) => {
      const { dialect } = CLIENTS[clientOf(way)];
      return `  ${way.fault}: { dialect: ${dialect}, url: "${urls[way.fault]}", auth: none, models: { m: {} } }`;
    })
    .join('\n');
}

async function tallyOf(way: Way, outside: Outside, requests: number): Promise<Tally> {
  const tally: Tally = { complete: 0, typed: 0, wrong: 0, how: new Map() };
  await atOnce(Array(requests).keys(), WIDTH, async () => {
    const { taken, text, error, problem } = await outside.ask(way.id, clientOf(way));
    const isRight = taken === 'complete' && text === SAID;
    if (isRight) tally.complete += 1;
    else if (taken === 'error') tally.typed += 1;
    else tally.wrong += 1;
    const how = isRight ? 'complete' : `${taken} ${error ?? problem ?? text.slice(0, 60)}`;
    tally.how.set(how, (tally.how.get(how) ?? 0) + 1);
  });
  return tally;
}

function sum(tallies: readonly (readonly [Way, Tally])[], midStream: boolean): Figure {
  const own = tallies.filter(([way]) => (way.midStream === true) === midStream);
  const total = own.reduce((all, [, { complete, typed, wrong }]) => all + complete + typed + wrong, 0);
  const complete = own.reduce((all, [, tally]) => all + tally.complete, 0);
  const wrong = own.reduce((all, [, tally]) => all + tally.wrong, 0);
  const least = midStream ? MID_STREAM_MIN : BEFORE_CONTENT_MIN;
  const goal = `≥ ${percent(least)} complete, 0 without a typed error`;
  return {
    id: 'R2',
    what: `one of two providers fails in ${own.length} ways ${midStream ? 'in mid-stream' : 'before content, or oddly'}`,
    goal,
    measured: `${percent(complete / total)} of ${total}, ${wrong} without`,
    holds: complete / total >= least && wrong === 0,
    log: own.map(([{ id, fault }, { how }]) => {
      return `${id} ${fault}: ${[...how].map(([what, count]) => `${count} ${what}`).join(', ')}`;
    }),
  };
}
