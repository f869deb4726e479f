// Things on their way to the database: nothing waits for it, and what is on the way is found all the same.

import type { Alarm, Clock } from '#base/clock.ts';
import type { Result } from '#base/result.ts';

/** How long the first thing waits for company. */
const GATHER_MS = 100;
/** After the database refused. */
const AGAIN_MS = 2_000;
/** What may be on the way. More is not kept. */
const WAITING_CHARACTERS_MAX = 64 * 1024 * 1024;
const BATCH_MAX = 200;

export interface WriteBehindOptions<Item> {
  readonly clock: Clock;
  readonly charactersOf: (item: Item) => number;
  readonly insert: (items: readonly Item[]) => Promise<Result<void, string>>;
  /** The database refused; what waits goes on waiting. */
  readonly onRefused: (why: string) => void;
}

export class WriteBehind<Item> {
  readonly #options: WriteBehindOptions<Item>;
  /** By name, in the order in which they came. */
  readonly #waiting = new Map<string, Item>();
  #characters = 0;
  #alarm: Alarm | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(options: WriteBehindOptions<Item>) {
    this.#options = options;
  }

  /** Returns at once. False when too much is on the way. */
  keep(name: string, item: Item): boolean {
    const characters = this.#options.charactersOf(item);
    if (this.#characters + characters > WAITING_CHARACTERS_MAX) return false;
    this.take(name);
    this.#characters += characters;
    this.#waiting.set(name, item);
    if (this.#running === undefined && this.#alarm === undefined) this.#arm(GATHER_MS);
    return true;
  }

  get(name: string): Item | undefined {
    return this.#waiting.get(name);
  }

  /** False when it was not waiting. */
  take(name: string): boolean {
    const item = this.#waiting.get(name);
    if (item === undefined) return false;
    this.#waiting.delete(name);
    this.#characters -= this.#options.charactersOf(item);
    return true;
  }

  /** What is being written just now is in the database afterwards. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Writes what can be written at once; the rest is lost, as after any stop of the process. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#alarm?.clear();
    await this.#running;
    while (this.#waiting.size > 0 && (await this.#writeBatch()));
  }

  #arm(delayMs: number): void {
    if (this.#stopped) return;
    this.#alarm = this.#options.clock.alarm(delayMs, () => {
      this.#alarm = undefined;
      this.#running = this.#write();
    });
  }

  async #write(): Promise<void> {
    let stored = true;
    while (stored && this.#waiting.size > 0) {
      stored = await this.#writeBatch();
      // A long backlog must not keep requests waiting.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#running = undefined;
    if (this.#waiting.size > 0) this.#arm(stored ? GATHER_MS : AGAIN_MS);
  }

  async #writeBatch(): Promise<boolean> {
    const batch = [...this.#waiting.entries()].slice(0, BATCH_MAX);
    const stored = await this.#options.insert(batch.map(([, item]) => item));
    if (!stored.ok) {
      this.#options.onRefused(stored.error);
      return false;
    }
    // What came again under the same name meanwhile waits for its own turn.
    for (const [name, item] of batch) if (this.#waiting.get(name) === item) this.take(name);
    return true;
  }
}
