// Kept seals: all in memory, where requests look for them, and behind it in the database, from which they are read again at
// the next start.

import type { KeptSeals, SealLimits, SealStore } from '#accounting/seal-store.ts';
import type { Alarm, Clock } from '#base/clock.ts';
import { WriteBehind } from './write-behind.ts';

export interface SealsOptions {
  readonly store: SealStore;
  readonly clock: Clock;
  /** Those in force now; undefined while nothing is to be kept. */
  readonly limits: () => SealLimits | undefined;
  /** Other processes keep seals in the same database. */
  readonly siblings?: boolean;
  readonly onProblem: (message: string, detail: Readonly<Record<string, unknown>>) => void;
}

export class Seals {
  readonly #options: SealsOptions;
  /** By key and turn, the oldest first. */
  readonly #turns = new Map<string, KeptSeals>();
  /** How many turns each key has, and of each shape: what has none need not be looked for. */
  readonly #counts = new Map<string, number>();
  readonly #waiting: WriteBehind<KeptSeals>;
  #characters = 0;
  #alarm: Alarm | undefined;
  #stopped = false;

  constructor(options: SealsOptions) {
    const { store, clock, limits, onProblem } = options;
    this.#options = options;
    this.#waiting = new WriteBehind({
      clock,
      charactersOf,
      insert: (turns) => store.insert(turns, limits() ?? NOTHING),
      onRefused: (why) => onProblem('kept seals wait for the database', { why }),
    });
  }

  /** What an earlier process kept. Without it nothing is wrong but that models think again. */
  async load(): Promise<void> {
    const { store, clock, onProblem } = this.#options;
    const limits = this.#options.limits();
    if (limits === undefined) return;
    const loaded = await store.load(limits, clock.wallMs());
    if (!loaded.ok) return onProblem('kept seals cannot be read', { why: loaded.error });
    for (const turn of loaded.value) this.#put(turn, limits);
    if (this.#options.siblings === true) this.#lookLater();
  }

  #lookLater(): void {
    this.#alarm = this.#options.clock.alarm(LOOK_MS, () => void this.#look());
  }

  async #look(): Promise<void> {
    const limits = this.#options.limits();
    const news = limits === undefined ? undefined : await this.#options.store.news();
    if (limits !== undefined && news?.ok === true) for (const turn of news.value) this.#put(turn, limits);
    if (!this.#stopped) this.#lookLater();
  }

  /** Returns at once. */
  keep(seals: KeptSeals): void {
    const limits = this.#options.limits();
    if (limits === undefined || charactersOf(seals) > limits.charactersMax) return;
    this.#put(seals, limits);
    // Should too much be on its way, it is forgotten with this process.
    this.#waiting.keep(nameOf(seals.key, seals.turn), seals);
  }

  /** Whether anything is kept for the key at all, or of a turn whose name begins with `shape` and a dot and a digest. */
  any(key: string, shape?: string): boolean {
    const counted = shape === undefined ? key : nameOf(key, shape);
    return this.#counts.has(counted) && this.#options.limits() !== undefined;
  }

  find(key: string, turn: string): string | undefined {
    const limits = this.#options.limits();
    const name = nameOf(key, turn);
    const found = this.#turns.get(name);
    if (found === undefined || limits === undefined) return undefined;
    if (found.createdMs + limits.lifetimeMs > this.#options.clock.wallMs()) return found.sealed;
    this.#forget(name, found);
    return undefined;
  }

  /** Turns and characters that are held now. */
  figures(): { readonly turns: number; readonly characters: number } {
    return { turns: this.#turns.size, characters: this.#characters };
  }

  stop(): Promise<void> {
    this.#stopped = true;
    this.#alarm?.clear();
    return this.#waiting.stop();
  }

  #put(seals: KeptSeals, limits: SealLimits): void {
    const name = nameOf(seals.key, seals.turn);
    const before = this.#turns.get(name);
    if (before !== undefined) this.#forget(name, before);
    this.#turns.set(name, seals);
    this.#count(seals, 1);
    this.#characters += charactersOf(seals);
    this.#makeRoom(limits);
  }

  /** What is over age is at the beginning. */
  #makeRoom({ turnsMax, charactersMax, lifetimeMs }: SealLimits): void {
    const oldestMs = this.#options.clock.wallMs() - lifetimeMs;
    for (const [name, seals] of this.#turns) {
      const tooMuch = this.#turns.size > turnsMax || this.#characters > charactersMax;
      if (!tooMuch && seals.createdMs > oldestMs) return;
      this.#forget(name, seals);
    }
  }

  #forget(name: string, seals: KeptSeals): void {
    this.#turns.delete(name);
    this.#characters -= charactersOf(seals);
    this.#count(seals, -1);
  }

  #count({ key, turn }: KeptSeals, by: 1 | -1): void {
    for (const name of [key, nameOf(key, turn.slice(0, Math.max(0, turn.lastIndexOf('.'))))]) {
      const left = (this.#counts.get(name) ?? 0) + by;
      if (left === 0) this.#counts.delete(name);
      else this.#counts.set(name, left);
    }
  }
}

/** How often what siblings kept is looked for: a tool that the client runs takes about as long. */
const LOOK_MS = 100;

/** While nothing is to be kept, what waits is not written either. */
const NOTHING: SealLimits = { turnsMax: 0, charactersMax: 0, lifetimeMs: 0 };

/** A turn has a name of some length beside what it holds. */
export function charactersOf({ key, turn, sealed }: KeptSeals): number {
  return key.length + turn.length + sealed.length;
}

function nameOf(key: string, turn: string): string {
  return `${key}\n${turn}`;
}
