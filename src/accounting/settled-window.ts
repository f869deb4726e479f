// The settled rows that are in memory: the newest ones, in order, found by id. What it lets go is still in the journal.

import type { GenerationRow } from './generation-row.ts';
import type { Position, SettledBatch } from './generation-store.ts';

export interface WindowBounds {
  readonly rows: number;
  /** Characters of the records together. */
  readonly characters: number;
}

interface Entry {
  readonly row: GenerationRow;
  readonly start: Position;
  readonly end: Position;
}

const KEPT = 7 / 8;

export class SettledWindow {
  readonly #bounds: WindowBounds;
  /** In the order of the journal. */
  readonly #entries = new Map<string, Entry>();
  #characters = 0;

  constructor(bounds: WindowBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Where the oldest row begins. */
  get start(): Position | undefined {
    return this.#entries.values().next().value?.start;
  }

  /** False when older rows had to go for it. */
  add(row: GenerationRow, start: Position, end: Position): boolean {
    this.#forget(this.#entries.get(row.id));
    this.#entries.set(row.id, { row, start, end });
    this.#characters += row.record.length;
    if (this.#entries.size <= this.#bounds.rows && this.#characters <= this.#bounds.characters) return true;
    this.#dropOldest();
    return false;
  }

  find(id: string): string | undefined {
    return this.#entries.get(id)?.row.record;
  }

  /** The oldest rows, or `nothing` when there are none. */
  take(limit: number, nothing: SettledBatch): SettledBatch {
    const rows: GenerationRow[] = [];
    let { through } = nothing;
    for (const entry of this.#entries.values()) {
      if (rows.length === limit) break;
      rows.push(entry.row);
      through = entry.end;
    }
    return { rows, through };
  }

  /** Forgets the rows that end at or before `through`. */
  dropThrough(through: Position): void {
    for (const entry of this.#entries.values()) {
      if (comparePositions(entry.end, through) > 0) return;
      this.#forget(entry);
    }
  }

  /**
   * An eighth at once: a Map that loses its first entry again and again walks over all those lost before (18 µs a row,
   * measured). The newest row stays, however long it is.
   */
  #dropOldest(): void {
    const rows = this.#bounds.rows * KEPT;
    const characters = this.#bounds.characters * KEPT;
    for (const entry of this.#entries.values()) {
      if (this.#entries.size <= 1) return;
      if (this.#entries.size <= rows && this.#characters <= characters) return;
      this.#forget(entry);
    }
  }

  #forget(entry: Entry | undefined): void {
    if (entry === undefined) return;
    this.#entries.delete(entry.row.id);
    this.#characters -= entry.row.record.length;
  }
}

export function comparePositions(a: Position, b: Position): number {
  return a.segment === b.segment ? a.offset - b.offset : a.segment - b.segment;
}
