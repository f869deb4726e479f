// Generations in SQLite. Statements run on the calling thread, a few microseconds a row.

import type { Database, Statement } from 'bun:sqlite';

import type { GenerationRow, GenerationSummary } from '#accounting/generation-row.ts';
import type {
  DaySpent,
  GenerationStore,
  ListQuery,
  Totals,
  TotalsQuery,
} from '#accounting/generation-store.ts';
import type { Result } from '#base/result.ts';
import { attempt } from './attempt.ts';
import { Spending } from './spending.ts';

const INSERT = `
  INSERT INTO generations (id, started_ms, key, model, target, finish, failure, stream,
    input_tokens, output_tokens, cost_nano, total_ms, first_content_ms, record)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO NOTHING`;

const LIST = `
  SELECT id, started_ms AS startedMs, key, model, target, finish, failure, stream, input_tokens AS inputTokens,
    output_tokens AS outputTokens, cost_nano AS costNano, total_ms AS totalMs, first_content_ms AS firstContentMs
  FROM generations
  WHERE id < ?
  ORDER BY id DESC
  LIMIT ?`;

/** Greater than every id. */
const AFTER_ALL = '\u{10FFFF}';

const TOTALS = `
  SELECT count(*) AS generations, count(failure) AS failures, coalesce(sum(input_tokens), 0) AS inputTokens,
    coalesce(sum(output_tokens), 0) AS outputTokens, coalesce(sum(cost_nano), 0) AS costNano,
    count(*) - count(cost_nano) AS costUnknown
  FROM generations
  WHERE started_ms >= ? AND started_ms < ?`;

type ListedRow = Omit<GenerationSummary, 'stream'> & { readonly stream: number };

export class SqliteGenerations implements GenerationStore {
  readonly #insert: Statement;
  readonly #insertAll: (rows: readonly GenerationRow[]) => void;
  readonly #find: Statement<{ record: string }, [string]>;
  readonly #list: Statement<ListedRow, [string, number]>;
  readonly #totals: Statement<Totals, [number, number]>;
  readonly #spending: Spending;

  constructor(database: Database) {
    this.#insert = database.prepare(INSERT);
    this.#insertAll = database.transaction((rows: readonly GenerationRow[]) => {
      this.#spending.add(rows.filter((row) => this.#insertOne(row)));
    }).immediate;
    this.#find = database.prepare('SELECT record FROM generations WHERE id = ?');
    this.#list = database.prepare(LIST);
    this.#totals = database.prepare(TOTALS);
    this.#spending = new Spending(database);
  }

  async insert(rows: readonly GenerationRow[]): Promise<Result<void, string>> {
    return attempt(() => this.#insertAll(rows));
  }

  async find(id: string): Promise<Result<string | undefined, string>> {
    return attempt(() => this.#find.get(id)?.record);
  }

  async list({ limit, before }: ListQuery): Promise<Result<readonly GenerationSummary[], string>> {
    return attempt(() =>
      this.#list.all(before ?? AFTER_ALL, limit).map((row) => ({ ...row, stream: row.stream === 1 })),
    );
  }

  async totals({ fromMs, toMs }: TotalsQuery): Promise<Result<Totals, string>> {
    return attempt(() => this.#totals.get(fromMs, toMs) ?? NO_TOTALS);
  }

  async spentByDay(key: string | null): Promise<Result<readonly DaySpent[], string>> {
    return attempt(() => this.#spending.of(key));
  }

  /** False: it was there already. */
  #insertOne(row: GenerationRow): boolean {
    const { changes } = this.#insert.run(
      row.id,
      row.startedMs,
      row.key,
      row.model,
      row.target,
      row.finish,
      row.failure,
      row.stream ? 1 : 0,
      row.inputTokens,
      row.outputTokens,
      row.costNano,
      row.totalMs,
      row.firstContentMs,
      row.record,
    );
    return changes > 0;
  }
}

const NO_TOTALS: Totals = {
  generations: 0,
  failures: 0,
  inputTokens: 0,
  outputTokens: 0,
  costNano: 0,
  costUnknown: 0,
};
