// What the experiments of the routing engine found, as Markdown, and what of it does not hold.

import type { Found } from '../../test/simulation/experiments/all.ts';
import { SEEDS } from '../../test/simulation/experiments/all.ts';
import { frontAt } from '../../test/simulation/experiments/front.ts';
import { table } from '../../bench/tables.ts';

const percent = (part: number, digits = 1): string => `${(100 * part).toFixed(digits)} %`;
const ms = (value: number): string => value.toFixed(0);
const dollars = (value: number): string => value.toFixed(2);

export function reportOf(found: Found): string {
  return [
    ILLNESS,
    illnessTable(found),
    '![Share of a target that is ill from 40 s to 80 s](plots/routing-illness.svg)',
    '![Shares of all four targets](plots/routing-herd.svg)',
    SOCKETS,
    socketsTable(found),
    HINDSIGHT,
    hindsightTable(found),
    FRONT,
    ...frontTables(found),
    '![Cost against time](plots/routing-front.svg)',
    HEADROOM,
    headroomTable(found),
    AFFINITY,
    affinityTable(found),
  ].join('\n\n');
}

const ILLNESS = `### One of four targets falls ill

Four like targets, 30 requests a second, first contents after 400 ms on average (log-normal, sigma 0.4). The fourth is ill from
40 s to 80 s. Shares are of requests that were sent there first, means of ${SEEDS.length} seeds; the rush is the largest share that any target
had in any five seconds of any seed (a third is fair while three are well; 150 requests vary by 4 % themselves).`;

function illnessTable({ illness }: Found): string {
  const body = illness.map(({ strategy, illness: name, result }) => [
    `\`${strategy}\``,
    name,
    percent(result.before),
    percent(result.during),
    percent(result.after),
    percent(result.rush, 0),
    String(result.failed),
  ]);
  const head = ['', '', 'before', '10 s after it fell ill', '30 s after it was well', 'rush', 'failed'];
  return `${table(head, body, 2)}

\`throughput\` sees how fast a target writes when an answer ends, which takes twenty seconds while it is ten times slower.`;
}

const SOCKETS = `The same over real sockets, in real time: a whole gateway, the built-in simulator, first contents after 200 ms, 30 requests a
second, one run each. Shares are of 150 requests.`;

function socketsTable({ sockets }: Found): string {
  const body = sockets.map(({ wrong, before, during, after, failed }) => [
    wrong,
    percent(before),
    percent(during),
    percent(after),
    String(failed),
  ]);
  return table(['', 'before', '10 s after it fell ill', '30 s after it was well', 'failed'], body);
}

const HINDSIGHT = `### \`latency\` against hindsight

Mean milliseconds to the first content, 20 requests a second, four minutes, ${SEEDS.length} seeds. Each fixed target is asked first always, with
breakers, and the others after it when it fails. The last column is a mean of what the soonest would have taken each time.`;

function hindsightTable({ hindsight }: Found): string {
  const body = hindsight.map(([trace, { chosen, fixed, best, ratio, allKnowing }]) => [
    trace,
    ms(chosen),
    fixed.map(ms).join(', '),
    ms(best),
    ratio.toFixed(3),
    ms(allKnowing),
  ]);
  return table(['', '`latency`', 'each fixed', 'best fixed', 'ratio', 'all-knowing'], body);
}

const FRONT = `### \`balanced\` between cost and time

US dollars for a thousand requests against mean milliseconds to the first content; 10 requests a second, five minutes, three seeds.
The last column is the time as a multiple of what a mixture of the strategies that look at one thing takes at that cost: below 1
lies under their convex front.`;

function frontTables({ front }: Found): readonly string[] {
  return front.map(([market, { points }]) => {
    const singles = points.filter(({ balanced }) => !balanced);
    const body = points.map((one) => [
      one.name,
      one.cost.toFixed(3),
      ms(one.firstMs),
      one.balanced ? (one.firstMs / frontAt(singles, one.cost)).toFixed(3) : '',
    ]);
    return table([market, 'cost', 'time', 'to the front'], body);
  });
}

