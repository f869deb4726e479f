// The write-ahead journal on the local disk: an intent before anything that costs money, a settle before the client sees
// the end. A database is only its consumer: what it has not taken yet waits here, in memory as far as that reaches and in
// the segments beyond.

import { mkdirSync } from 'node:fs';

import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { Generation } from './generation.ts';
import { rowOf } from './generation-row.ts';
import type { GenerationRow } from './generation-row.ts';
import type { SettledBatch, SettledSource } from './generation-store.ts';
import { Backlog } from './journal-backlog.ts';
import { PRIVATE_DIRECTORY } from './journal-directory.ts';
import { interruptedGeneration, recover } from './journal-recovery.ts';
import type { Recovery, RecoveryReport } from './journal-recovery.ts';
import { RECORD_CHARACTERS_MAX } from './journal-record.ts';
import { JournalWriter } from './journal-writer.ts';
import type { Durability } from './journal-writer.ts';
import type { Intent, Journal } from './journal.ts';

export interface JournalOptions {
  readonly directory: string;
  readonly durability?: Durability;
  readonly segmentBytes?: number;
  /** When the segments together reach this, intents are refused. Settles are written still: their money is spent. */
  readonly totalBytesMax?: number;
  /** Settled rows kept in memory for the database and for `find`. */
  readonly rowsMax?: number;
  /** Characters of their records. */
  readonly charactersMax?: number;
}

export interface JournalFigures {
  readonly bytes: number;
  /** Exchanges that began and did not end yet. */
  readonly unfinished: number;
  /** Settled rows that the database has not taken. */
  readonly waiting: number;
  /** Settles that could not be written yet; they are tried again before anything else is. */
  readonly owed: number;
  /** Settles too long to write, or beyond what can be owed. After a restart they stand as interrupted. */
  readonly lost: number;
}

const DEFAULTS = {
  durability: 'process',
  segmentBytes: 64 * 1024 * 1024,
  totalBytesMax: 4 * 1024 * 1024 * 1024,
  rowsMax: 20_000,
  charactersMax: 64 * 1024 * 1024,
} as const satisfies Omit<JournalOptions, 'directory'>;

const DONE = ok<void>(undefined);
const UNFINISHED_MAX = 100_000;
const OWED_MAX = 1_000;

export interface OpenedJournal {
  readonly journal: JournalFile;
  readonly report: RecoveryReport;
}

/**
 * Opens the journal and settles what an earlier process left unfinished. Only one process may have a directory open: take
 * a lock beside it first (storage/process-lock.ts).
 */
export function openJournal(options: JournalOptions): Result<OpenedJournal, string> {
  const { directory } = options;
  try {
    mkdirSync(directory, { recursive: true, mode: PRIVATE_DIRECTORY });
    const recovery = recover(directory);
    const journal = new JournalFile(options, recovery);
    const begun = journal.begin(recovery.unfinished);
    return begun.ok ? ok({ journal, report: recovery.report }) : begun;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return err(`the journal in ${directory} cannot be opened: ${why}`);
  }
}

export class JournalFile implements Journal, SettledSource {
  readonly #totalBytesMax: number;
  readonly #writer: JournalWriter;
  readonly #backlog: Backlog;
  /** The JSON of intents without a settle, by id. At most UNFINISHED_MAX. */
  readonly #unfinished = new Map<string, string>();
  /** Oldest first, at most OWED_MAX. */
  #owed: GenerationRow[] = [];
  #lost = 0;
  #listener: () => void = () => {};

