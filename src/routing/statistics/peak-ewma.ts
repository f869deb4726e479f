// A moving mean of durations that believes a change at once. Slow and fast live side by side: a mean that weighs samples by
// the time between them (so that a burst is not a trend), and a quick one over the last few. Where they part, the world has
// changed: the mean begins anew from the sample, worse or better. Peak-EWMA as balancers know it takes every worse sample
// for a change; first tokens vary too much for that.

/** Milliseconds that the mean remembers; where samples are rare, so many gaps between them. Changes do not wait for it. */
const MEMORY_MS = 30_000;
const MEMORY_GAPS = 50;
/** What is worse than the prior fades towards it while nothing is seen, so that who was bad once is asked again. */
const FADE_MS = 60_000;
const FADE_GAPS = 20;
/** Weight of a sample in the quick mean: the last four make most of it. */
const QUICK = 0.4;
/** The two means are that many times apart when the world has changed. */
const CHANGE = Math.log(2.5);
/** After a change for the worse one sample that is so many times better is enough for a change back: few are made then. */
const RECOVERY = 2.5;
/** What it was before a bad time counts as one sample less than this. */
const REMEMBERED = 8;
/** One outlier moves the mean by no more than if it were that many times the mean. */
const OUTLIER = 10;

const LEAST = 1e-3;
const MOST = 1e7;

/** `better` only after `worse`: who was never ill does not recover. */
export type Change = 'worse' | 'better' | undefined;

export class PeakEwma {
  #mean = 0;
  #quickLog = 0;
  /** Samples since the last change. */
  #run = 0;
  /** The last change was for the worse, and before it the mean was this. */
  #ill = false;
  #wellMean = 0;
  #at = 0;
  #gapMs = 0;
  /** Samples in all, fading. */
  #seen = 0;

  /** What is no number above zero is no sample. Time that goes back stands still. */
  observe(sample: number, now: number): Change {
    if (!(sample > 0) || !Number.isFinite(now)) return undefined;
    const value = Math.min(MOST, Math.max(LEAST, sample));
    const elapsedMs = this.#run === 0 ? 0 : Math.max(0, now - this.#at);
    this.#seen = this.samples(now) + 1;
    this.#at = this.#run === 0 ? now : Math.max(this.#at, now);
    if (this.#run === 0) return this.#begin(value, Math.log(value));
    this.#gapMs += 0.2 * (elapsedMs - this.#gapMs);
    this.#quickLog += QUICK * (Math.log(value) - this.#quickLog);
    if (this.#ill && value * RECOVERY < this.#mean) return this.#change('better', value);
    const apart = this.#quickLog - Math.log(this.#mean);
    if (Math.abs(apart) > CHANGE) return this.#change(apart > 0 ? 'worse' : 'better', value);
    this.#run += 1;
    const memoryMs = Math.max(MEMORY_MS, MEMORY_GAPS * this.#gapMs);
    const weight = Math.max(1 / this.#run, 1 - Math.exp(-elapsedMs / memoryMs));
    this.#mean += weight * (Math.min(value, this.#mean * OUTLIER) - this.#mean);
    return undefined;
  }

  /** The mean, or what is left of it beside the prior after a time without samples. */
  value(now: number, prior: number): number {
    if (this.#run === 0) return prior;
    if (this.#mean <= prior) return this.#mean;
    const left = this.#left(now);
    return left > 0.999 ? this.#mean : Math.exp(left * Math.log(this.#mean) + (1 - left) * Math.log(prior));
  }

  samples(now: number): number {
    return this.#run === 0 ? 0 : this.#seen * this.#left(now);
  }

  #change(change: 'worse' | 'better', value: number): Change {
    const recovers = this.#ill && change === 'better';
    if (change === 'worse' && !this.#ill) this.#wellMean = this.#mean;
    this.#ill = change === 'worse';
    // What it was before must not be taken for another change.
    this.#begin(value, Math.log(value));
    if (recovers) this.#remember(value);
    return change === 'better' && !recovers ? undefined : change;
  }

  /** As well as it was before, about: then it is what it was. One lucky sample would have everybody rush there. */
  #remember(value: number): void {
    if (Math.abs(Math.log(value / this.#wellMean)) > 2 * CHANGE) return;
    this.#run = REMEMBERED;
    this.#mean = (value + (REMEMBERED - 1) * this.#wellMean) / REMEMBERED;
    this.#quickLog = Math.log(this.#mean);
  }

  #begin(mean: number, quickLog: number): undefined {
    this.#mean = mean;
    this.#quickLog = quickLog;
    this.#run = 1;
    return undefined;
  }

  #left(now: number): number {
    const silentMs = now - this.#at - this.#gapMs;
    return silentMs > 0 ? Math.exp(-silentMs / Math.max(FADE_MS, FADE_GAPS * this.#gapMs)) : 1;
  }
}
