import { describe, expect, test } from 'bun:test';
import { appendFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Result } from '#base/result.ts';
import { freshFolder } from '../../test/support/folder.ts';
import { generationOf } from '../../test/support/generations.ts';
import type { Generation } from './generation.ts';
import { openJournal } from './journal-file.ts';
import type { JournalFile, JournalOptions } from './journal-file.ts';

describe('the journal', () => {
  test('gives back what was settled, oldest first, until it is acknowledged', () => {
    const { journal } = open();
    for (const number of [1, 2, 3]) exchange(journal, number);
    expect(journal.waiting()).toBe(3);
    const first = journal.pending(2);
    expect(ids(first.rows)).toEqual(idsOf(1, 2));
    expect(journal.pending(2)).toEqual(first);
    journal.acknowledge(first);
    expect(ids(journal.pending(10).rows)).toEqual(idsOf(3));
    expect(journal.find(idsOf(3)[0] ?? '')).toBe(textOf(3));
    journal.acknowledge(journal.pending(10));
    expect(journal.pending(10).rows).toEqual([]);
    expect(journal.find(idsOf(3)[0] ?? '')).toBeUndefined();
    expect(journal.figures()).toMatchObject({ waiting: 0, unfinished: 0, owed: 0, lost: 0 });
  });

  test('keeps rows and their texts over a restart, from where the database stopped', () => {
    const directory = freshFolder();
    const first = open({ directory });
    for (const number of [1, 2, 3, 4]) exchange(first.journal, number, { model: 'π \u2028 "x"\n' });
    first.journal.acknowledge(first.journal.pending(2));
    first.journal.close();
    const { journal, report } = open({ directory });
    expect(report).toEqual({ waiting: 2, unfinished: 0, damaged: 0, cutBytes: 0 });
    exchange(journal, 5);
    expect(drained(journal)).toEqual([
      textOf(3, { model: 'π \u2028 "x"\n' }),
      textOf(4, { model: 'π \u2028 "x"\n' }),
      textOf(5),
    ]);
  });

  test('settles once what a process left unfinished', () => {
    const directory = freshFolder();
    const first = open({ directory });
    intend(first.journal, 1);
    intend(first.journal, 2);
    settle(first.journal, 2);
    first.journal.close();
    const second = open({ directory });
    expect(second.report).toMatchObject({ waiting: 1, unfinished: 1 });
    second.journal.close();
    const third = open({ directory });
    expect(third.report).toMatchObject({ waiting: 2, unfinished: 0 });
    const records = drained(third.journal).map((text) => JSON.parse(text) as Generation);
    expect(records.map(({ id }) => id)).toEqual(idsOf(2, 1));
    expect(records[1]).toMatchObject({
      key: 'laptop',
      model: 'echo',
      cost: 'unknown',
      failure: { code: 'internal', message: 'the process stopped before the answer ended' },
    });
  });

  test('begins new segments, carries what is unfinished into them, and deletes what the database has', () => {
    const directory = freshFolder();
    const { journal } = open({ directory, segmentBytes: 5_000 });
    intend(journal, 0);
    for (let number = 1; number <= 100; number += 1) exchange(journal, number);
    expect(segments(directory).length).toBeGreaterThan(5);
    expect(drained(journal)).toHaveLength(100);
    expect(segments(directory)).toHaveLength(1);
    // Behind the records there is room, in zeros, until the segment is closed.
    const bytes = readFileSync(join(directory, segments(directory)[0] ?? ''), 'latin1');
    expect(journal.figures().bytes).toBe(bytes.replace(/\0+$/, '').length);
    journal.close();
    // The intent's own segment is long gone.
    const { report, journal: again } = open({ directory });
    expect(report).toMatchObject({ waiting: 0, unfinished: 1 });
    expect(drained(again).map((text) => (JSON.parse(text) as Generation).id)).toEqual(idsOf(0));
  });

  test('is whole on disk over many segments', () => {
    const directory = freshFolder();
    const { journal } = open({ directory, segmentBytes: 2_000 });
    for (let number = 1; number <= 40; number += 1) exchange(journal, number);
    journal.close();
    const again = open({ directory });
    expect(again.report).toEqual({ waiting: 40, unfinished: 0, damaged: 0, cutBytes: 0 });
    expect(drained(again.journal)).toEqual(Array.from({ length: 40 }, (_, index) => textOf(index + 1)));
  });

  test('reads from disk what memory has no room for, loses nothing, and finds the newest at once', () => {
    const { journal } = open({ directory: freshFolder(), rowsMax: 8, segmentBytes: 5_000 });
    for (let number = 1; number <= 50; number += 1) exchange(journal, number);
    expect(journal.find(idsOf(50)[0] ?? '')).toBe(textOf(50));
    expect(journal.find(idsOf(1)[0] ?? '')).toBeUndefined();
    expect(journal.waiting()).toBe(50);
    const seen: string[] = [];
    for (let next = 51; ; next += 1) {
      const batch = journal.pending(7);
      if (batch.rows.length === 0) break;
      expect(journal.pending(7)).toEqual(batch);
      // New rows come between a batch and its acknowledgement, and push others out of memory.
      if (next <= 60) exchange(journal, next);
      seen.push(...ids(batch.rows));
      journal.acknowledge(batch);
    }
    expect(seen).toEqual(idsOf(...Array.from({ length: 60 }, (_, index) => index + 1)));
    expect(journal.waiting()).toBe(0);
  });

  test('refuses intents when it is full, still settles, and takes them again when there is room', () => {
    const { journal } = open({ directory: freshFolder(), totalBytesMax: 20_000 });
    let number = 1;
    while (journal.intend(intentOf(number)).ok) settle(journal, number++);
    const refused = journal.intend(intentOf(number));
    expect(refused.ok ? '' : refused.error).toContain('20000 bytes');
    settle(journal, number);
    expect(drained(journal)).toHaveLength(number);
    expect(journal.intend(intentOf(number + 1)).ok).toBe(true);
  });

  test('refuses a record that is too long, and goes on', () => {
    const { journal } = open();
    expect(journal.settle(generationOf(1), JSON.stringify({ id: 'x'.repeat(9_000_000) })).ok).toBe(false);
    expect(journal.figures()).toMatchObject({ owed: 0, lost: 1 });
    const long = { model: 'x'.repeat(500_000) };
    exchange(journal, 2, long);
    expect(journal.pending(9).rows.at(-1)?.record).toBe(textOf(2, long));
  });

  test('pretty JSON stays one line', () => {
    const directory = freshFolder();
    const { journal } = open({ directory });
    good(journal.settle(generationOf(1), JSON.stringify(generationOf(1), null, 2)));
    journal.close();
    expect(drained(open({ directory }).journal).map((text) => JSON.parse(text) as unknown)).toEqual([
      JSON.parse(textOf(1)),
    ]);
  });

  test('brings all to the disk where that is asked for', () => {
    const directory = freshFolder();
    const { journal } = open({ directory, durability: 'power', segmentBytes: 2_000 });
    for (let number = 1; number <= 20; number += 1) exchange(journal, number);
    journal.close();
    expect(open({ directory }).report).toMatchObject({ waiting: 20, damaged: 0, cutBytes: 0 });
  });

  test('says what is wrong where it cannot write', () => {
    const opened = openJournal({ directory: '/dev/null/journal' });
    expect(opened.ok ? '' : opened.error).toContain('cannot be opened');
  });
});

