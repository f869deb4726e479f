// A sample of the wall: each fault once with one client in one way, alone and with a fallback. `npm run chaos` has all of it.

import { beforeAll, expect, test } from 'bun:test';

import { CLIENT_NAMES } from '../clients/index.ts';
import { allCells, sampleOf } from './cell.ts';
import { FAULTS } from './faults.ts';
import { runWall } from './run-wall.ts';
import type { WallRun } from './run-wall.ts';

const AT_ONCE = 20;
const cells = sampleOf(allCells(CLIENT_NAMES), CLIENT_NAMES);

let run: WallRun;
beforeAll(async () => {
  run = await runWall(cells, AT_ONCE);
}, 90_000);

test('has every fault, every client and both ways', () => {
  expect(FAULTS.length).toBeGreaterThanOrEqual(40);
  expect(new Set(cells.map(({ fault }) => fault)).size).toBe(FAULTS.length);
  for (const client of CLIENT_NAMES) {
    const ways = cells.filter((cell) => cell.client === client).map(({ stream }) => stream);
    expect(new Set(ways).size).toBe(2);
  }
});

test.each(
  cells.map(({ name, fault, client, stream, helped }) => {
    return [
      `${fault}, ${client}, ${stream ? 'streamed' : 'in one piece'}, ${helped ? 'with a fallback' : 'alone'}`,
      name,
    ];
  }),
)('%s', (_, name) => {
  const met = run.cells.find(({ cell }) => cell.name === name);
  if (met === undefined) throw new Error('it was not run');
  const { client, wall, money } = met.verdict;
  expect({ client, wall, money }).toEqual({ client: [], wall: [], money: [] });
});

test('nothing is left behind', () => {
  // How long a healthy call takes is for a quiet machine.
  expect(run.after.filter((problem) => !/took/.test(problem))).toEqual([]);
});

test('money is known to the last nano-dollar wherever the provider told it', () => {
  const known = Object.groupBy(run.cells, ({ verdict }) => verdict.known);
  expect(known.unknown ?? []).toEqual([]);
  expect(known.exact?.length ?? 0).toBeGreaterThan(cells.length / 3);
});
