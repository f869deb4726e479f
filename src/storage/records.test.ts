import { Database } from 'bun:sqlite';
import { expect, test } from 'bun:test';
import { join } from 'node:path';

import { openJournal } from '#accounting/journal-file.ts';
import { freshFolder } from '../../test/support/folder.ts';
import { generationOf } from '../../test/support/generations.ts';
import { VirtualClock } from '../../test/support/virtual-clock.ts';
import { openRecords } from './records.ts';

const ROWS = 40;
const idOf = (number: number): string => generationOf(number).id;
const textOf = (number: number): string => JSON.stringify(generationOf(number));

/** Rings the next alarm and lets what it started come to rest. */
async function ring(clock: VirtualClock): Promise<void> {
  clock.step();
  for (let turn = 0; turn < 40; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

test('a record is found while the database takes nothing, however many came after it, and when it takes them again', async () => {
  const file = join(freshFolder(), 'clew.db');
  const clock = new VirtualClock();
  const problems: string[] = [];
  const opened = await openRecords({
    url: `sqlite:${file}`,
    openJournal: (options) => openJournal({ ...options, rowsMax: 4 }),
    clock,
    draw: () => 0.5,
    onProblem: (message) => problems.push(message),
  });
  if (!opened.ok) throw new Error(opened.error);
  const records = opened.value;
  const other = new Database(file);
  other.run('BEGIN IMMEDIATE');
  for (let number = 1; number <= ROWS; number += 1)
    records.journal.settle(generationOf(number), textOf(number));
  await ring(clock);
  expect(problems).toEqual(['records wait for the database']);
  const all = Array.from({ length: ROWS }, (_, index) => index + 1);
  for (const number of all) expect(await records.find(idOf(number))).toBe(textOf(number));
  expect(await records.find(idOf(ROWS + 1))).toBeUndefined();
  other.run('COMMIT');
  other.close();
  await ring(clock);
  expect(records.journal.waiting()).toBe(0);
  for (const number of all) expect(await records.find(idOf(number))).toBe(textOf(number));
  expect(problems).toHaveLength(1);
  await records.close();
});
