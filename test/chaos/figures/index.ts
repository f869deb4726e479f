// Everything that is measured, one after the other: they would spoil each other's times.

import { measureFallback } from './fallback.ts';
import type { Measurement } from './figure.ts';
import { measureHedging } from './hedging.ts';
import { measureKilledWorker } from './killed-worker.ts';
import { measureDisconnects, measureSlowReaders } from './leaving.ts';
import { measureOutage, measureTotalFailure } from './outage.ts';
import { measureTwoTargets } from './two-targets.ts';

export function measurements(requests: number): readonly Measurement[] {
  return [
    () => measureTwoTargets(requests),
    measureFallback,
    measureOutage,
    measureTotalFailure,
    measureHedging,
    measureDisconnects,
    measureSlowReaders,
    measureKilledWorker,
  ];
}
