// What there is room for: the queue, the limits that lanes have learned, and what was refused for want of room.

import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

import { PRIORITIES } from '#canonical/priority.ts';
import type { Priority } from '#canonical/priority.ts';

/** Lanes with a limit that are shown; the limits of more are in force all the same. */
const LANES_MAX = 1_000;
const WAIT_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80];
const MS_PER_SECOND = 1_000;

export interface LaneFigures {
  readonly target: string;
  readonly credential: string;
  readonly limit: number;
  readonly inFlight: number;
}

/** A reason, and how often it was one, for each class. */
export type Counts = (reason: string, priority: Priority) => number;

export type NoteWait = (priority: Priority, waitedMs: number) => void;

export interface Capacity {
  readonly waiting: (priority: Priority) => number;
  readonly queueRefusals: readonly string[];
  readonly queueRefused: Counts;
  readonly shedReasons: readonly string[];
  readonly shed: Counts;
  /** Those that have a limit. */
  readonly lanes: () => Iterable<LaneFigures>;
}

/** Gives the function that takes note of a wait which has ended well. */
export function registerCapacity(registry: Registry, capacity: Capacity): NoteWait {
  const registers = [registry];
  const waiting = new Gauge({
    name: 'clew_queue_waiting',
    help: 'Exchanges that wait for a target.',
    labelNames: ['priority'],
    registers,
    collect: () => {
      for (const priority of PRIORITIES) waiting.set({ priority }, capacity.waiting(priority));
    },
  });
  registerRefused(registry, 'clew_queue_refused_total', 'Exchanges that got no target in time.', {
    reasons: capacity.queueRefusals,
    count: capacity.queueRefused,
  });
  registerRefused(registry, 'clew_shed_total', 'Requests refused at the door for load.', {
    reasons: capacity.shedReasons,
    count: capacity.shed,
  });
  registerLanes(registry, capacity);
  const waits = new Histogram({
    name: 'clew_queue_wait_seconds',
    help: 'Waits that ended with a call.',
    labelNames: ['priority'],
    buckets: WAIT_SECONDS,
    registers,
  });
  return (priority, waitedMs) => waits.observe({ priority }, waitedMs / MS_PER_SECOND);
}

interface Refused {
  readonly reasons: readonly string[];
  readonly count: Counts;
}

function registerRefused(registry: Registry, name: string, help: string, { reasons, count }: Refused): void {
  const counter = new Counter({
    name,
    help,
    labelNames: ['reason', 'priority'],
    registers: [registry],
    collect: () => {
      counter.reset();
      for (const reason of reasons) {
        for (const priority of PRIORITIES) counter.inc({ reason, priority }, count(reason, priority));
      }
    },
  });
}

function registerLanes(registry: Registry, { lanes }: Capacity): void {
  const labelNames = ['target', 'credential'] as const;
  const limit = new Gauge({
    name: 'clew_lane_limit',
    help: 'Calls at once that a credential is found to have at a target.',
    labelNames,
    registers: [registry],
    collect: () => {
      limit.reset();
      inFlight.reset();
      let shown = 0;
      for (const lane of lanes()) {
        if (shown === LANES_MAX) break;
        shown += 1;
        const labels = { target: lane.target, credential: lane.credential };
        limit.set(labels, lane.limit);
        inFlight.set(labels, lane.inFlight);
      }
    },
  });
  // Written out after the limit, which has read both.
  const inFlight = new Gauge({
    name: 'clew_lane_in_flight',
    help: 'Calls that run there, where there is such a limit.',
    labelNames,
    registers: [registry],
  });
}
