// Where the journal of a process lies: the whole directory for one that serves alone, a folder in it for each worker.

import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const SHARD = /^worker-\d+$/;

/** Beside the database, or in ./data where the database is no file. */
export function journalDirectory(url: string, shard?: string): string {
  const file = /^sqlite:(?!:)(.+)$/.exec(url)?.[1];
  const whole = join(file === undefined ? './data' : dirname(file), 'journal');
  return shard === undefined ? whole : join(whole, shard);
}

/** The parts that hold records, of earlier processes too; undefined stands for the part of one that served alone. */
export function usedShards(url: string): readonly (string | undefined)[] {
  const whole = journalDirectory(url);
  if (!existsSync(whole)) return [];
  const folders = readdirSync(whole).filter((name) => SHARD.test(name));
  return [undefined, ...folders].filter((shard) => holdsRecords(journalDirectory(url, shard)));
}

function holdsRecords(directory: string): boolean {
  return readdirSync(directory).some((name) => name.endsWith('.journal'));
}
