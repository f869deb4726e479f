// What the runs say, as tables of Markdown: the same for the terminal and the page.

import { CLIENT_NAMES } from './clients/index.ts';
import type { Figure } from './figures/figure.ts';
import { SCENARIOS } from './scenarios/catalogue.ts';
import type { Ran } from './scenarios/run-scenarios.ts';
import type { SettingsName, Verdict } from './scenarios/scenario.ts';
import { FAULTS } from './wall/faults.ts';
import type { WallRun } from './wall/run-wall.ts';

const rowOf = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [rowOf(head), rowOf(head.map(() => '---')), ...rows.map(rowOf)].join('\n');

export function scenarioTable(ran: readonly Ran[]): string {
  const verdict = (settings: SettingsName, id: string, name: string): string =>
    ran.find((one) => one.settings === settings && one.scenario.id === id && one.client === name)?.verdict ??
    '';
  const both = (['recovery', 'baseline'] as const).flatMap((settings) =>
    CLIENT_NAMES.map((name) => ({ settings, name })),
  );
  const rows = SCENARIOS.map(({ id, title }) => [
    id,
    title,
    ...both.map(({ settings, name }) => verdict(settings, id, name)),
  ]);
  const passed = both.map(({ settings, name }) => {
    const verdicts = SCENARIOS.map(({ id }) => verdict(settings, id, name));
    return `**${verdicts.filter((one) => one === 'pass').length}**`;
  });
  const head = ['', 'scenario', ...both.map(({ settings, name }) => `${name}, ${settings}`)];
  return tableOf(head, [...rows, ['', '**passed of 16**', ...passed]]);
}

export function countVerdicts(ran: readonly Ran[]): Readonly<Record<Verdict, number>> {
  const counts = { pass: 0, partial: 0, safe: 0, fail: 0 };
  for (const { verdict } of ran) counts[verdict] += 1;
  return counts;
}

const ORACLES = ['client', 'wall', 'money'] as const;

/** A fault's cell is how many of its exchanges were right, of how many. */
export function wallTable({ cells }: WallRun): string {
  const rows = FAULTS.map((fault) => [
    `\`${fault}\``,
    ...CLIENT_NAMES.map((name) => {
      const own = cells.filter(({ cell }) => cell.fault === fault && cell.client === name);
      const right = own.filter(({ verdict }) => ORACLES.every((oracle) => verdict[oracle].length === 0));
      return `${right.length} of ${own.length}`;
    }),
  ]);
  return tableOf(['fault', ...CLIENT_NAMES], rows);
}

export interface WallSums {
  readonly cells: number;
  readonly hangs: number;
  readonly truncatedAsSuccess: number;
  readonly wrongLanguage: number;
  readonly problems: number;
  readonly money: string;
}

export function sumWall({ cells, after }: WallRun): WallSums {
  const clients = cells.flatMap(({ verdict }) => verdict.client);
  const said = (pattern: RegExp): number => clients.filter((problem) => pattern.test(problem)).length;
  const known = Map.groupBy(cells, ({ verdict }) => verdict.known);
  const all = cells.flatMap(({ verdict }) => ORACLES.flatMap((oracle) => verdict[oracle]));
  return {
    cells: cells.length,
    hangs: said(/^hang/),
    truncatedAsSuccess: said(/^(?:looks whole|another text)/),
    wrongLanguage: said(/^nonsense/),
    problems: all.length + after.length,
    money: [...known].map(([how, { length }]) => `${length} ${how}`).join(', '),
  };
}

export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ id, what, goal, measured, holds }) => [
    id,
    what,
    goal,
    measured,
    holds ? 'holds' : '**fails**',
  ]);
  return tableOf(['', 'what', 'goal', 'measured', ''], rows);
}
