// Answers to be given again, in SQLite. Each insert forgets what is over age, then the oldest beyond the limits.

import type { Database, Statement } from 'bun:sqlite';

import type { Replay, ReplayLimits, ReplayStore } from '#accounting/replay-store.ts';
import type { Result } from '#base/result.ts';
import { REPLAY_LIMITS } from '../keeping-limits.ts';
import { attempt } from './attempt.ts';

const INSERT = `
  INSERT INTO replays (name, fingerprint, created_ms, status, headers, body) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (name) DO UPDATE SET
    fingerprint = excluded.fingerprint, created_ms = excluded.created_ms,
    status = excluded.status, headers = excluded.headers, body = excluded.body`;
const FIND = `
  SELECT name, fingerprint, created_ms AS createdMs, status, headers, body FROM replays
  WHERE name = ? AND created_ms > ?`;
/** The newest that fit into the limits stay: the sum runs from the youngest to the oldest over the index alone. */
const MAKE_ROOM = `
  DELETE FROM replays WHERE name IN (
    SELECT name FROM (
      SELECT name,
        row_number() OVER (ORDER BY created_ms DESC) AS number,
        sum(length(body)) OVER (ORDER BY created_ms DESC ROWS UNBOUNDED PRECEDING) AS bytes
      FROM replays
    ) WHERE number > ? OR bytes > ?
  )`;
/** Looking at all of them costs: it is done once in so many inserts. */
const ROOM_EVERY = 64;

export class SqliteReplays implements ReplayStore {
  readonly #limits: ReplayLimits;
  readonly #insert: (replay: Replay) => void;
  readonly #find: Statement<Replay, [string, number]>;
  #inserts = 0;

  constructor(database: Database, limits: ReplayLimits = REPLAY_LIMITS) {
    this.#limits = limits;
    this.#find = database.prepare(FIND);
    const insert = database.prepare(INSERT);
    const expired = database.prepare('DELETE FROM replays WHERE created_ms <= ?');
    const makeRoom = database.prepare(MAKE_ROOM);
    this.#insert = database.transaction((replay: Replay) => {
      const { name, fingerprint, createdMs, status, headers, body } = replay;
      expired.run(createdMs - limits.lifetimeMs);
      insert.run(name, fingerprint, createdMs, status, headers, body);
      this.#inserts += 1;
      if (this.#inserts % ROOM_EVERY === 0) makeRoom.run(limits.replaysMax, limits.bytesMax);
    }).immediate;
  }

  async insert(replay: Replay): Promise<Result<void, string>> {
    return attempt(() => this.#insert(replay));
  }

  async find(name: string, nowMs: number): Promise<Result<Replay | undefined, string>> {
    return attempt(() => this.#find.get(name, nowMs - this.#limits.lifetimeMs) ?? undefined);
  }
}
