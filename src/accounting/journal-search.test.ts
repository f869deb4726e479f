import { describe, expect, test } from 'bun:test';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { freshFolder } from '../../test/support/folder.ts';
import { generationOf } from '../../test/support/generations.ts';
import { openJournal } from './journal-file.ts';
import type { JournalFile } from './journal-file.ts';

const ROWS = 60;
/** Records of such a length that some lie across two of the pieces in which files are read. */
const LONG = { model: 'S {"id":"gen-1-nobody" '.padEnd(70_000, 'π') };

function textOf(number: number): string {
  return JSON.stringify(generationOf(number, LONG));
}

function idOf(number: number): string {
  return generationOf(number).id;
}

/** A journal of several files whose database is away; only the last rows are in memory. */
function filled(rows = ROWS): { readonly journal: JournalFile; readonly directory: string } {
  const directory = freshFolder();
  const opened = openJournal({ directory, rowsMax: 8, segmentBytes: 3 * 1024 * 1024 });
  if (!opened.ok) throw new Error(opened.error);
  const { journal } = opened.value;
  for (let number = 1; number <= rows; number += 1)
    journal.settle(generationOf(number, LONG), textOf(number));
  return { journal, directory };
}

describe('a row that is on disk only', () => {
  test('is found, wherever it stands, and nothing else is', async () => {
    const { journal } = filled();
    for (let number = 1; number <= ROWS - 8; number += 1) {
      expect(journal.find(idOf(number))).toBeUndefined();
      expect(await journal.findOnDisk(idOf(number))).toBe(textOf(number));
    }
    for (const id of ['gen-1-nobody', idOf(ROWS + 1), '', '"', 'x'.repeat(65), 'gen-1']) {
      expect(await journal.findOnDisk(id)).toBeUndefined();
    }
  });

  test.each([1, 8, 9, 10, 20, 40, 50, 60])(
    'is found %p bytes before the end of a piece that is read',
    async (before) => {
      const opened = openJournal({ directory: freshFolder(), rowsMax: 1 });
      if (!opened.ok) throw new Error(opened.error);
      const { journal } = opened.value;
      const more = { model: '' };
      const framed = 12 + JSON.stringify(generationOf(1, more)).length;
      more.model = 'x'.repeat(1024 * 1024 - before - framed);
      journal.settle(generationOf(1, more), JSON.stringify(generationOf(1, more)));
      expect(journal.figures().bytes).toBe(1024 * 1024 - before);
      for (const number of [2, 3, 4])
        journal.settle(generationOf(number), JSON.stringify(generationOf(number)));
      expect(journal.find(idOf(2))).toBeUndefined();
      expect(await journal.findOnDisk(idOf(2))).toBe(JSON.stringify(generationOf(2)));
    },
  );

  test('is not looked for where the database has it, nor where memory has all', async () => {
    const { journal } = filled();
    journal.acknowledge(journal.pending(20));
    expect(await journal.findOnDisk(idOf(20))).toBeUndefined();
    expect(await journal.findOnDisk(idOf(21))).toBe(textOf(21));
    for (;;) {
      const batch = journal.pending(20);
      if (batch.rows.length === 0) break;
      journal.acknowledge(batch);
    }
    expect(journal.findOnDisk(idOf(21))).toBeUndefined();
  });

  test('is not given when it is damaged', async () => {
    const { journal, directory } = filled(12);
    const name = readdirSync(directory).find((file) => file.endsWith('.journal')) ?? '';
    const bytes = readFileSync(join(directory, name));
    const at = bytes.indexOf('ππππ');
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(join(directory, name), bytes);
    expect(await journal.findOnDisk(idOf(1))).toBeUndefined();
    expect(await journal.findOnDisk(idOf(2))).toBe(textOf(2));
  });

  test('is looked for by a few at a time', async () => {
    const { journal } = filled();
    const found = await Promise.all(Array.from({ length: 40 }, async () => journal.findOnDisk(idOf(3))));
    expect(found.filter((text) => text === textOf(3))).toHaveLength(16);
    expect(await journal.findOnDisk(idOf(3))).toBe(textOf(3));
  });
});
