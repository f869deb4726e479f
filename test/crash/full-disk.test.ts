// A disk that is full refuses what costs money and loses nothing; when there is room again, all goes on by itself.

import { expect, test } from 'bun:test';
import { join } from 'node:path';

import { openJournal } from '#accounting/journal-file.ts';
import { freshFolder } from '../support/folder.ts';
import { generationOf } from '../support/generations.ts';

const CHILD = new URL('./fill-disk.ts', import.meta.url).pathname;
/** Writes beyond it fail in the middle of a record, as on a full disk. */
const FILE_BYTES_MAX = 20_000;

const limited = Bun.which('prlimit') !== null && Bun.which('sh') !== null;
// A limit on file sizes stands for the full disk; skipped where no tool can set one.
test.skipIf(!limited)('a full disk', async () => {
  for (let shift = 0; shift < 6; shift += 1) {
    const directory = join(freshFolder(), 'journal');
    const seen = run(directory, FILE_BYTES_MAX + shift * 100);
    expect(seen.refused).toContain('the journal cannot be written');
    expect(seen.again).toBe(seen.refused);
    expect(seen.figures).toMatchObject({ owed: seen.owed.length, lost: 0 });
    expect(seen.after).toBeUndefined();
    const opened = openJournal({ directory });
    if (!opened.ok) throw new Error(opened.error);
    const { journal, report } = opened.value;
    expect(report).toEqual({ waiting: seen.exchanges, unfinished: 0, damaged: 0, cutBytes: 0 });
    expect(journal.pending(seen.exchanges + 1).rows.map(({ record }) => record)).toEqual(
      Array.from({ length: seen.exchanges }, (_, number) => JSON.stringify(generationOf(number))),
    );
    journal.close();
  }
});

interface Seen {
  readonly refused: string;
  readonly again: string;
  readonly after?: string;
  readonly owed: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
  readonly exchanges: number;
}

function run(directory: string, bytesMax: number): Seen {
  // Ignored, the signal of the limit becomes an error of the write.
  const script = `trap '' XFSZ; exec prlimit --fsize=${bytesMax}:unlimited "$@"`;
  const child = Bun.spawnSync(['sh', '-c', script, 'sh', process.execPath, CHILD, directory]);
  if (!child.success) throw new Error(child.stderr.toString());
  return JSON.parse(child.stdout.toString()) as Seen;
}