  constructor(options: JournalOptions, recovery: Recovery) {
    const settings = { ...DEFAULTS, ...options };
    this.#totalBytesMax = settings.totalBytesMax;
    this.#writer = new JournalWriter({
      directory: settings.directory,
      durability: settings.durability,
      // Only full segments are ever deleted, so one alone must not reach the bound.
      segmentBytes: Math.min(settings.segmentBytes, settings.totalBytesMax / 2),
      segment: recovery.next,
      carry: () => this.#unfinished.values(),
      full: (segment, bytes) => this.#backlog.noteFull(segment, bytes),
    });
    this.#backlog = new Backlog({
      directory: settings.directory,
      bounds: { rows: settings.rowsMax, characters: settings.charactersMax },
      recovery,
      end: () => this.#writer.end,
    });
  }

  /** Opens the first segment and settles what was left unfinished. Once, before anything else. */
  begin(unfinished: readonly Intent[]): Result<void, string> {
    const prepared = this.#writer.prepare();
    if (!prepared.ok) return prepared;
    for (const intent of unfinished) {
      const generation = interruptedGeneration(intent);
      const settled = this.settle(generation, JSON.stringify(generation));
      if (!settled.ok) return settled;
    }
    return prepared;
  }

  intend(intent: Intent): Result<void, string> {
    const paid = this.#payOwed();
    if (!paid.ok) return paid;
    const refusal = this.#refusal();
    if (refusal !== undefined) return err(refusal);
    const json = JSON.stringify(intent);
    const written = this.#writer.append('I', json);
    if (!written.ok) return written;
    this.#unfinished.set(intent.id, json);
    return DONE;
  }

  settle(generation: Generation, text: string): Result<void, string> {
    const row = rowOf(generation, text);
    const paid = this.#payOwed();
    const settled = paid.ok ? this.#write(row) : paid;
    if (!settled.ok) this.#owe(row);
    this.#listener();
    return settled;
  }

  pending(limit: number): SettledBatch {
    // Where no request comes, the consumer's own visits are what heals the journal.
    this.#payOwed();
    return this.#backlog.pending(limit);
  }

  acknowledge(batch: SettledBatch): void {
    this.#backlog.acknowledge(batch);
  }

  find(id: string): string | undefined {
    return this.#backlog.find(id) ?? this.#owed.find((row) => row.id === id)?.record;
  }

  findOnDisk(id: string): Promise<string | undefined> | undefined {
    return this.#backlog.findOnDisk(id);
  }

  waiting(): number {
    return this.#backlog.waiting + this.#owed.length;
  }

  onSettled(listener: () => void): void {
    this.#listener = listener;
  }

  figures(): JournalFigures {
    return {
      bytes: this.#backlog.bytes,
      unfinished: this.#unfinished.size,
      waiting: this.waiting(),
      owed: this.#owed.length,
      lost: this.#lost,
    };
  }

  /** Writes what is owed, where it can, and closes the segment. Call nothing after it. */
  close(): void {
    this.#payOwed();
    this.#writer.close();
    this.#backlog.close();
  }

  #refusal(): string | undefined {
    if (this.#backlog.bytes >= this.#totalBytesMax) {
      return `the journal holds ${this.#totalBytesMax} bytes that the database has not taken`;
    }
    if (this.#unfinished.size >= UNFINISHED_MAX) return 'too many exchanges have not ended';
    return undefined;
  }

  #write(row: GenerationRow): Result<void, string> {
    const written = this.#writer.append('S', row.record);
    if (!written.ok) return written;
    this.#unfinished.delete(row.id);
    this.#backlog.add(row, written.value, this.#writer.end);
    return DONE;
  }

  #owe(row: GenerationRow): void {
    // One that is never taken would hold up all behind it.
    const taken = this.#owed.length < OWED_MAX && row.record.length <= RECORD_CHARACTERS_MAX;
    if (taken) this.#owed.push(row);
    else this.#lost += 1;
  }

  #payOwed(): Result<void, string> {
    let paid = 0;
    let outcome: Result<void, string> = DONE;
    for (const row of this.#owed) {
      outcome = this.#write(row);
      if (!outcome.ok) break;
      paid += 1;
    }
    if (paid > 0) this.#owed = this.#owed.slice(paid);
    return outcome;
  }
}
