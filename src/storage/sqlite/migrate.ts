// Brings a schema forward, never back: each migration once, in order, all missing ones in one transaction under the
// database's write lock, so that two processes that start together do not both do it.

import type { Database } from 'bun:sqlite';

import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';

export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** How many were applied. Throws what the database throws; then nothing has changed. */
export function migrate(database: Database, migrations: readonly Migration[]): Result<number, string> {
  return database
    .transaction((): Result<number, string> => {
      database.run(
        'CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_ms INTEGER NOT NULL)',
      );
      const done = appliedCount(database);
      if (done > migrations.length) {
        return err(
          `its schema has number ${done}, this version of Clew knows ${migrations.length}; run a newer version`,
        );
      }
      const missing = migrations.slice(done);
      for (const [index, migration] of missing.entries()) apply(database, migration, done + index + 1);
      return ok(missing.length);
    })
    .immediate();
}

function appliedCount(database: Database): number {
  const row = database
    .query<{ number: number | null }, []>('SELECT max(number) AS number FROM migrations')
    .get();
  return row?.number ?? 0;
}

function apply(database: Database, { name, sql }: Migration, number: number): void {
  database.run(sql);
  database
    .query('INSERT INTO migrations (number, name, applied_ms) VALUES (?, ?, ?)')
    .run(number, name, Date.now());
}
