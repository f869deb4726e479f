// Quantiles of what was seen in the last minutes: a histogram on a logarithmic scale whose older counts fade. Bounded, and
// right to an eighth of the value.

const BINS = 64;
/** Each bin reaches a quarter further than the one before: from 1 to 1.6 million. */
const LOG_STEP = Math.log(1.25);
/** Half of what was seen so long ago still counts: five minutes in all, about. */
const HALF_LIFE_MS = 150_000;
/** With less weight than so many samples there is no telling. */
const WEIGHT_MIN = 20;
/** Weights grow with time instead of all bins shrinking; before they grow too large everything is scaled down. */
const WEIGHT_MAX = 2 ** 20;

export class Quantiles {
  readonly #bins = new Float64Array(BINS);
  #total = 0;
  /** A sample at this moment weighs 1. */
  #since: number | undefined;
  /** What was asked for last, while nothing was seen since: plans ask for one quantile far more often. */
  #asked = Number.NaN;
  #answer = 0;

  observe(sample: number, now: number): void {
    if (!(sample > 0) || !Number.isFinite(sample) || !Number.isFinite(now)) return;
    const weight = this.#weightAt(now);
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(Math.log(sample) / LOG_STEP)));
    this.#bins[bin] = (this.#bins[bin] ?? 0) + weight;
    this.#total += weight;
    this.#asked = Number.NaN;
  }

  /** 0..1; undefined while too little was seen of late. */
  at(quantile: number, now: number): number | undefined {
    if (this.#since === undefined || !Number.isFinite(now)) return undefined;
    if (this.#total < WEIGHT_MIN * 2 ** ((now - this.#since) / HALF_LIFE_MS)) return undefined;
    if (quantile !== this.#asked) {
      this.#answer = this.#find(quantile);
      this.#asked = quantile;
    }
    return this.#answer;
  }

  #find(quantile: number): number {
    let left = Math.min(1, Math.max(0, quantile)) * this.#total;
    for (let bin = 0; bin < BINS; bin += 1) {
      const weight = this.#bins[bin] ?? 0;
      if (weight > 0 && left <= weight) return Math.exp(LOG_STEP * (bin + left / weight));
      left -= weight;
    }
    return Math.exp(LOG_STEP * BINS);
  }

  #weightAt(now: number): number {
    this.#since ??= now;
    // A clock that went back must not make the past weigh more than the present ever will.
    const weight = 2 ** (Math.max(0, now - this.#since) / HALF_LIFE_MS);
    if (weight <= WEIGHT_MAX) return weight;
    for (let bin = 0; bin < BINS; bin += 1) this.#bins[bin] = (this.#bins[bin] ?? 0) / weight;
    this.#total /= weight;
    this.#since = now;
    return 1;
  }
}
