// Medians, ratios within a round, and verdicts: the arithmetic between samples and the page.

import { describe, expect, test } from 'bun:test';
import type { Sample, SubjectId } from './measure.ts';
import type { RowId } from './rows.ts';
import { percentile, spread } from './statistics.ts';
import { summarise } from './summary.ts';
import { goalTable } from './tables.ts';

function samples(row: RowId, values: Partial<Record<SubjectId, readonly number[]>>): readonly Sample[] {
  return Object.entries(values).flatMap(([subject, series]) =>
    series.map((value, round) => ({ row, subject: subject as SubjectId, round, value })),
  );
}

function cell(all: readonly Sample[], row: RowId, subject: SubjectId) {
  const rows = summarise({ samples: all, errors: [] }, ['bare', 'clew']);
  return rows.find((summary) => summary.row.id === row)?.cells.get(subject);
}

describe('statistics', () => {
  test('spread', () => {
    expect(spread([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 });
    expect(spread([4, 1, 2, 3])).toEqual({ median: 2.5, least: 1, most: 4 });
    expect(spread([]).median).toBeNaN();
  });

  test('percentile', () => {
    expect([percentile([1, 2, 3, 4], 0.5), percentile([1, 2, 3, 4], 0.99), percentile([1], 1)]).toEqual([
      3, 4, 1,
    ]);
  });
});

describe('summarise', () => {
  test('takes ratios within a round, so that a slow round counts once', () => {
    const all = samples('unary', { bare: [10, 40, 10], clew: [12, 48, 15] });
    expect(cell(all, 'unary', 'clew')?.ratio).toEqual({ median: 1.2, least: 1.2, most: 1.5 });
    expect(cell(all, 'unary', 'clew')?.absolute.median).toBe(15);
  });

  test('takes the direct time off before it divides', () => {
    const all = samples('latency', { direct: [50, 60], bare: [150, 160], clew: [200, 210] });
    expect(cell(all, 'latency', 'bare')?.absolute.median).toBe(100);
    expect(cell(all, 'latency', 'clew')?.ratio?.median).toBe(1.5);
  });

  test('has no ratio without the bare proxy', () => {
    expect(cell(samples('unary', { clew: [12] }), 'unary', 'clew')?.ratio).toBeUndefined();
  });
});

describe('goalTable', () => {
  test.each([
    [[15], '≤ 1.50: yes'],
    [[15.1], '≤ 1.50: **no**'],
    [[], '≤ 1.50: not measured'],
  ])('clew at %p against 10', (clew, verdict) => {
    const rows = summarise({ samples: samples('unary', { bare: [10], clew }), errors: [] }, ['bare', 'clew']);
    expect(goalTable(rows)).toContain(verdict);
  });
});