const HEADROOM = `### Two keys near their limits

A target with two keys of 600 calls a minute, of which others use 60 % and 75 %, and one with room that is three times dearer;
12 requests a second, ten minutes, three seeds. *Blind* is the same engine with the headers about what is left taken out.
With one attempt each limit that is met is the client's to see; with three another target or key answers.`;

function headroomTable({ headroom }: Found): string {
  const body = headroom.map(({ options, result: { blind, aware } }) => [
    `\`${options.strategy}\`, ${options.kind}${options.saysWhen ? '' : ', no `retry-after`'}`,
    String(options.attempts),
    String(blind.seen),
    String(aware.seen),
    String(blind.met),
    String(aware.met),
    percent(blind.limitedShare, 0),
    percent(aware.limitedShare, 0),
  ]);
  const head = [
    '',
    'attempts',
    '429s seen, blind',
    'seen',
    'met, blind',
    'met',
    'served by it, blind',
    'served',
  ];
  return table(head, body);
}

const AFFINITY = `### Where prompts are kept

Forty conversations at once, eight turns each, over a document of 4,000 to 12,000 tokens; reading from a cache costs a tenth. US
dollars for a thousand requests: paid, won by caches, and lost because a request went elsewhere than where its prompt was.
*Blind* is the same engine without the price of cached tokens.`;

function affinityTable({ affinity }: Found): string {
  const body = affinity.flatMap(([world, { blind, aware }]) =>
    (
      [
        ['blind', blind],
        ['', aware],
      ] as const
    ).map(([name, side]) => [
      name === '' ? world : `${world}, ${name}`,
      dollars(side.cost),
      dollars(side.won),
      dollars(side.lost),
      percent(side.read, 0),
      percent(side.stayed, 0),
    ]),
  );
  return table(['', 'paid', 'won', 'lost', 'of prompts, read from a cache', 'turns that stayed'], body);
}

const FRONT_TOLERANCE = 0.01;

/** What was promised and is not so. */
export function problemsOf({
  illness,
  sockets,
  hindsight,
  front,
  headroom,
  affinity,
}: Found): readonly string[] {
  const problems: string[] = [];
  const must = (holds: boolean, what: string): void => void (holds || problems.push(what));
  for (const { strategy, illness: name, result } of illness) {
    const late = strategy === 'throughput' && name === 'ten times slower';
    must(result.during <= (late ? 0.04 : 0.02), `${strategy}, ${name}: ${percent(result.during)} while ill`);
    must(result.after >= 0.22, `${strategy}, ${name}: ${percent(result.after)} afterwards`);
    must(result.rush < 0.5, `${strategy}, ${name}: a rush of ${percent(result.rush)}`);
  }
  for (const { wrong, during, after, failed } of sockets) {
    // Of 150 requests chance makes up to three of two percent, and takes a third of a quarter.
    must(during <= 0.04, `over sockets, ${wrong}: ${percent(during)} while ill`);
    must(after >= 0.15, `over sockets, ${wrong}: ${percent(after)} afterwards`);
    must(failed === 0, `over sockets, ${wrong}: ${failed} failed`);
  }
  for (const [trace, { ratio }] of hindsight) must(ratio <= 1.1, `latency, ${trace}: ${ratio.toFixed(3)}`);
  for (const [market, { worst }] of front)
    must(worst <= FRONT_TOLERANCE, `balanced, ${market}: ${percent(worst)} above the front`);
  for (const { options, result } of headroom) {
    const what = `${options.strategy}, ${options.kind}`;
    must(result.aware.seen <= 0.05 * result.blind.seen, `${what}: clients see ${result.aware.seen} limits`);
    must(result.aware.met <= 0.05 * result.blind.met, `${what}: calls meet ${result.aware.met} limits`);
  }
  for (const [world, { blind, aware }] of affinity) must(aware.cost < blind.cost, `${world}: dearer`);
  return problems;
}
