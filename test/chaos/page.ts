// docs/failover.md: what is promised and why, in words that stand in failover.txt beside this file, with the tables of a run.

import { readFileSync } from 'node:fs';

import { describeMachine } from '../../bench/machine.ts';
import type { Figure } from './figures/figure.ts';
import { SCENARIOS } from './scenarios/catalogue.ts';
import type { Ran } from './scenarios/run-scenarios.ts';
import { figureTable, scenarioTable, sumWall, wallTable } from './tables.ts';
import { FAULTS } from './wall/faults.ts';
import type { WallRun } from './wall/run-wall.ts';

export interface Runs {
  readonly ran: readonly Ran[];
  readonly wall: WallRun;
  readonly figures: readonly Figure[];
}

export async function pageOf({ ran, wall, figures }: Runs): Promise<string> {
  const { processor, cores, bun, commit, date } = describeMachine();
  const sums = sumWall(wall);
  const parts: Readonly<Record<string, string>> = {
    machine: `${date}, commit \`${commit}\`, ${cores} cores of ${processor}, Bun ${bun}`,
    scenarios: scenarioTable(ran),
    outage: outageLines(ran),
    scenarioCount: String(SCENARIOS.length),
    faultCount: String(FAULTS.length),
    wall: wallTable(wall),
    wallSums: `${sums.cells} exchanges: ${sums.hangs} hung, ${sums.truncatedAsSuccess} that looked whole and were not, ${sums.wrongLanguage} errors in a wrong language, ${sums.problems} problems in all. Money: ${sums.money}.`,
    figures: figureTable(figures),
  };
  const text = readFileSync(new URL('failover.txt', import.meta.url), 'utf8');
  return text.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => parts[name] ?? whole);
}

function outageLines(ran: readonly Ran[]): string {
  return ran
    .flatMap(({ settings, client, outage }) =>
      outage === undefined
        ? []
        : [
            `- ${client}, ${settings}: ${outage.calls} calls, back after ${outage.backSec?.toFixed(1) ?? 'never'} s`,
          ],
    )
    .join('\n');
}
