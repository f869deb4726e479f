// Kept seals in SQLite. They are looked for in memory; here they outlive the process.

import type { Database, Statement } from 'bun:sqlite';

import type { KeptSeals, SealLimits, SealStore } from '#accounting/seal-store.ts';
import type { Result } from '#base/result.ts';
import { charactersOf } from '../seals.ts';
import { attempt } from './attempt.ts';

const INSERT =
  'INSERT OR REPLACE INTO seals (key, turn, created_ms, characters, sealed) VALUES (?, ?, ?, ?, ?)';

/** The youngest that fit into both limits. */
const FITTING = `
  SELECT rowid, key, turn, created_ms AS createdMs, sealed FROM (
    SELECT rowid, key, turn, created_ms, sealed,
      row_number() OVER young AS number, sum(characters) OVER young AS total
    FROM seals WHERE created_ms > ?1
    WINDOW young AS (ORDER BY created_ms DESC, rowid DESC)
  ) WHERE number <= ?2 AND total <= ?3`;

/** So many inserts may pass until the table is cut to its limits again: it is read at the next start only. */
const CUT_EVERY = 256;

export class SqliteSeals implements SealStore {
  readonly #insertAll: (turns: readonly KeptSeals[], limits: SealLimits) => void;
  readonly #load: Statement<KeptSeals, [number, number, number]>;
  readonly #cut: Statement;
  readonly #since: Statement<KeptSeals & { readonly rowid: number }, [number]>;
  readonly #last: Statement<{ readonly rowid: number | null }, []>;
  #seen = 0;
  #sinceCut = CUT_EVERY;

  constructor(database: Database) {
    const insert = database.prepare(INSERT);
    this.#load = database.prepare(
      `SELECT key, turn, createdMs, sealed FROM (${FITTING}) ORDER BY createdMs, rowid`,
    );
    this.#cut = database.prepare(`DELETE FROM seals WHERE rowid NOT IN (SELECT rowid FROM (${FITTING}))`);
    this.#since = database.prepare(
      'SELECT rowid, key, turn, created_ms AS createdMs, sealed FROM seals WHERE rowid > ? ORDER BY rowid',
    );
    this.#last = database.prepare('SELECT max(rowid) AS rowid FROM seals');
    this.#insertAll = database.transaction((turns: readonly KeptSeals[], limits: SealLimits) => {
      for (const seals of turns) {
        insert.run(seals.key, seals.turn, seals.createdMs, charactersOf(seals), seals.sealed);
      }
      this.#sinceCut += turns.length;
      if (this.#sinceCut < CUT_EVERY) return;
      this.#sinceCut = 0;
      this.#cut.run(...bounds(limits, Math.max(...turns.map(({ createdMs }) => createdMs))));
    }).immediate;
  }

  async insert(turns: readonly KeptSeals[], limits: SealLimits): Promise<Result<void, string>> {
    return attempt(() => this.#insertAll(turns, limits));
  }

  async load(limits: SealLimits, nowMs: number): Promise<Result<readonly KeptSeals[], string>> {
    return attempt(() => {
      this.#seen = this.#last.get()?.rowid ?? 0;
      return this.#load.all(...bounds(limits, nowMs));
    });
  }

  /** A turn that is kept again has a new row number: see INSERT. */
  async news(): Promise<Result<readonly KeptSeals[], string>> {
    return attempt(() => {
      const found = this.#since.all(this.#seen);
      this.#seen = found.at(-1)?.rowid ?? this.#seen;
      return found.map(({ key, turn, createdMs, sealed }) => ({ key, turn, createdMs, sealed }));
    });
  }
}

function bounds(
  { turnsMax, charactersMax, lifetimeMs }: SealLimits,
  nowMs: number,
): [number, number, number] {
  return [nowMs - lifetimeMs, turnsMax, charactersMax];
}
