// The stretch of time that counts: reads the watched processes and the generator's own state at both edges.

import type { Job, Outcome } from './jobs.ts';
import { cpuMs, memory } from './process.ts';
import { percentile } from './statistics.ts';

const LATENESS_PERIOD_MS = 5;

/** Resting: less than two ticks of CPU time in each of two spells of 100 ms. */
const REST_MS = 100;
const RESTS = 2;
const RESTING_CPU_MS = 20;
const QUIET_MS_MAX = 5_000;

export class Window {
  readonly #watch: readonly number[];
  readonly #memoryBefore;
  readonly #cpuBefore;
  readonly #ownCpuBefore;
  readonly #startedAt;
  readonly #lateMs: number[] = [];
  readonly #timer;
  #windowMs = 0;
  #quietMs = 0;
  #busy = 0;

  constructor(job: Job) {
    this.#watch = job.watch;
    this.#memoryBefore = memory(job.watch);
    this.#ownCpuBefore = process.cpuUsage();
    this.#cpuBefore = cpuMs(job.watch);
    this.#startedAt = performance.now();
    let due = this.#startedAt + LATENESS_PERIOD_MS;
    this.#timer = setInterval(() => {
      const now = performance.now();
      this.#lateMs.push(Math.max(0, now - due));
      due = now + LATENESS_PERIOD_MS;
    }, LATENESS_PERIOD_MS);
  }

  elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  /** Ends the time that counts; the watched processes may go on with what they put off. */
  stop(): void {
    clearInterval(this.#timer);
    this.#windowMs = this.elapsedMs();
    const own = process.cpuUsage(this.#ownCpuBefore);
    this.#busy = (own.user + own.system) / 1000 / this.#windowMs;
  }

  /**
   * Waits until the watched processes rest, so that work they do behind the answers (a database that catches up, garbage
   * collection) is counted too. Gives up after QUIET_MS_MAX.
   */
  async quiet(): Promise<void> {
    const startedAt = performance.now();
    for (let rests = 0; rests < RESTS && performance.now() - startedAt < QUIET_MS_MAX;) {
      const before = cpuMs(this.#watch);
      await Bun.sleep(REST_MS);
      rests = cpuMs(this.#watch) - before < RESTING_CPU_MS ? rests + 1 : 0;
    }
    this.#quietMs = performance.now() - startedAt - RESTS * REST_MS;
  }

  /** What the processes spent and hold by now. Once only, after `stop`. */
  close(): Pick<Outcome, 'windowMs' | 'quietMs' | 'cpuMs' | 'memory' | 'generator'> {
    const spentMs = cpuMs(this.#watch) - this.#cpuBefore;
    const lateMs = this.#lateMs.sort((a, b) => a - b);
    return {
      windowMs: this.#windowMs,
      quietMs: this.#quietMs,
      cpuMs: spentMs,
      memory: { before: this.#memoryBefore, after: memory(this.#watch) },
      generator: { lateMsP99: percentile(lateMs, 0.99), busy: this.#busy },
    };
  }
}
