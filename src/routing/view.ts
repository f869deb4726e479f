// The picture of the world that a plan is made from. `gateway/` composes it of two sources: the statistics of this folder
// (times, success, headroom, warmth) and the breakers of `execution/` (health). It may be a thin reader of live state, so
// one plan reads each field once and keeps in its explanation what it used. All times are monotonic milliseconds.

import type { Target } from '#providers/target.ts';

export interface View {
  readonly now: number;
  /** The target as it is spoken to: `id`, `dialect` and `credentials` decide what is known of it. Never throws. */
  target(target: Target): TargetView;
  /** Tokens that an answer of this model (the name that clients ask for) is expected to have. */
  outputTokens(model: string): number;
}

/** Every number is finite and not negative: where nothing was seen it is the prior. */
export interface TargetView {
  /** Expected milliseconds from dispatch to the first content, for prompts of that size. */
  timeToFirstTokenMs(bucket: SizeBucket): number;
  /** The same as a quantile (0..1) of what was seen of late; undefined while that is too little to tell. */
  firstTokenQuantileMs(bucket: SizeBucket, quantile: number): number | undefined;
  /** Expected milliseconds for each token after the first, for prompts of that size. */
  timePerTokenMs(bucket: SizeBucket): number;
  /** Quantile of tokens a second, slowest first: 0.5 is the median. */
  throughputQuantile(quantile: number): number | undefined;
  /** Probability that an attempt succeeds, 0..1. */
  readonly success: number;
  /** Monotonic milliseconds of the last failure that speaks against the target; -Infinity when there was none. */
  readonly failedAt: number;
  /** Attempts that are running now. */
  readonly inFlight: number;
  /** Attempts seen, fading with time: how far the numbers above have left their priors. */
  readonly samples: number;
  /** What providers said in their headers is left, less what was begun since, by credential; empty where they say nothing. */
  readonly headroom: readonly Headroom[];
  readonly health: Health;
  /** Slow start after the statistics saw a recovery: the share of its usual traffic, 0..1; beside `health.ramp`. */
  readonly slowStart: number;
  /** Probability, 0..1, that the provider still has this beginning of a prompt (prefixes.ts) in its cache. */
  warmth(prefix: number): number;
}

export interface Headroom {
  /** Id of the credential. */
  readonly credential: string;
  readonly requests?: Allowance;
  /** Tokens of prompt and answer together, or of the prompt where they are limited apart. */
  readonly tokens?: Allowance;
}

export interface Allowance {
  readonly remaining: number;
  /** Absent when only what is left was told. */
  readonly limit?: number;
  /** The allowance is whole again. */
  readonly resetsAt: number;
}

/** Kept by credential × model × endpoint; of a target with several credentials this is the best of them. */
export interface Health {
  readonly breaker: 'closed' | 'open' | 'half-open';
  /** Of a half-open one: the one attempt that it lets through is under way. */
  readonly probing?: true;
  /** Of an open breaker: no attempt before. */
  readonly openUntil?: number;
  /** The credential rests because the provider said so (rate, quota, a revoked key): no attempt before. */
  readonly parkedUntil?: number;
  /** Slow start after recovery: the share of its usual traffic that the target gets, 0..1. */
  readonly ramp: number;
}

export const HEALTHY: Health = { breaker: 'closed', ramp: 1 };

/** Where health comes from. Cheap, total, and without effect: asking never takes the slot of a probe. */
export interface HealthSource {
  health(target: Target, now: number): Health;
  /** Of each credential that was told something; absent where nobody keeps it. */
  headroom?(target: Target, now: number): readonly Headroom[];
}

export const NO_HEADROOM: readonly Headroom[] = Object.freeze([]);

/** Whether an attempt may begin now. Half-open is for one probe, which the executor gives out. */
export function isUsable({ breaker, openUntil = 0, parkedUntil = 0, probing }: Health, now: number): boolean {
  return parkedUntil <= now && probing !== true && (breaker !== 'open' || openUntil <= now);
}

/** Prompts of like size, since the time to the first content grows with it. */
export type SizeBucket = 0 | 1 | 2 | 3 | 4;

/** Tokens of the prompt up to which a bucket goes; the last has no end. */
const BUCKET_TOKENS_MAX = [1_000, 4_000, 16_000, 64_000] as const;
export const SIZE_BUCKET_COUNT = BUCKET_TOKENS_MAX.length + 1;

export function sizeBucket(promptTokens: number): SizeBucket {
  let bucket = 0;
  for (const max of BUCKET_TOKENS_MAX) {
    if (!(promptTokens > max)) break;
    bucket += 1;
  }
  return bucket as SizeBucket;
}
