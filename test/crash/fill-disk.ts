// The process of full-disk.test.ts: writes exchanges until the system takes no more, has the limit lifted, and goes on.
// Argument: the journal's directory. The last line of stdout is a JSON object that tells what it saw.

import { openJournal } from '#accounting/journal-file.ts';
import { generationOf } from '../support/generations.ts';

const [, , directory = ''] = process.argv;
const opened = openJournal({ directory });
if (!opened.ok) throw new Error(opened.error);
const { journal } = opened.value;

/** Both steps of an exchange; the ids of those that got no settle at once. */
const owed: string[] = [];
let number = 0;
let refused: string | undefined;
while (refused === undefined) refused = exchange();
const again = exchange();
const figures = journal.figures();

const lifted = Bun.spawnSync(['prlimit', '--pid', String(process.pid), '--fsize=unlimited']);
if (!lifted.success) throw new Error(lifted.stderr.toString());
const after = exchange();
journal.close();
console.log(JSON.stringify({ refused, again, owed, figures, after, exchanges: number }));

/** Undefined when all went well, else why an intent was refused. A settle that fails is owed. */
function exchange(): string | undefined {
  const generation = generationOf(number);
  const { id, startedMs, key, model } = generation;
  const intended = journal.intend({ id, startedMs, key, model });
  if (!intended.ok) return intended.error;
  number += 1;
  const settled = journal.settle(generation, JSON.stringify(generation));
  if (!settled.ok) owed.push(id);
  return undefined;
}
