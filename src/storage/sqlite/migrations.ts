// The schema's history, oldest first. A migration that was released is never changed: what comes later is a new one.
// Types that other databases have too: text ids, whole numbers of milliseconds since 1970, whole nano-dollars.

import type { Migration } from './migrate.ts';

export const MIGRATIONS: readonly Migration[] = [
  {
    name: 'generations',
    // Ids begin with their second, so their index lists by time as well; NULL in cost_nano is an unknown cost. The record
    // stands last: what reads only the columns before it need not read it.
    sql: `
      CREATE TABLE generations (
        id TEXT PRIMARY KEY NOT NULL,
        started_ms INTEGER NOT NULL,
        key TEXT,
        model TEXT NOT NULL,
        target TEXT,
        finish TEXT,
        failure TEXT,
        stream INTEGER NOT NULL,
        input_tokens INTEGER,
        output_tokens INTEGER,
        cost_nano INTEGER,
        total_ms INTEGER NOT NULL,
        first_content_ms INTEGER,
        record TEXT NOT NULL
      )`,
  },
];
