// The bench's tables as Markdown: what was measured, whether the goals are met, what others published.

import type { SubjectId } from './measure.ts';
import { PUBLISHED, PUBLISHED_NAMES, rustRatio } from './published.ts';
import { ROWS } from './rows.ts';
import type { Spread } from './statistics.ts';
import { SUBJECTS } from './subjects.ts';
import type { Cell, SummaryRow } from './summary.ts';

/** `aligned`: how many columns stand left, before those of numbers. */
export function table(head: readonly string[], body: readonly (readonly string[])[], aligned = 1): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, index) => (index < aligned ? '---' : '--:'));
  return [line(head), line(rule), ...body.map(line)].join('\n');
}

function digits(value: number): string {
  if (!Number.isFinite(value)) return '-';
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function range({ least, most }: Spread): string {
  return `${digits(least)}–${digits(most)}`;
}

function titleOf(subject: SubjectId): string {
  return SUBJECTS.find(({ id }) => id === subject)?.title ?? subject;
}

/** Multiples of the bare proxy with the absolute median beside. */
export function resultTable(rows: readonly SummaryRow[], subjects: readonly SubjectId[]): string {
  const show = (cell: Cell | undefined, unit: string): string => {
    if (!cell || Number.isNaN(cell.absolute.median)) return '-';
    const absolute = `${digits(cell.absolute.median)} ${unit}`;
    return cell.ratio ? `**${digits(cell.ratio.median)}** · ${absolute}` : absolute;
  };
  const body = rows.map(({ row, cells }) => [
    row.title,
    ...subjects.map((subject) => show(cells.get(subject), row.unit)),
  ]);
  return table(['', ...subjects.map(titleOf)], body);
}

/** The least and the greatest multiple over the rounds. */
export function spreadTable(rows: readonly SummaryRow[], subjects: readonly SubjectId[]): string {
  const others = subjects.filter((subject) => subject !== 'bare');
  const show = (cell: Cell | undefined): string => (cell?.ratio ? range(cell.ratio) : '-');
  const body = rows.map(({ row, cells }) => [
    row.title,
    `${range(cells.get('bare')?.absolute ?? { median: Number.NaN, least: Number.NaN, most: Number.NaN })} ${row.unit}`,
    ...others.map((subject) => show(cells.get(subject))),
  ]);
  return table(['', 'bare proxy, absolute', ...others.map(titleOf)], body);
}

/** One line per row that has a goal or a Rust gateway to stand before. */
export function goalTable(rows: readonly SummaryRow[]): string {
  const verdict = (ratio: number | undefined, limit: number | undefined): string => {
    if (limit === undefined) return '-';
    if (ratio === undefined || Number.isNaN(ratio)) return `≤ ${digits(limit)}: not measured`;
    return `≤ ${digits(limit)}: ${ratio <= limit ? 'yes' : '**no**'}`;
  };
  const body = rows
    .filter(({ row }) => row.goal !== undefined || rustRatio(row.id) !== undefined)
    .map(({ row, cells }) => {
      const ratio = cells.get('clew')?.ratio?.median;
      const shown = ratio === undefined ? '-' : digits(ratio);
      return [row.title, shown, verdict(ratio, row.goal), verdict(ratio, rustRatio(row.id))];
    });
  return table(['Clew, as a multiple of the bare proxy', 'measured', 'goal', 'aim: the Rust gateway'], body);
}

export function publishedTable(): string {
  const body = PUBLISHED.map(({ row, unit, values }) => {
    const show = (value: number | undefined): string =>
      value === undefined ? '-' : `${value.toLocaleString('en')} ${unit}`;
    return [ROWS.find(({ id }) => id === row)?.title ?? row, ...values.map(show)];
  });
  return table(['', ...PUBLISHED_NAMES], body);
}
