// The two ends of the way from the journal to a database: where settled rows come from, and where they go.

import type { Result } from '#base/result.ts';
import type { GenerationRow, GenerationSummary } from './generation-row.ts';

/** The journal as its consumer sees it: one consumer, oldest rows first, each row at least once. */
export interface SettledSource {
  /** The oldest rows that are not acknowledged, at most `limit`. The same rows again until they are. */
  pending(limit: number): SettledBatch;
  /** The rows of the batch are stored; the journal may forget them. */
  acknowledge(batch: SettledBatch): void;
  /** The record of a row that waits in memory: always the newest ones. */
  find(id: string): string | undefined;
  /**
   * The same for rows that wait but are no longer in memory; undefined at once when there are none. It may take seconds,
   * so ask the consumer first. Rejects with what the file system throws.
   */
  findOnDisk(id: string): Promise<string | undefined> | undefined;
  /** Rows that wait for the consumer. */
  waiting(): number;
  /** Called after each settle. One listener. */
  onSettled(listener: () => void): void;
}

export interface SettledBatch {
  readonly rows: readonly GenerationRow[];
  /** Where in the journal the last row ends. */
  readonly through: Position;
}

export interface Position {
  readonly segment: number;
  /** Bytes from the start of the segment. */
  readonly offset: number;
}

/**
 * Errors are what a database does when it is ill (away, locked, full): one sentence for the log. An implementation sets
 * its own limit on how long it waits.
 */
export interface GenerationStore {
  /** All rows or none. A row whose id is there already is left as it is, so a batch may come twice. */
  insert(rows: readonly GenerationRow[]): Promise<Result<void, string>>;
  /** The record as JSON; undefined when there is none. */
  find(id: string): Promise<Result<string | undefined, string>>;
  /** Newest first, in the order of ids, which begin with their second. */
  list(query: ListQuery): Promise<Result<readonly GenerationSummary[], string>>;
  totals(query: TotalsQuery): Promise<Result<Totals, string>>;
  /** Oldest first; days without generations are left out. Null: of callers who were asked for no key. */
  spentByDay(key: string | null): Promise<Result<readonly DaySpent[], string>>;
}

export interface ListQuery {
  readonly limit: number;
  /** The last id of the page before. */
  readonly before?: string;
}

/** Generations that started in `[fromMs, toMs)`. */
export interface TotalsQuery {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Totals {
  readonly generations: number;
  readonly failures: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Nano-dollars of the generations whose cost is known. */
  readonly costNano: number;
  /** Generations whose cost nobody knows. */
  readonly costUnknown: number;
}

/** What the generations of one key came to that started on one day. */
export interface DaySpent extends Pick<Totals, 'generations' | 'costNano' | 'costUnknown'> {
  /** Days since 1970, in UTC. */
  readonly day: number;
}
