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
  {
    name: 'answers',
    // One key never finds the answer of another, so the key stands first. The index tells which are the oldest.
    sql: `
      CREATE TABLE answers (
        key TEXT NOT NULL,
        id TEXT NOT NULL,
        previous TEXT,
        created_ms INTEGER NOT NULL,
        characters INTEGER NOT NULL,
        input TEXT NOT NULL,
        output TEXT NOT NULL,
        shown TEXT NOT NULL,
        PRIMARY KEY (key, id)
      );
      CREATE INDEX answers_by_age ON answers (created_ms, characters)`,
  },
  {
    name: 'replays',
    sql: `
      CREATE TABLE replays (
        name TEXT PRIMARY KEY NOT NULL,
        fingerprint TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        status INTEGER NOT NULL,
        headers TEXT NOT NULL,
        body BLOB NOT NULL
      );
      CREATE INDEX replays_by_age ON replays (created_ms)`,
  },
  {
    name: 'seals',
    sql: `
      CREATE TABLE seals (
        key TEXT NOT NULL,
        turn TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        characters INTEGER NOT NULL,
        sealed TEXT NOT NULL,
        PRIMARY KEY (key, turn)
      );
      CREATE INDEX seals_by_age ON seals (created_ms)`,
  },
  {
    name: 'spending',
    // Days since 1970, in UTC; the key that stands for none is empty.
    sql: `
      CREATE TABLE spending (
        key TEXT NOT NULL,
        day INTEGER NOT NULL,
        generations INTEGER NOT NULL,
        cost_nano INTEGER NOT NULL,
        cost_unknown INTEGER NOT NULL,
        PRIMARY KEY (key, day)
      );
      INSERT INTO spending (key, day, generations, cost_nano, cost_unknown)
        SELECT coalesce(key, ''), started_ms / 86400000, count(*), coalesce(sum(cost_nano), 0), count(*) - count(cost_nano)
        FROM generations GROUP BY 1, 2`,
  },
];
