// A circuit breaker: closed while things go well, open while they do not, half-open for one probe. It has no clock of its
// own; every call says what time it is, in monotonic milliseconds.

import type { Draw } from '#base/random.ts';

/** Results are counted in so many slots of so many milliseconds: the last half minute. */
const SLOTS = 6;
const SLOT_MS = 5_000;
const SAMPLES_MIN = 5;
const FAILED_SHARE = 0.5;
/** A target with fewer results than this in the window is quiet: three failures in a row are enough to know. */
const QUIET_SAMPLES = 20;
const IN_A_ROW_QUIET = 3;
const IN_A_ROW_BUSY = 5;
/** While traffic waits for it a target is tried again soon: a probe each quarter of a minute costs nobody much. */
const OPEN_MS = [5_000, 10_000, 15_000] as const;
/** Those who opened together do not come back together. */
const JITTER_SHARE = 0.1;
/** A target that has just come back gets a tenth of its traffic, and all of it after so long. */
const RAMP_MS = 10_000;
const RAMP_FROM = 0.1;
/** After so long without opening it opens for the shortest time again. */
const CALM_MS = 20_000;

export type Verdict = 'closed' | 'open' | 'half-open';

export class Breaker {
  openUntil = 0;
  #verdict: Verdict = 'closed';
  /** The one call that may find out whether it works again is under way. */
  #probing = false;
  #inARow = 0;
  /** How often it opened since it last went well for so long. */
  #openings = 0;
  #closedAt = -Infinity;
  #slot = 0;
  #good: number[] = [0, 0, 0, 0, 0, 0];
  #bad: number[] = [0, 0, 0, 0, 0, 0];

  verdict(now: number): Verdict {
    if (this.#verdict === 'open' && now >= this.openUntil) return 'half-open';
    return this.#verdict;
  }

  /** Nothing has gone wrong since something last went well. */
  get spotless(): boolean {
    return this.#verdict === 'closed' && this.#inARow === 0;
  }

  get probing(): boolean {
    return this.#probing;
  }

  /** Share of the usual traffic, 0.1 to 1. */
  ramp(now: number): number {
    const since = now - this.#closedAt;
    if (since >= RAMP_MS) return 1;
    return RAMP_FROM + (1 - RAMP_FROM) * (Math.max(0, since) / RAMP_MS);
  }

  /** Takes the slot of the probe; false when it is taken. */
  probe(): boolean {
    if (this.#probing) return false;
    this.#probing = true;
    return true;
  }

  /** A call ended without telling anything: its client left, or the fault was the request's. */
  release(probe: boolean): void {
    if (probe) this.#probing = false;
  }

  succeed(now: number, probe: boolean): void {
    this.release(probe);
    this.#roll(now);
    this.#good[this.#slot % SLOTS]! += 1;
    this.#inARow = 0;
    // A success that began before the breaker opened says nothing about now.
    if (this.#verdict === 'closed' || !probe) return;
    this.#verdict = 'closed';
    this.#closedAt = now;
    this.#good.fill(0);
    this.#bad.fill(0);
  }

  /** `floorMs`: the provider said not to come back before. */
  fail(now: number, draw: Draw, probe: boolean, floorMs = 0): void {
    this.release(probe);
    this.#roll(now);
    this.#bad[this.#slot % SLOTS]! += 1;
    this.#inARow += 1;
    if (this.#verdict === 'closed' ? this.#tooBad() : probe) this.#open(now, draw, floorMs);
    else if (this.#verdict !== 'closed') this.openUntil = Math.max(this.openUntil, now + floorMs);
  }

  /** Opens at once, for a fault that does not pass by itself. */
  trip(now: number, durationMs: number, probe: boolean): void {
    this.release(probe);
    this.#inARow += 1;
    this.#verdict = 'open';
    this.openUntil = Math.max(this.openUntil, now + durationMs);
  }

  #open(now: number, draw: Draw, floorMs: number): void {
    if (now - this.#closedAt > CALM_MS && this.#verdict === 'closed') this.#openings = 0;
    const longest = OPEN_MS[Math.min(this.#openings, OPEN_MS.length - 1)] ?? 0;
    this.#openings += 1;
    this.#verdict = 'open';
    this.openUntil = now + Math.max(longest * (1 - draw() * JITTER_SHARE), floorMs);
  }

  #tooBad(): boolean {
    let good = 0;
    let bad = 0;
    for (const count of this.#good) good += count;
    for (const count of this.#bad) bad += count;
    const samples = good + bad;
    if (this.#inARow >= (samples < QUIET_SAMPLES ? IN_A_ROW_QUIET : IN_A_ROW_BUSY)) return true;
    return samples >= SAMPLES_MIN && bad / samples >= FAILED_SHARE;
  }

  /** Forgets what is older than the window. */
  #roll(now: number): void {
    const slot = Math.floor(now / SLOT_MS);
    if (slot === this.#slot) return;
    const from = Math.max(this.#slot + 1, slot - SLOTS + 1);
    for (let gone = from; gone <= slot; gone += 1) {
      this.#good[gone % SLOTS] = 0;
      this.#bad[gone % SLOTS] = 0;
    }
    this.#slot = Math.max(this.#slot, slot);
  }
}