describe('a damaged journal', () => {
  test('whatever byte of the last record is wrong or missing, the others are there', () => {
    const { directory, name, start } = threeRecords();
    const bytes = readFileSync(join(directory, name));
    for (let at = start; at < bytes.length; at += 1) {
      for (const mask of [0xff, 0x01]) {
        const broken = Uint8Array.from(bytes);
        broken[at] = (broken[at] ?? 0) ^ mask;
        expect(reopened(name, broken)).toEqual(idsOf(1, 2));
      }
      expect(reopened(name, bytes.subarray(0, at))).toEqual(idsOf(1, 2));
    }
    expect(reopened(name, bytes)).toEqual(idsOf(1, 2, 3));
  });

  test('a torn end is cut off once, and what is written after it is whole', () => {
    const { directory, name } = threeRecords();
    appendFileSync(join(directory, name), '00000000 S {"id":"torn');
    const first = open({ directory });
    expect(first.report).toMatchObject({ waiting: 3, damaged: 0, cutBytes: 22 });
    exchange(first.journal, 4);
    first.journal.close();
    const second = open({ directory });
    expect(second.report).toMatchObject({ waiting: 4, damaged: 0, cutBytes: 0 });
    expect(drained(second.journal)).toEqual([1, 2, 3, 4].map((number) => textOf(number)));
  });

  test('damage in the middle costs one record and is counted', () => {
    const { directory, name } = threeRecords();
    const text = readFileSync(join(directory, name), 'utf8');
    writeFileSync(join(directory, name), text.replace(idsOf(2)[0] ?? '', 'gen-somebody-else'));
    const { journal, report } = open({ directory });
    expect(report).toMatchObject({ waiting: 2, damaged: 1, cutBytes: 0 });
    expect(drained(journal)).toEqual([textOf(1), textOf(3)]);
    expect(journal.waiting()).toBe(0);
  });

  test('without its checkpoint, or with a broken one, all rows come again', () => {
    for (const checkpoint of ['', 'nonsense\n', '00000000 C {"segment":9,"offset":9}\n']) {
      const { directory } = threeRecords(2);
      writeFileSync(join(directory, 'checkpoint'), checkpoint);
      expect(ids(open({ directory }).journal.pending(9).rows)).toEqual(idsOf(1, 2, 3));
    }
  });

  test('a segment that somebody took away does not hold up the others', () => {
    const directory = freshFolder();
    const { journal } = open({ directory, segmentBytes: 2_000, rowsMax: 1 });
    for (let number = 1; number <= 12; number += 1) exchange(journal, number);
    const [, second = ''] = segments(directory);
    writeFileSync(join(directory, second), '');
    const left = drained(journal);
    expect(left.length).toBeLessThan(12);
    expect([left[0], left.at(-1)]).toEqual([textOf(1), textOf(12)]);
  });
});

