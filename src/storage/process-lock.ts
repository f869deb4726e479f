// Keeps a second process out of a directory that only one may write. The lock is SQLite's on a small file: the kernel lets
// go of it when the process ends, however it ends, so there is never a stale one to clear away by hand.

import { Database } from 'bun:sqlite';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';

export interface ProcessLock {
  release(): void;
}

/** Creates the file where it is missing. An error says who is in the way or what is wrong. */
export function lockFor(path: string): Result<ProcessLock, string> {
  let file: Database | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    file = new Database(path, { create: true });
    file.run('PRAGMA busy_timeout = 0');
    file.run('BEGIN EXCLUSIVE');
  } catch (error) {
    file?.close();
    const why = error instanceof Error ? error.message : String(error);
    return err(
      why.includes('locked') ? `${path} is held by another running Clew` : `${path} cannot be locked: ${why}`,
    );
  }
  const held = file;
  return ok({ release: () => held.close() });
}
