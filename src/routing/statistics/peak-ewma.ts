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
const QUICK_SAMPLES = 4;
/** The two means are that many times apart when the world has changed. */
const CHANGE = Math.log(2.5);
/** So many times apart, and the quick one counts until there is more to go by. */
const WARNED = Math.log(2);
/** After a change for the worse one sample that is so many times better is enough for a change back: few are made then. */
const RECOVERY = 2.5;
/** After a bad time what it was before counts as so many samples, the one that ended it among them. */
const REMEMBERED = 24;
/** Who takes at most so many times as long as before is taken to be well again. */
const AS_WELL = 2;
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
  #warned = false;
  /** Before the last samples, if those were suspiciously late. */
  #calmMean = 0;
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
    if (this.#run === 0) return this.#begin(value, 1);
    this.#gapMs += 0.2 * (elapsedMs - this.#gapMs);
    this.#quickLog += QUICK * (Math.log(value) - this.#quickLog);
    if (this.#ill && value * RECOVERY < this.#mean) return this.#change('better', value);
    const apart = this.#quickLog - Math.log(this.#mean);
    if (Math.abs(apart) > CHANGE) return this.#change(apart > 0 ? 'worse' : 'better', value);
    this.#run += 1;
    this.#warned = apart > WARNED;
    if (!this.#warned) this.#calmMean = this.#mean;
    const memoryMs = Math.max(MEMORY_MS, MEMORY_GAPS * this.#gapMs);
    const weight = Math.max(1 / this.#run, 1 - Math.exp(-elapsedMs / memoryMs));
    this.#mean += weight * (Math.min(value, this.#mean * OUTLIER) - this.#mean);
    return undefined;
  }

  /** The mean, or what is left of it beside the prior after a time without samples. */
  value(now: number, prior: number): number {
    if (this.#run === 0) return prior;
    // One very late answer is a warning: until the next it may have been the first of many.
    const mean = this.#warned ? Math.exp(this.#quickLog) : this.#mean;
    if (mean <= prior) return mean;
    const left = this.#left(now);
    return left > 0.999 ? mean : Math.exp(left * Math.log(mean) + (1 - left) * Math.log(prior));
  }

  samples(now: number): number {
    return this.#run === 0 ? 0 : this.#seen * this.#left(now);
  }

  #change(change: 'worse' | 'better', value: number): Change {
    // What it was before must not be taken for another change: the quick mean begins anew too.
    if (change === 'worse') {
      // Who falls ill again soon was perhaps not well in between.
      const wasWell = this.#run >= 2 * REMEMBERED || this.#calmMean < this.#wellMean;
      if (!this.#ill && (wasWell || this.#wellMean === 0)) this.#wellMean = this.#calmMean;
      this.#ill = true;
      this.#begin(value, 1);
      return change;
    }
    const recovers = this.#ill && value <= this.#wellMean * AS_WELL;
    // As well as before: then it is what it was. By one lucky sample alone everybody would rush there.
    if (recovers) this.#begin((value + (REMEMBERED - 1) * this.#wellMean) / REMEMBERED, REMEMBERED);
    else if (this.#ill) this.#begin(value, 1);
    else this.#begin(Math.max(value, Math.exp(this.#quickLog)), QUICK_SAMPLES);
    this.#ill &&= !recovers;
    return recovers ? change : undefined;
  }

  #begin(mean: number, samples: number): undefined {
    this.#mean = mean;
    this.#calmMean = mean;
    this.#warned = false;
    this.#quickLog = Math.log(mean);
    this.#run = samples;
    return undefined;
  }

  #left(now: number): number {
    const silentMs = now - this.#at - this.#gapMs;
    return silentMs > 0 ? Math.exp(-silentMs / Math.max(FADE_MS, FADE_GAPS * this.#gapMs)) : 1;
  }
}
