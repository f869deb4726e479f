// All of it: `npm run chaos`. Prints the scorecard, keeps what the walls saw in chaos.log, and writes docs/failover.md when
// everything was run. `npm run chaos -- scenarios`, `wall` or `figures` runs a part; `--requests 300` makes the longest one shorter.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { CLIENT_NAMES } from './clients/index.ts';
import type { Figure } from './figures/figure.ts';
import { measurements } from './figures/index.ts';
import { pageOf } from './page.ts';
import { runScenarios } from './scenarios/run-scenarios.ts';
import type { Ran } from './scenarios/run-scenarios.ts';
import { FULL } from './scenarios/scenario.ts';
import { countVerdicts, figureTable, scenarioTable, sumWall, wallTable } from './tables.ts';
import { allCells } from './wall/cell.ts';
import { runWall } from './wall/run-wall.ts';
import type { WallRun } from './wall/run-wall.ts';

const WALL_AT_ONCE = 40;
const LOG = new URL('../../chaos.log', import.meta.url);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { requests: { type: 'string', default: '3000' } },
});
const wants = (part: string): boolean => positionals.length === 0 || positionals.includes(part);
const log: string[] = [];

const ran = wants('scenarios') ? await scenarios() : undefined;
const wall = wants('wall') ? await ownWall() : undefined;
const figures = wants('figures') ? await allFigures() : undefined;
writeFileSync(LOG, `${log.join('\n')}\n`);
const sums = wall && sumWall(wall);
if (ran !== undefined && wall !== undefined && figures !== undefined)
  writeFileSync(new URL('../../docs/failover.md', import.meta.url), await pageOf({ ran, wall, figures }));

const counts = countVerdicts(ran ?? []);
const recovered = (ran ?? []).filter(({ settings }) => settings === 'recovery');
const missed = recovered.filter(({ verdict }) => verdict !== 'pass').length + counts.fail;
const broken = (figures ?? []).filter(({ holds }) => !holds);
console.log(`\n${ran?.length ?? 0} scenarios: ${JSON.stringify(counts)}`);
if (sums !== undefined) console.log(`wall: ${JSON.stringify(sums)}`);
console.log(`figures: ${(figures ?? []).length - broken.length} of ${figures?.length ?? 0} hold`);
process.exit(missed === 0 && (sums?.problems ?? 0) === 0 && broken.length === 0 ? 0 : 1);

async function scenarios(): Promise<readonly Ran[]> {
  const told = ({ scenario, client, settings, verdict, why, totalMs, log: calls, outage }: Ran): void => {
    const more =
      outage === undefined
        ? ''
        : `; ${outage.calls} calls in the outage, back after ${outage.backSec?.toFixed(1)} s`;
    const line = `${settings} ${scenario.id} ${client}: ${verdict} (${why}) in ${(totalMs / 1_000).toFixed(1)} s${more}`;
    console.log(line);
    log.push(line, ...calls.map((call) => `    ${call}`));
  };
  const both = await Promise.all([
    runScenarios('recovery', FULL, told),
    runScenarios('baseline', FULL, told),
  ]);
  console.log(`\n${scenarioTable(both.flat())}\n`);
  return both.flat();
}

async function ownWall(): Promise<WallRun> {
  const run = await runWall(allCells(CLIENT_NAMES), WALL_AT_ONCE);
  for (const { cell, seen, calls, record, verdict } of run.cells) {
    const { fault, client, stream, helped } = cell;
    const name = `${fault} ${client} ${stream ? 'stream' : 'whole'} ${helped ? 'helped' : 'alone'}`;
    const attempts = record?.attempts.map(({ failure }) => failure ?? 'ok').join(', ');
    const problems = [...verdict.client, ...verdict.wall, ...verdict.money];
    const bills = calls.map(({ bill }) => bill).join(' + ');
    log.push(
      `${name}: ${seen.taken} ${seen.error ?? ''} in ${Math.round(seen.totalMs)} ms; ${attempts}; billed ${bills}, recorded ${record?.cost} (${verdict.known})`,
    );
    if (problems.length > 0) {
      console.log(`${name}: ${problems.join('; ')}`);
      log.push(...problems.map((problem) => `    ${problem}`));
    }
  }
  for (const problem of run.after) console.log(`afterwards: ${problem}`);
  console.log(`\n${wallTable(run)}\n`);
  return run;
}

async function allFigures(): Promise<readonly Figure[]> {
  const all: Figure[] = [];
  for (const measure of measurements(Number(values.requests))) {
    for (const figure of await measure()) {
      const { id, what, measured, holds, log: lines = [] } = figure;
      const line = `${id} ${what}: ${measured} ${holds ? 'holds' : 'FAILS'}`;
      console.log(line);
      log.push(line, ...lines.map((one) => `    ${one}`));
      all.push(figure);
    }
  }
  console.log(`\n${figureTable(all)}\n`);
  return all;
}
