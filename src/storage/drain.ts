// Moves settled rows from the journal to the database, behind everyone's back: a moment after the first row, in batches,
// again and again later where the database is ill. Nothing waits for it.

import type { GenerationStore, SettledBatch, SettledSource } from '#accounting/generation-store.ts';
import type { Alarm, Clock } from '#base/clock.ts';
import type { Draw } from '#base/random.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';

export interface DrainOptions {
  readonly source: SettledSource;
  readonly store: Pick<GenerationStore, 'insert'>;
  readonly clock: Clock;
  readonly draw: Draw;
  /** Told when a batch could not be stored, and how long the drain will wait. */
  readonly onProblem: (message: string, waitMs: number) => void;
}

/** How long the first row waits for company. */
export const GATHER_MS = 100;
/** A batch holds up the process while SQLite writes it: about 2 ms for this many. */
export const BATCH_ROWS = 500;
const BACKOFF_FIRST_MS = 200;
const BACKOFF_MAX_MS = 30_000;

export class Drain {
  readonly #options: DrainOptions;
  #alarm: Alarm | undefined;
  #gathered = 0;
  #running: Promise<void> | undefined;
  #failures = 0;
  #waitMs = 0;
  #stopped = false;

  /** Works from now on until `stop`. */
  constructor(options: DrainOptions) {
    this.#options = options;
    options.source.onSettled(() => this.#wake());
    if (options.source.waiting() > 0) this.#arm(0);
  }

  /** Stores what can be stored at once, then rests. What the database refuses stays in the journal. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#alarm?.clear();
    this.#alarm = undefined;
    await this.#running;
    await this.#run();
  }

  /** Called after each settle, so it must cost next to nothing. */
  #wake(): void {
    if (this.#running !== undefined || this.#failures > 0) return;
    this.#gathered += 1;
    if (this.#alarm === undefined) this.#arm(GATHER_MS);
    else if (this.#gathered === BATCH_ROWS) this.#alarm.reset(0);
  }

  #arm(delayMs: number): void {
    if (this.#stopped) return;
    this.#alarm = this.#options.clock.alarm(delayMs, () => {
      this.#alarm = undefined;
      this.#running = this.#run().finally(() => {
        this.#running = undefined;
        this.#rearm();
      });
    });
  }

  /** Rows that came while it ran were not announced. */
  #rearm(): void {
    this.#gathered = this.#options.source.waiting();
    if (this.#failures > 0) this.#arm(this.#waitMs);
    else if (this.#gathered > 0) this.#arm(GATHER_MS);
  }

  /**
   * Moves what waits now, and of what comes meanwhile full batches only: under load there is always a row more, and whoever
   * went on for a handful would pay for a transaction each time (measured, a row: 16 µs with 15 at once, 8.6 with 300).
   */
  async #run(): Promise<void> {
    const { source } = this.#options;
    let due = source.waiting();
    for (;;) {
      const moved = await this.#moveBatch();
      if (!moved.ok) return this.#fail(moved.error);
      this.#failures = 0;
      due -= moved.value;
      const isEnough = due <= 0 && source.waiting() < BATCH_ROWS && !this.#stopped;
      if (moved.value === 0 || isEnough) return;
      // A long backlog must not keep requests waiting.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** How many rows moved. */
  async #moveBatch(): Promise<Result<number, string>> {
    const { source, store } = this.#options;
    try {
      const batch: SettledBatch = source.pending(BATCH_ROWS);
      if (batch.rows.length === 0) return ok(0);
      const stored = await store.insert(batch.rows);
      if (!stored.ok) return stored;
      source.acknowledge(batch);
      return ok(batch.rows.length);
    } catch (error) {
      return err(String(error));
    }
  }

  #fail(message: string): void {
    this.#failures += 1;
    this.#waitMs = backoffMs(this.#failures, this.#options.draw());
    this.#options.onProblem(message, this.#waitMs);
  }
}

/** Doubles with each failure; the draw spreads it over the upper half, so that replicas do not come back together. */
function backoffMs(failures: number, draw: number): number {
  const whole = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** (failures - 1));
  return Math.round(whole * (0.5 + draw / 2));
}
