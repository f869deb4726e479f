// How likely an attempt is to succeed, from how the last ones ended. Failures count at once, and so does a recovery: two
// good answers after a bad time and what was known is forgotten.

/** Milliseconds that the rate remembers; where attempts are rare, so many gaps between them. */
const MEMORY_MS = 10_000;
const MEMORY_GAPS = 20;
const FADE_MS = 60_000;
const QUICK = 0.4;
/** The quick rate is that far below the slow one after three failures in a row, and then it counts. */
const BREAKDOWN = 0.7;
/** Below this the target is having a bad time, which so many good answers in a row end. */
const BAD = 0.7;
const RECOVERY = 2;
/** Before anything was seen. */
const PRIOR = 0.99;
/** The prior counts as so many attempts. */
const PRIOR_ATTEMPTS = 4;
/** Never quite none: a target without any chance could not show that it is well again. */
const LEAST = 0.02;

export class SuccessRate {
  #rate = PRIOR;
  #quick = PRIOR;
  #attempts = PRIOR_ATTEMPTS;
  /** Good answers in a row; they count while it is having a bad time. */
  #streak = 0;
  #bad = false;
  #gapMs = 0;
  #at: number | undefined;

  /** True when this is the moment at which a target that was bad is taken to be well again. */
  observe(succeeded: boolean, now: number): boolean {
    if (!Number.isFinite(now)) return false;
    const elapsedMs = this.#at === undefined ? 0 : Math.max(0, now - this.#at);
    this.#at = this.#at === undefined ? now : Math.max(this.#at, now);
    this.#gapMs += 0.2 * (elapsedMs - this.#gapMs);
    const value = succeeded ? 1 : 0;
    this.#quick += QUICK * (value - this.#quick);
    this.#attempts += 1;
    const memoryMs = Math.max(MEMORY_MS, MEMORY_GAPS * this.#gapMs);
    const weight = Math.max(1 / this.#attempts, 1 - Math.exp(-elapsedMs / memoryMs));
    this.#rate += weight * (value - this.#rate);
    if (this.#rate - this.#quick > BREAKDOWN) this.#begin(this.#quick, 1);
    this.#streak = succeeded ? this.#streak + 1 : 0;
    this.#bad ||= this.#rate < BAD;
    if (!this.#bad || this.#streak < RECOVERY) return false;
    this.#bad = false;
    this.#begin(PRIOR, PRIOR_ATTEMPTS);
    this.#quick = PRIOR;
    return true;
  }

  /** 0.02..1; fades towards the prior while nothing is tried. */
  value(now: number): number {
    if (this.#at === undefined) return PRIOR;
    const silentMs = Math.max(0, now - this.#at - this.#gapMs);
    const left = Math.exp(-silentMs / Math.max(FADE_MS, MEMORY_GAPS * this.#gapMs));
    return Math.min(1, Math.max(LEAST, PRIOR + (this.#rate - PRIOR) * left));
  }

  #begin(rate: number, attempts: number): void {
    this.#rate = rate;
    this.#attempts = attempts;
  }
}
