// The metrics of several processes as those of one: counts are added up, and of times that are no sums the longest is shown.

import { AggregatorRegistry } from 'prom-client';

import type { WorkerMetrics } from './metrics.ts';

/** In Prometheus's text format. */
export function textOfAll(all: readonly WorkerMetrics[]): Promise<string> {
  return AggregatorRegistry.aggregate([...all]).metrics();
}
