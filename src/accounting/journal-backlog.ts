// The end of the journal that is read: settled rows on their way to the database. The newest are in memory; when the
// database stays away longer than memory reaches, the older ones are read again from the segments, in order.

import { closeSync, rmSync } from 'node:fs';

import type { Generation } from './generation.ts';
import { rowOf } from './generation-row.ts';
import type { GenerationRow } from './generation-row.ts';
import type { Position, SettledBatch } from './generation-store.ts';
import { openCheckpoint, scanSegment, segmentPath, writeCheckpoint } from './journal-directory.ts';
import type { Recovery } from './journal-recovery.ts';
import type { ScannedRecord } from './journal-record.ts';
import { JournalSearch } from './journal-search.ts';
import type { Stretch } from './journal-search.ts';
import { SettledWindow } from './settled-window.ts';
import type { WindowBounds } from './settled-window.ts';

export interface BacklogOptions {
  readonly directory: string;
  readonly bounds: WindowBounds;
  readonly recovery: Recovery;
  /** Where the journal ends now. */
  readonly end: () => Position;
}

export class Backlog {
  readonly #directory: string;
  readonly #end: () => Position;
  readonly #window: SettledWindow;
  readonly #search = new JournalSearch();
  /** Segments that are full, with their bytes, oldest first. */
  readonly #closed: Map<number, number>;
  #closedBytes = 0;
  readonly #checkpoint: number;
  /** The database has everything before this. */
  #position: Position;
  /** True while rows before the window, or before the journal's end where the window is empty, are on disk only. */
  #behind = true;
  #waiting: number;

  /** Throws what the file system throws. */
  constructor({ directory, bounds, recovery, end }: BacklogOptions) {
    this.#directory = directory;
    this.#checkpoint = openCheckpoint(directory);
    this.#end = end;
    this.#window = new SettledWindow(bounds);
    this.#closed = new Map(recovery.segments);
    for (const bytes of this.#closed.values()) this.#closedBytes += bytes;
    this.#position = recovery.position;
    this.#waiting = recovery.report.waiting;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Bytes of all segments. */
  get bytes(): number {
    return this.#closedBytes + this.#end().offset;
  }

  add(row: GenerationRow, start: Position, end: Position): void {
    if (!this.#window.add(row, start, end)) this.#behind = true;
    this.#waiting += 1;
  }

  /** A segment is full: nothing is added to it any more. */
  noteFull(segment: number, bytes: number): void {
    this.#closed.set(segment, bytes);
    this.#closedBytes += bytes;
  }

  close(): void {
    closeSync(this.#checkpoint);
  }

  find(id: string): string | undefined {
    return this.#window.find(id);
  }

  /** Undefined when all rows are in memory. */
  findOnDisk(id: string): Promise<string | undefined> | undefined {
    if (!this.#behind) return undefined;
    return this.#search.find(id, () => this.#stretchesThrough(this.#onlyOnDisk()));
  }

  /** Throws what the file system throws when rows must be read from disk. */
  pending(limit: number): SettledBatch {
    if (this.#behind) {
      const batch = this.#readBack(limit);
      if (batch.rows.length > 0) return batch;
      this.#behind = false;
      this.#position = batch.through;
      this.#waiting = this.#window.size;
    }
    return this.#window.take(limit, { rows: [], through: this.#position });
  }

  acknowledge({ rows, through }: SettledBatch): void {
    this.#window.dropThrough(through);
    this.#waiting -= rows.length;
    this.#position = !this.#behind && this.#window.size === 0 ? this.#end() : through;
    try {
      writeCheckpoint(this.#checkpoint, this.#position);
      this.#deleteTaken();
    } catch {
      // An old checkpoint or a segment too many means rows that come twice, which the store does not mind.
    }
  }

  #deleteTaken(): void {
    for (const [segment, bytes] of this.#closed) {
      if (segment >= this.#position.segment) return;
      rmSync(segmentPath(this.#directory, segment), { force: true });
      this.#closed.delete(segment);
      this.#closedBytes -= bytes;
    }
  }

  /** Rows from the position to here are on disk only: to the window, or to the journal's end where that is empty. */
  #onlyOnDisk(): Position {
    return this.#window.start ?? this.#end();
  }

  #readBack(limit: number): SettledBatch {
    const stop = this.#onlyOnDisk();
    const rows: GenerationRow[] = [];
    for (const [segment, bytes] of this.#segmentsThrough(stop)) {
      const { path, from } = this.#unread(segment);
      for (const line of scanSegment(path, from, bytes)) {
        const row = settledRow(line.record);
        if (row !== undefined) rows.push(row);
        if (rows.length === limit) return { rows, through: { segment, offset: line.end } };
      }
    }
    return { rows, through: stop };
  }

  *#stretchesThrough(stop: Position): Generator<Stretch> {
    for (const [segment, until] of this.#segmentsThrough(stop)) yield { ...this.#unread(segment), until };
  }

  /** Where what the database has not taken begins. */
  #unread(segment: number): Omit<Stretch, 'until'> {
    const from = segment === this.#position.segment ? this.#position.offset : 0;
    return { path: segmentPath(this.#directory, segment), from };
  }

  /** Each with the byte to stop at. */
  *#segmentsThrough(stop: Position): Generator<readonly [number, number]> {
    for (const [segment, bytes] of this.#closed) {
      if (segment >= this.#position.segment && segment < stop.segment) yield [segment, bytes];
    }
    if (stop.offset > 0) yield [stop.segment, stop.offset];
  }
}

function settledRow(record: ScannedRecord | undefined): GenerationRow | undefined {
  if (record === undefined || record.kind !== 'S') return undefined;
  try {
    // Clew wrote it and the checksum holds, so it is what it was.
    return rowOf(JSON.parse(record.json) as Generation, record.json);
  } catch {
    return undefined;
  }
}
