// The process that journal.test.ts kills: writes exchanges to a journal as fast as it can, moves some to a database, and
// says on stdout what it has been promised: `I` with the id of an intent, `S` with that of a settled generation.
// Arguments: the journal's directory, the database's path, the number of the first exchange.

import { writeSync } from 'node:fs';

import { openJournal } from '#accounting/journal-file.ts';
import type { Result } from '#base/result.ts';
import { openStore } from '#storage/open-store.ts';
import { generationOf } from '../support/generations.ts';

const STDOUT = 1;
/** Small, so that the kill falls into new and deleted segments too. */
const SEGMENT_BYTES = 16 * 1024;
const [, , directory = '', database = '', first = ''] = process.argv;

const { journal } = good(openJournal({ directory, segmentBytes: SEGMENT_BYTES, rowsMax: 16 }));
const store = good(await openStore(`sqlite:${database}`));

for (let number = Number(first); ; number += 1) {
  const generation = generationOf(number);
  const { id, startedMs, key, model } = generation;
  good(journal.intend({ id, startedMs, key, model }));
  writeSync(STDOUT, `I ${id}\n`);
  // Some exchanges never end.
  if (number % 10 !== 0) {
    good(journal.settle(generation, JSON.stringify(generation)));
    writeSync(STDOUT, `S ${id}\n`);
  }
  if (number % 7 === 0) {
    const batch = journal.pending(5);
    good(await store.generations.insert(batch.rows));
    journal.acknowledge(batch);
  }
}

function good<Value>(result: Result<Value, string>): Value {
  if (!result.ok) throw new Error(result.error);
  return result.value;
}
