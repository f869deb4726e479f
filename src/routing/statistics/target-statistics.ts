// What is known of one target from its own attempts. Time is an argument; every number that comes out is finite.

import { SIZE_BUCKET_COUNT } from '../view.ts';
import type { SizeBucket } from '../view.ts';
import { PeakEwma } from './peak-ewma.ts';
import { Quantiles } from './quantiles.ts';
import { SuccessRate } from './success-rate.ts';
import { Warmth } from './warmth.ts';

/** Milliseconds to the first content before anything was seen, by size of the prompt. Nobody publishes such numbers. */
const FIRST_TOKEN_PRIOR_MS = [800, 1_000, 1_500, 3_000, 6_000] as const;
/** Fifty tokens a second. */
const TOKEN_PRIOR_MS = 20;
/** After a recovery a target gets its share back over this time, from this part of it on. */
const SLOW_START_MS = 8_000;
const SLOW_START_FROM = 0.2;
/** Answers shorter than this say little about speed. */
const TOKENS_MIN = 8;

export interface Ended {
  /** Undefined when the end says nothing about the target: the client left, or is to blame. */
  readonly succeeded: boolean | undefined;
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  /** The first content was seen, and `firstToken` told so. */
  readonly begun: boolean;
  /** Size of the prompt; told where tokens of the answer are. */
  readonly bucket?: SizeBucket;
  /** Tokens of the answer, and milliseconds from its first content to its end. */
  readonly outputTokens?: number | undefined;
  readonly writingMs?: number | undefined;
}

export class TargetStatistics {
  readonly warmth = new Warmth();
  inFlight = 0;
  failedAt = -Infinity;
  readonly #firstToken: (PeakEwma | undefined)[] = Array.from({ length: SIZE_BUCKET_COUNT });
  readonly #firstTokens: (Quantiles | undefined)[] = Array.from({ length: SIZE_BUCKET_COUNT });
  readonly #perToken: (PeakEwma | undefined)[] = Array.from({ length: SIZE_BUCKET_COUNT });
  readonly #speeds = new Quantiles();
  readonly #success = new SuccessRate();
  /** Attempts that wait for their first content, and since when none of them has got any. */
  #waiting = 0;
  #silentSince: number | undefined;
  #recoveredAt = -Infinity;

  begin(now: number): void {
    this.inFlight += 1;
    this.#waiting += 1;
    if (Number.isFinite(now)) this.#silentSince ??= now;
  }

  firstToken(tookMs: number, bucket: SizeBucket, now: number): void {
    this.#heard();
    if (this.#isOld(now - tookMs)) return;
    const change = (this.#firstToken[bucket] ??= new PeakEwma()).observe(tookMs, now);
    (this.#firstTokens[bucket] ??= new Quantiles()).observe(tookMs, now);
    if (change === 'better') this.#recoveredAt = now;
  }

  /** A time that was longer than this, nobody knows by how much. */
  tooLate(waitedMs: number, bucket: SizeBucket, now: number): void {
    if (this.#isOld(now - waitedMs)) return;
    (this.#firstToken[bucket] ??= new PeakEwma()).observe(waitedMs, now);
    (this.#firstTokens[bucket] ??= new Quantiles()).observe(waitedMs, now);
  }

  /** Times that were reckoned from the whole. */
  wholeAnswer(
    {
      firstMs,
      eachMs,
      outputTokens,
    }: { readonly firstMs: number; readonly eachMs: number; readonly outputTokens: number },
    bucket: SizeBucket,
    now: number,
  ): void {
    const change = (this.#firstToken[bucket] ??= new PeakEwma()).observe(firstMs, now);
    if (change === 'better') this.#recoveredAt = now;
    if (outputTokens >= TOKENS_MIN) (this.#perToken[bucket] ??= new PeakEwma()).observe(eachMs, now);
  }

  end(
    { succeeded, startedAt, begun, bucket = 0, outputTokens = 0, writingMs = 0 }: Ended,
    now: number,
  ): void {
    this.inFlight = Math.max(0, this.inFlight - 1);
    if (!begun) this.#heard();
    if (succeeded === false && this.#isOld(startedAt)) return;
    if (succeeded === false) this.failedAt = now;
    if (succeeded !== undefined && this.#success.observe(succeeded, now)) this.#recoveredAt = now;
    if (outputTokens < TOKENS_MIN || !(writingMs > 0) || this.#isOld(startedAt)) return;
    const eachMs = writingMs / (outputTokens - 1);
    const change = (this.#perToken[bucket] ??= new PeakEwma()).observe(eachMs, now);
    if (change === 'better') this.#recoveredAt = now;
    this.#speeds.observe(1_000 / eachMs, now);
  }

  /**
   * The mean of that size, or of the size nearest to it that was seen, in the proportion of the priors. Never less than
   * the time for which the target has been silent while somebody waits: who does not answer at all leaves no sample.
   */
  timeToFirstTokenMs(bucket: SizeBucket, now: number): number {
    const prior = FIRST_TOKEN_PRIOR_MS[bucket];
    const seen = nearestSeen(this.#firstToken, bucket);
    const known = seen === undefined ? undefined : this.#firstToken[seen];
    const priorThere = seen === undefined ? prior : (FIRST_TOKEN_PRIOR_MS[seen] ?? prior);
    const expected = known === undefined ? prior : (known.value(now, priorThere) * prior) / priorThere;
    const silentMs = this.#silentSince === undefined ? 0 : now - this.#silentSince;
    return silentMs > expected ? silentMs : expected;
  }

  firstTokenQuantileMs(bucket: SizeBucket, quantile: number, now: number): number | undefined {
    return this.#firstTokens[bucket]?.at(quantile, now);
  }

  /** The mean of that size, or of the one nearest to it that was seen. */
  timePerTokenMs(bucket: SizeBucket, now: number): number {
    const seen = nearestSeen(this.#perToken, bucket);
    return (
      (seen === undefined ? undefined : this.#perToken[seen]?.value(now, TOKEN_PRIOR_MS)) ?? TOKEN_PRIOR_MS
    );
  }

  /** The slowest come first, as with times. */
  throughputQuantile(quantile: number, now: number): number | undefined {
    return this.#speeds.at(quantile, now);
  }

  success(now: number): number {
    return this.#success.value(now);
  }

  samples(now: number): number {
    let samples = 0;
    for (const bucket of this.#firstToken) samples += bucket?.samples(now) ?? 0;
    return samples;
  }

  slowStart(now: number): number {
    const since = now - this.#recoveredAt;
    if (!(since < SLOW_START_MS) || since < 0) return 1;
    return SLOW_START_FROM + ((1 - SLOW_START_FROM) * since) / SLOW_START_MS;
  }

  /** An attempt that began before the recovery says nothing about now: it has failed, or was slow, for what is over. */
  #isOld(startedAt: number): boolean {
    return startedAt < this.#recoveredAt;
  }

  /** Somebody who waited was answered, or gave up. */
  #heard(): void {
    this.#waiting = Math.max(0, this.#waiting - 1);
    this.#silentSince = undefined;
  }
}

function nearestSeen(means: readonly (PeakEwma | undefined)[], bucket: SizeBucket): number | undefined {
  for (let apart = 0; apart < SIZE_BUCKET_COUNT; apart += 1) {
    if (means[bucket - apart] !== undefined) return bucket - apart;
    if (means[bucket + apart] !== undefined) return bucket + apart;
  }
  return undefined;
}
