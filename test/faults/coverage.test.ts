// No fault of the simulator without a row that says what a client sees of it.

import { expect, test } from 'bun:test';

import { FAULTS, findFault } from '#simulator/faults.ts';
import { BEFORE_CONTENT, DEAD_ENDS, ELSEWHERE, IN_ONE_PIECE, IN_STREAM, WAYS } from './rows.ts';
import type { Way } from './rows.ts';

/** As in the table of faults, without the number. */
function plainName(name: string): string {
  const chosen = findFault(name);
  if (chosen === null) throw new Error(`the simulator has no fault ${name}`);
  return chosen.fault.name;
}

function stated(way: Way): ReadonlySet<string> {
  const before = BEFORE_CONTENT.filter(({ only }) => only === undefined || only === way);
  const given = way === 'stream' ? IN_STREAM : IN_ONE_PIECE;
  const elsewhere = ELSEWHERE.filter(([, where]) => where === way).map(([fault]) => fault);
  return new Set([...[...before, ...given].map(({ fault }) => fault), ...elsewhere].map(plainName));
}

test.each([...WAYS])('every fault has a row, %s', (way) => {
  const rows = stated(way);
  const inside = FAULTS.filter(({ outside }) => outside === undefined);
  expect(inside.length).toBeGreaterThan(80);
  expect(inside.map(({ name }) => name).filter((name) => !rows.has(name))).toEqual([]);
});

test('every dead end has a row', () => {
  const outside = FAULTS.filter((fault) => fault.outside !== undefined).map(({ name }) => name);
  expect(outside.toSorted()).toEqual([...DEAD_ENDS].toSorted());
});
