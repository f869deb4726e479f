// Kept answers in SQLite. Each insert makes room first: what is over age goes, then the oldest while the limits are passed.

import type { Database, Statement } from 'bun:sqlite';

import type { AnswerStore, KeepingLimits, KeptAnswer } from '#accounting/answer-store.ts';
import type { Result } from '#base/result.ts';
import { CHAIN_LENGTH_MAX, charactersOf, KEEPING_LIMITS } from '../keeping-limits.ts';
import { attempt } from './attempt.ts';

const INSERT = `
  INSERT INTO answers (key, id, previous, created_ms, characters, input, output, shown)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (key, id) DO NOTHING`;

const COLUMNS = 'id, key, previous, created_ms AS createdMs, input, output, shown';
const FIND = `SELECT ${COLUMNS} FROM answers WHERE key = ? AND id = ? AND created_ms > ?`;

/** From the answer back to the first, oldest first; one more than is allowed, so that too many can be seen. */
const CHAIN = `
  WITH RECURSIVE chain (depth, id, previous) AS (
    SELECT 0, id, previous FROM answers WHERE key = ?1 AND id = ?2 AND created_ms > ?3
    UNION ALL
    SELECT depth + 1, answers.id, answers.previous FROM chain JOIN answers
      ON answers.key = ?1 AND answers.id = chain.previous AND answers.created_ms > ?3
      WHERE depth < ${CHAIN_LENGTH_MAX}
  )
  SELECT answers.id, key, answers.previous, created_ms AS createdMs, input, output, shown
  FROM chain JOIN answers ON answers.key = ?1 AND answers.id = chain.id
  ORDER BY depth DESC`;

const OLDEST = `
  DELETE FROM answers WHERE rowid IN (SELECT rowid FROM answers ORDER BY created_ms LIMIT ?)
  RETURNING characters`;

/** The oldest go in steps of so many, so that the limit is not met again with the next answer. */
const STEP = 64;

interface Counted {
  readonly answers: number;
  readonly characters: number;
}

export class SqliteAnswers implements AnswerStore {
  readonly #limits: KeepingLimits;
  readonly #insert: Statement;
  readonly #insertAll: (answers: readonly KeptAnswer[]) => void;
  readonly #find: Statement<KeptAnswer, [string, string, number]>;
  readonly #chain: Statement<KeptAnswer, [string, string, number]>;
  readonly #remove: Statement<{ characters: number }, [string, string]>;
  readonly #oldest: Statement<{ characters: number }, [number]>;
  readonly #expired: Statement<{ characters: number }, [number]>;
  readonly #count: Statement<Counted, []>;
  /** What is there; counted once, then kept up to date, since the process has the database to itself. */
  #answers: number;
  #characters: number;

  constructor(database: Database, limits: KeepingLimits = KEEPING_LIMITS) {
    this.#limits = limits;
    this.#insert = database.prepare(INSERT);
    this.#insertAll = database.transaction((answers: readonly KeptAnswer[]) => {
      this.#forgetOld(answers);
      for (const answer of answers) this.#insertOne(answer);
      this.#makeRoom();
    }).immediate;
    this.#find = database.prepare(FIND);
    this.#chain = database.prepare(CHAIN);
    this.#remove = database.prepare('DELETE FROM answers WHERE key = ? AND id = ? RETURNING characters');
    this.#oldest = database.prepare(OLDEST);
    this.#expired = database.prepare('DELETE FROM answers WHERE created_ms <= ? RETURNING characters');
    this.#count = database.prepare(
      'SELECT count(*) AS answers, coalesce(sum(characters), 0) AS characters FROM answers',
    );
    const counted = this.#count.get();
    this.#answers = counted?.answers ?? 0;
    this.#characters = counted?.characters ?? 0;
  }

  async insert(answers: readonly KeptAnswer[]): Promise<Result<void, string>> {
    const inserted = attempt(() => this.#insertAll(answers));
    if (!inserted.ok) this.#recount();
    return inserted;
  }

  async find(key: string, id: string, nowMs: number): Promise<Result<KeptAnswer | undefined, string>> {
    return attempt(() => this.#find.get(key, id, nowMs - this.#limits.lifetimeMs) ?? undefined);
  }

  async chain(
    key: string,
    id: string,
    nowMs: number,
  ): Promise<Result<readonly KeptAnswer[] | undefined, string>> {
    return attempt(() => {
      const found = this.#chain.all(key, id, nowMs - this.#limits.lifetimeMs);
      const whole = found[0]?.previous === null && found.length <= CHAIN_LENGTH_MAX;
      return whole ? found : undefined;
    });
  }

  async remove(key: string, id: string): Promise<Result<boolean, string>> {
    return attempt(() => this.#forget(this.#remove.all(key, id)) > 0);
  }

  #insertOne(answer: KeptAnswer): void {
    const characters = charactersOf(answer);
    const { key, id, previous, createdMs, input, output, shown } = answer;
    const { changes } = this.#insert.run(key, id, previous, createdMs, characters, input, output, shown);
    if (changes === 0) return;
    this.#answers += 1;
    this.#characters += characters;
  }

  /** The newest answer tells the time. */
  #forgetOld(answers: readonly KeptAnswer[]): void {
    const nowMs = Math.max(0, ...answers.map(({ createdMs }) => createdMs));
    this.#forget(this.#expired.all(nowMs - this.#limits.lifetimeMs));
  }

  #makeRoom(): void {
    const { answersMax, charactersMax } = this.#limits;
    while (this.#answers > answersMax || this.#characters > charactersMax) {
      const over = this.#answers - answersMax;
      if (this.#forget(this.#oldest.all(Math.max(1, Math.min(STEP, over)))) === 0) return;
    }
  }

  /** How many went. */
  #forget(gone: readonly { readonly characters: number }[]): number {
    for (const { characters } of gone) this.#characters -= characters;
    this.#answers -= gone.length;
    return gone.length;
  }

  /** A transaction that was undone has changed nothing but our counts. */
  #recount(): void {
    const counted = attempt(() => this.#count.get());
    if (!counted.ok || !counted.value) return;
    this.#answers = counted.value.answers;
    this.#characters = counted.value.characters;
  }
}
