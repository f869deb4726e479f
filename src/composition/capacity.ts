// What the process has room for: its memory of targets with the queue before them, and its own load; both are measured.

import { memoryUsage } from 'node:process';

import type { Clock } from '#base/clock.ts';
import { REFUSALS } from '#execution/capacity/queue.ts';
import type { Refusal } from '#execution/capacity/queue.ts';
import { Engine } from '#execution/engine.ts';
import { SHED_REASONS } from '#gateway/shedding.ts';
import type { ShedReason } from '#gateway/shedding.ts';
import { LoadMonitor } from '#server/load-monitor.ts';
import type { Log } from '#telemetry/log.ts';
import type { Metrics } from '#telemetry/metrics.ts';

export function startCapacity(clock: Clock, log: Log, metrics: Metrics) {
  const engine = new Engine();
  const load = new LoadMonitor({
    now: () => clock.now(),
    heap: () => memoryUsage().heapUsed,
    say: (event, fields) => log.warn(event, fields),
  });
  load.start();
  engine.queue.onWaited = metrics.capacity({
    waiting: (priority) => engine.queue.waitingOf(priority),
    queueRefusals: REFUSALS,
    queueRefused: (reason, priority) => engine.queue.refused(reason as Refusal, priority),
    shedReasons: SHED_REASONS,
    shed: (reason, priority) => load.shedOf(reason as ShedReason, priority),
    lanes: () => engine.health.limited(),
  });
  return { engine, load, stop: () => load.stop() };
}
