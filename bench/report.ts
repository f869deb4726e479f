// bench/README.md: written whole by a run, save for the CPU profile, which bench/profile.ts writes between its markers.

import { join } from 'node:path';
import type { Machine } from './machine.ts';
import { PUBLISHED_BARE } from './published.ts';
import { directP50, generatorState, type SummaryRow } from './summary.ts';
import { goalTable, publishedTable, resultTable, spreadTable } from './tables.ts';
import type { Plan, Results, SubjectId } from './measure.ts';

export const PAGE = join(import.meta.dir, 'README.md');

const PROFILE_OPEN = '<!-- profile: written by bench/profile.ts -->';
const PROFILE_CLOSE = '<!-- /profile -->';
const NO_PROFILE = 'Not written yet: `node scripts/bun.mjs bench/profile.ts`.';

export interface Report {
  readonly plan: Plan;
  readonly results: Results;
  readonly rows: readonly SummaryRow[];
  readonly subjects: readonly SubjectId[];
  readonly machine: Machine;
  readonly minutes: number;
}

function method({ plan, results, minutes }: Report): string {
  const { lateMs, busy } = generatorState(results);
  const direct = directP50(results).median;
  return `\`npm run bench\` starts everything on this machine: the subject alone on core 0, and on core 1 a provider that
writes bytes made beforehand (\`upstream.ts\`) and a load generator on raw sockets (\`load.ts\`), each a process of its own.

- **CPU** is user and system time of all the subject's processes and threads from \`/proc/<pid>/stat\`, read at the edges of
  the window that is counted, divided by the requests answered or the chunks delivered in it. A chunk is one SSE event.
  What a subject puts off until after the answers (a database that catches up, garbage collection) is counted: the window
  ends when the subject rests.
- Each subject is warmed for 6.5 s, until its runtime has compiled what runs often.
- Subjects take turns within each row of each round (${plan.rounds} rounds, order shifted each time). A multiple is taken
  within a round; the table shows the median over the rounds.
- **Unary**: 32 connections, each asks again as soon as it is answered; a body of about 540 bytes, an answer of about 600 with
  usage. **Back to back**: 8 streams of 204 events at a time, each event a write of its own, as fast as the provider can
  write. There a subject that lags reads several events at once and becomes cheaper per event, so this row is nearer to 1
  than the work behind it; the row **in one write** shows that work, since every subject gets the same large reads.
  **Paced**: 300 streams, one event each 20 ms, spread over the 20 ms.
- **Added time**: one request at a time on one connection, 3,000 a round; p50 less the p50 without gateway
  (${direct.toFixed(0)} µs; there client and provider share a core, through a gateway they do not).
- **Memory per open stream**: resident memory (\`smaps_rollup\`) of a new process that has answered three requests, before
  and with 1,500 streams open that get an event each second, 3 s after the last was opened; ${plan.memoryRounds} processes each.
  Idle: 0.7 s after the start, nothing asked yet. After load: two seconds after all rounds of all rows.
- Every answer is checked: before the run its text, finish reason and usage, under load its status, its length or number of
  events and its end. One wrong answer fails the run.
- Clew runs with a key, journal, SQLite and metrics on, its log read through a pipe by another process. The **canonical
  way** is the same with \`passthrough: false\`: every chunk decoded into canonical events and encoded again.
- The bare proxy (\`bare-proxy.ts\`) is the least that a gateway on this runtime can do and still know the usage of
  what it relayed. nginx only relays.
- The generator's timers were at most ${lateMs.toFixed(1)} ms late (p99 of the worst window), its core at most
  ${(busy * 100).toFixed(0)} % busy with it. The run took ${minutes.toFixed(1)} minutes.`;
}

function machineLine({ machine, plan }: Report): string {
  const nginx = machine.nginx ? ` · nginx ${machine.nginx}` : '';
  return `${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GB · ${machine.kernel} · Bun ${machine.bun}${nginx}\\
Commit ${machine.commit} · ${machine.date}${plan.quick ? ' · **quick run: few and short windows, rough figures**' : ''}`;
}

/** The tables alone, as the terminal shows them. */
export function renderTables({ rows, subjects }: Report): string {
  return `Bold: multiple of the bare proxy. Beside it: the absolute median.

${resultTable(rows, subjects)}

${goalTable(rows)}`;
}

function render(report: Report, profile: string): string {
  const { rows, subjects } = report;
  return `# Bench

Written by \`npm run bench\` (\`--quick\` for a minute's rough look that leaves this page as it is).

${machineLine(report)}

${renderTables(report)}

The aim is to stand before the Rust gateway on every row with accounting on; its multiples come from another run (below).
The row back to back favours a subject that lags behind; read it together with the row in one write.

## Spread

Least and greatest over the rounds.

${spreadTable(rows, subjects)}

## How it is measured

${method(report)}

## What others need

Measured together **in another run** on another two-core machine of this kind, for the same exchange; CPU as multiples of
the bare proxy of that run (${PUBLISHED_BARE}).
Portkey's memory per stream is with 300 open. For orientation: only multiples can be compared with the table above, and
only roughly.

${publishedTable()}

## Where the time goes

${PROFILE_OPEN}
${profile}
${PROFILE_CLOSE}
`;
}

async function readPage(): Promise<string> {
  const file = Bun.file(PAGE);
  return (await file.exists()) ? file.text() : '';
}

/** What stands between the markers; undefined where there is no such page yet. */
function between(page: string): string | undefined {
  const from = page.indexOf(PROFILE_OPEN);
  const to = page.indexOf(PROFILE_CLOSE);
  return from < 0 || to < from ? undefined : page.slice(from + PROFILE_OPEN.length, to).trim();
}

/** Writes the page anew and keeps the profile that stands in it. */
export async function writeReport(report: Report): Promise<void> {
  await Bun.write(PAGE, render(report, between(await readPage()) ?? NO_PROFILE));
}

/** Replaces the profile in the page. Throws when no run has written the page yet. */
export async function writeProfile(profile: string): Promise<void> {
  const page = await readPage();
  if (between(page) === undefined) throw new Error('bench/README.md is not there yet: run the bench first');
  const before = page.slice(0, page.indexOf(PROFILE_OPEN) + PROFILE_OPEN.length);
  await Bun.write(PAGE, `${before}\n${profile}\n${page.slice(page.indexOf(PROFILE_CLOSE))}`);
}
