// Who is tried only when nobody else is left: targets that rest, that have no allowance left, or that are slower than was
// wished for. They stay in the plan, at its end, so that the last target of a model is never taken away.

import type { Percentiles } from '#canonical/request.ts';
import { isUsable } from '../view.ts';
import type { SizeBucket, TargetView } from '../view.ts';
import type { Bounds } from '../rules.ts';

export interface Standing {
  readonly bucket: SizeBucket;
  /** Of the rate limits, 0..1: `roomIn`. */
  readonly room: number;
}

export function lastBecause(
  view: TargetView,
  { bucket, room }: Standing,
  bounds: Bounds,
  now: number,
): string | undefined {
  const { health } = view;
  if (!isUsable(health, now)) {
    if ((health.parkedUntil ?? 0) > now) return 'its credentials rest';
    return health.probing === true ? 'is being tried out' : 'its breaker is open';
  }
  if (room === 0) return 'its rate limit is used up';
  for (const { minThroughput, maxLatencyMs } of bounds.providers) {
    if (minThroughput !== undefined && isSlower(view, minThroughput)) return 'is slower than min_throughput';
    if (maxLatencyMs !== undefined && isLater(view, maxLatencyMs, bucket)) return 'is later than max_latency';
  }
  return undefined;
}

const QUANTILES = [
  ['p50', 0.5],
  ['p75', 0.75],
  ['p90', 0.9],
  ['p99', 0.99],
] as const satisfies readonly (readonly [keyof Percentiles, number])[];

/** Of speeds the p90 is what nine in ten answers reach, hence a low quantile. Nobody is slow before it was seen. */
function isSlower(view: TargetView, wished: Percentiles): boolean {
  return QUANTILES.some(([name, quantile]) => {
    const least = wished[name];
    return least !== undefined && (view.throughputQuantile(1 - quantile) ?? Infinity) < least;
  });
}

function isLater(view: TargetView, wished: Percentiles, bucket: SizeBucket): boolean {
  return QUANTILES.some(([name, quantile]) => {
    const most = wished[name];
    return most !== undefined && (view.firstTokenQuantileMs(bucket, quantile) ?? 0) > most;
  });
}
