import { describe, expect, test } from 'bun:test';

import { rowNumber } from '../../test/support/generations.ts';
import { comparePositions, SettledWindow } from './settled-window.ts';

const at = (offset: number, segment = 1) => ({ segment, offset });
const NOTHING = { rows: [], through: at(0) };

function filled(rows: number, bounds = { rows: 100, characters: 1e9 }) {
  const window = new SettledWindow(bounds);
  const whole = Array.from({ length: rows }, (_, number) =>
    window.add(rowNumber(number), at(number), at(number + 1)),
  );
  return { window, whole };
}

describe('the window of settled rows', () => {
  test('gives the oldest first, as many as asked for, the same again until they are dropped', () => {
    const { window } = filled(5);
    const batch = window.take(2, NOTHING);
    expect(batch).toEqual({ rows: [rowNumber(0), rowNumber(1)], through: at(2) });
    expect(window.take(2, NOTHING)).toEqual(batch);
    window.dropThrough(batch.through);
    expect(window.take(10, NOTHING).rows.map(({ id }) => id)).toEqual([2, 3, 4].map((n) => rowNumber(n).id));
    expect(window.start).toEqual(at(2));
    window.dropThrough(at(0, 2));
    expect(window.take(10, NOTHING)).toEqual(NOTHING);
    expect(window.start).toBeUndefined();
  });

  test('finds by id what it holds', () => {
    const { window } = filled(2);
    expect(window.find(rowNumber(1).id)).toBe(rowNumber(1).record);
    window.dropThrough(at(2));
    expect(window.find(rowNumber(1).id)).toBeUndefined();
  });

  test('never holds more rows than its bound, and lets the oldest go', () => {
    const { window, whole } = filled(100, { rows: 16, characters: 1e9 });
    expect(window.size).toBeLessThanOrEqual(16);
    expect(window.size).toBeGreaterThanOrEqual(14);
    expect(whole.slice(0, 16)).not.toContain(false);
    expect(whole.slice(16)).toContain(false);
    expect(window.find(rowNumber(99).id)).toBeDefined();
    expect(window.find(rowNumber(80).id)).toBeUndefined();
  });

  test('never holds more characters than its bound, but always the newest row', () => {
    const length = rowNumber(0).record.length;
    const { window } = filled(50, { rows: 1_000, characters: length * 8 });
    expect(window.size).toBeLessThanOrEqual(8);
    expect(filled(3, { rows: 10, characters: 1 }).window.take(9, NOTHING).rows).toEqual([rowNumber(2)]);
  });

  test('the same id twice is one row', () => {
    const { window } = filled(2);
    window.add(rowNumber(0, { key: 'again' }), at(2), at(3));
    expect(window.take(9, NOTHING).rows.map(({ key }) => key)).toEqual(['laptop', 'again']);
  });
});

test('positions compare by segment first', () => {
  expect(comparePositions(at(9, 1), at(0, 2))).toBeLessThan(0);
  expect(comparePositions(at(9, 2), at(3, 2))).toBeGreaterThan(0);
  expect(comparePositions(at(3, 2), at(3, 2))).toBe(0);
});
