// Opens a SQLite database: the file, its settings, its schema.

import { Database } from 'bun:sqlite';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { Store, StoreOptions } from '../store.ts';
import { SqliteAnswers } from './answers.ts';
import { SqliteGenerations } from './generations.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';
import { SqliteReplays } from './replays.ts';
import { SqliteSeals } from './seals.ts';

const MEMORY = ':memory:';
const PRIVATE_DIRECTORY = 0o700;
/** While another process changes the schema. */
const MIGRATION_WAIT_MS = 5_000;
/** A statement holds up the whole process while it waits for another process's lock; the drain comes again anyway. */
const LOCK_WAIT_MS = 50;

/**
 * Moving the write-ahead log into the database holds up the process while the disk takes it: 4 ms each time with 250 pages,
 * 13 ms with SQLite's own 1,000, for the same CPU a row (measured).
 */
const CHECKPOINT_PAGES = 250;

/** `place` is a path or `:memory:`. */
export function openSqliteStore(place: string, options: StoreOptions): Result<Store, string> {
  let database: Database | undefined;
  try {
    if (place !== MEMORY) mkdirSync(dirname(place), { recursive: true, mode: PRIVATE_DIRECTORY });
    database = new Database(place, { create: true, strict: true });
    configure(database, options);
    const migrated = migrate(database, MIGRATIONS);
    if (migrated.ok) {
      database.run(`PRAGMA busy_timeout = ${LOCK_WAIT_MS}`);
      return ok(storeOn(database));
    }
    database.close();
    return err(`the database ${place}: ${migrated.error}`);
  } catch (error) {
    database?.close();
    return err(
      `the database ${place} cannot be opened: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/**
 * Pages of 8 KB: a row with its record is 1 to 2 KB and would leave half of a 4 KB page empty or spill (measured: 5.8 µs a
 * row with 4 KB, 4.0 with 8 KB). With a write-ahead log `NORMAL` never harms the database; `FULL` also keeps the last rows
 * through a power cut.
 */
function configure(database: Database, { survivePowerCut = false }: StoreOptions): void {
  database.run(`PRAGMA busy_timeout = ${MIGRATION_WAIT_MS}`);
  database.run('PRAGMA page_size = 8192');
  database.run('PRAGMA journal_mode = WAL');
  database.run(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  database.run(`PRAGMA synchronous = ${survivePowerCut ? 'FULL' : 'NORMAL'}`);
}

function storeOn(database: Database): Store {
  return {
    generations: new SqliteGenerations(database),
    answers: new SqliteAnswers(database),
    replays: new SqliteReplays(database),
    seals: new SqliteSeals(database),
    async close() {
      database.close();
    },
  };
}