function open(options: JournalOptions = { directory: freshFolder() }) {
  return good(openJournal(options));
}

/** A closed journal, of which the database has taken the first rows; `start` is where the last record begins. */
function threeRecords(taken = 0) {
  const directory = freshFolder();
  const { journal } = open({ directory });
  settle(journal, 1);
  settle(journal, 2);
  const start = journal.figures().bytes;
  settle(journal, 3);
  if (taken > 0) journal.acknowledge(journal.pending(taken));
  journal.close();
  return { directory, name: segments(directory)[0] ?? '', start };
}

const workshop = freshFolder();

/** The ids in a journal of one segment with these bytes. */
function reopened(name: string, bytes: Uint8Array): readonly string[] {
  for (const old of readdirSync(workshop)) rmSync(join(workshop, old));
  writeFileSync(join(workshop, name), bytes);
  const { journal } = open({ directory: workshop });
  const found = ids(journal.pending(9).rows);
  journal.close();
  return found;
}

function exchange(journal: JournalFile, number: number, more: Partial<Generation> = {}): void {
  intend(journal, number);
  settle(journal, number, more);
}

function intend(journal: JournalFile, number: number): void {
  good(journal.intend(intentOf(number)));
}

function settle(journal: JournalFile, number: number, more: Partial<Generation> = {}): void {
  good(journal.settle(generationOf(number, more), textOf(number, more)));
}

function intentOf(number: number) {
  const { id, startedMs, key, model } = generationOf(number);
  return { id, startedMs, key, model };
}

function textOf(number: number, more: Partial<Generation> = {}): string {
  return JSON.stringify(generationOf(number, more));
}

/** All records that wait, taken as the database takes them. */
function drained(journal: JournalFile): string[] {
  const records: string[] = [];
  for (;;) {
    const batch = journal.pending(3);
    if (batch.rows.length === 0) return records;
    records.push(...batch.rows.map(({ record }) => record));
    journal.acknowledge(batch);
  }
}

function segments(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.journal'))
    .sort();
}

function ids(rows: readonly { readonly id: string }[]): string[] {
  return rows.map(({ id }) => id);
}

function idsOf(...numbers: readonly number[]): string[] {
  return numbers.map((number) => generationOf(number).id);
}

function good<Value>(result: Result<Value, string>): Value {
  if (!result.ok) throw new Error(result.error);
  return result.value;
}
