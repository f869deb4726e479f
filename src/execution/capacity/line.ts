// Those who wait for a slot of one lane, in the order in which they get it: the higher class first; within a class the
// callers in turn, so that one with a thousand requests does not keep another with a single one waiting; of one caller the one
// whose time is up first.

import { PRIORITIES, rankOf } from '#canonical/priority.ts';
import type { Priority } from '#canonical/priority.ts';

export interface Place {
  readonly priority: Priority;
  /** Who pays: the key, or nobody in particular. */
  readonly owner: string;
  /** Monotonic milliseconds. */
  readonly until: number;
}

/** The callers of one class, each with its own by time; a map keeps the order in which it was filled. */
type Turns<One> = Map<string, One[]>;

export class Line<One extends Place> {
  readonly #classes: readonly Turns<One>[] = PRIORITIES.map(() => new Map());
  readonly #sizes = PRIORITIES.map(() => 0);
  /** How long the last of a class waited for nothing, if none of it has been served since; else 0. */
  readonly #starvedMs = PRIORITIES.map(() => 0);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  sizeOf(priority: Priority): number {
    return this.#sizes[rankOf(priority)] ?? 0;
  }

  /** How many go before a newcomer of this class, about: those of its own class share the turns with it. */
  ahead(priority: Priority): number {
    let count = 0;
    for (let rank = rankOf(priority); rank < PRIORITIES.length; rank += 1) count += this.#sizes[rank] ?? 0;
    return count;
  }

  add(one: One): void {
    const rank = rankOf(one.priority);
    const turns = this.#classes[rank] as Turns<One>;
    const own = turns.get(one.owner);
    if (own === undefined) turns.set(one.owner, [one]);
    else own.splice(placeOf(one.until, own), 0, one);
    this.#count(rank, 1);
  }

  remove(one: One): void {
    const rank = rankOf(one.priority);
    const turns = this.#classes[rank] as Turns<One>;
    const own = turns.get(one.owner) ?? [];
    const index = own.indexOf(one);
    if (index === -1) return;
    own.splice(index, 1);
    if (own.length === 0) turns.delete(one.owner);
    this.#count(rank, -1);
  }

  /** One of this class has waited for so long, and for nothing. */
  starved(priority: Priority, waitedMs: number): void {
    this.#starvedMs[rankOf(priority)] = waitedMs;
  }

  /**
   * Whether it is of no use to wait for so long: the last of the class, or of a higher one, that did so got nothing. One of a
   * class waits all the same, to find out when that is over.
   */
  starves(priority: Priority, waitMs: number): boolean {
    const rank = rankOf(priority);
    return (this.#sizes[rank] ?? 0) > 0 && this.#starvedMs.some((ms, index) => index >= rank && ms >= waitMs);
  }

  /** Who is next. */
  get first(): One | undefined {
    for (let rank = PRIORITIES.length - 1; rank >= 0; rank -= 1)
      for (const own of (this.#classes[rank] as Turns<One>).values()) return own[0];
    return undefined;
  }

  /** Takes out who is next. */
  next(): One | undefined {
    const first = this.first;
    if (first === undefined) return undefined;
    const rank = rankOf(first.priority);
    const turns = this.#classes[rank] as Turns<One>;
    const own = turns.get(first.owner) as One[];
    own.shift();
    // Its caller goes to the end of the turns.
    turns.delete(first.owner);
    if (own.length > 0) turns.set(first.owner, own);
    this.#count(rank, -1);
    this.#starvedMs.fill(0, rank);
    return first;
  }

  /**
   * Who gives its place to a newcomer, when there is none: of the lowest class, of the caller who has most there, the one whose
   * time is up last. Not of a class above the newcomer's, and of its own only where that caller has more than its own does.
   */
  victimFor({ priority, owner }: Pick<One, 'priority' | 'owner'>): One | undefined {
    const own = rankOf(priority);
    const rank = this.#sizes.findIndex((size) => size > 0);
    if (rank === -1 || rank > own) return undefined;
    const turns = this.#classes[rank] as Turns<One>;
    let most: readonly One[] = [];
    for (const list of turns.values()) if (list.length > most.length) most = list;
    if (rank === own && most.length <= (turns.get(owner)?.length ?? 0) + 1) return undefined;
    return most.at(-1);
  }

  /** All who stand in it. */
  *[Symbol.iterator](): Generator<One> {
    for (const turns of this.#classes) for (const own of turns.values()) yield* own;
  }

  #count(rank: number, by: number): void {
    this.#sizes[rank] = (this.#sizes[rank] ?? 0) + by;
    this.#size += by;
  }
}

/** Where the first one stands whose time is up later. */
function placeOf(until: number, sorted: readonly Place[]): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.until ?? Infinity) <= until) low = middle + 1;
    else high = middle;
  }
  return low;
}
