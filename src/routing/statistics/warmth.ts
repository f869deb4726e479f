// Which beginnings of prompts a target has seen of late, and may still have in its prompt cache. Bounded: the oldest go.

/** Beginnings remembered for each target. */
const PREFIXES_MAX = 1_024;
/** Providers keep a prompt for five minutes after its last use, or a little longer; who marks it may ask for an hour. */
const TTL_MS = 300_000;
const LONG_TTL_MS = 3_600_000;
/** Of prompts that should be in a cache, so many are found there before anybody has counted. */
const HIT_RATE_PRIOR = 0.8;
const HIT_WEIGHT = 0.1;

export class Warmth {
  /** By prefix, when it goes cold. In the order of their last use. */
  readonly #coldAt = new Map<number, number>();
  #hitRate = HIT_RATE_PRIOR;

  /** A prompt that begins so was answered. */
  seen(prefix: number, now: number, long = false): void {
    this.#coldAt.delete(prefix);
    this.#coldAt.set(prefix, now + (long ? LONG_TTL_MS : TTL_MS));
    if (this.#coldAt.size <= PREFIXES_MAX) return;
    for (const oldest of this.#coldAt.keys()) {
      this.#coldAt.delete(oldest);
      break;
    }
  }

  /** What the provider reported of a prompt that was taken to be warm. */
  found(hit: boolean): void {
    this.#hitRate += HIT_WEIGHT * ((hit ? 1 : 0) - this.#hitRate);
  }

  probability(prefix: number, now: number): number {
    const coldAt = this.#coldAt.get(prefix);
    return coldAt !== undefined && now < coldAt ? this.#hitRate : 0;
  }
}
