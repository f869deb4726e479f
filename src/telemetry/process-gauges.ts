// What is true at the moment of a scrape: work in flight, queues, and the state of the process. The library's own default
// metrics read what only another runtime has.

import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { memoryUsage, uptime, cpuUsage } from 'node:process';

import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

export interface Gauges {
  readonly inFlight: () => number;
  /** Settled rows that the database has not taken. */
  readonly journalWaiting: () => number;
  readonly journalBytes: () => number;
  readonly logLinesDropped: () => number;
  readonly alarmsArmed: () => number;
}

interface Reading {
  readonly name: string;
  readonly help: string;
  readonly read: () => number;
  /** How the readings of several processes become one; their sum unless said. */
  readonly together?: 'max';
}

const DELAY_RESOLUTION_MS = 20;
const NANO_PER_SECOND = 1e9;
const MICRO_PER_SECOND = 1e6;

const PROCESS: readonly Reading[] = [
  {
    name: 'process_open_fds',
    help: 'Open file descriptors; 0 where the system does not say.',
    read: openDescriptors,
  },
  {
    name: 'process_resident_memory_bytes',
    help: 'Resident memory of the process.',
    read: () => memoryUsage.rss(),
  },
  {
    name: 'process_heap_used_bytes',
    help: 'Heap in use by JavaScript objects.',
    read: () => memoryUsage().heapUsed,
  },
  {
    name: 'process_uptime_seconds',
    help: 'Seconds since the process started.',
    read: uptime,
    together: 'max',
  },
  {
    name: 'process_cpu_seconds',
    help: 'CPU time of the process, user and system.',
    read: () => {
      const { user, system } = cpuUsage();
      return (user + system) / MICRO_PER_SECOND;
    },
  },
];

/** Gives the function that stops watching. */
export function registerProcessGauges(registry: Registry, gauges: Gauges): () => void {
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  delay.enable();
  const readings: readonly Reading[] = [
    { name: 'clew_exchanges_in_flight', help: 'Exchanges that have not ended.', read: gauges.inFlight },
    {
      name: 'clew_journal_waiting_rows',
      help: 'Settled generations that the database has not taken.',
      read: gauges.journalWaiting,
    },
    { name: 'clew_journal_bytes', help: 'Bytes of the journal on disk.', read: gauges.journalBytes },
    {
      name: 'clew_log_lines_dropped',
      help: 'Log lines dropped since the start.',
      read: gauges.logLinesDropped,
    },
    {
      name: 'clew_alarms_armed',
      help: 'Limits of time that are being watched.',
      read: gauges.alarmsArmed,
    },
    {
      name: 'clew_event_loop_delay_max_seconds',
      help: 'Longest delay of the event loop since the last scrape.',
      together: 'max',
      read: () => {
        const seconds = delay.max / NANO_PER_SECOND;
        delay.reset();
        return seconds;
      },
    },
  ];
  for (const reading of [...readings, ...PROCESS]) registerGauge(registry, reading);
  return () => delay.disable();
}

function openDescriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}

function registerGauge(registry: Registry, { name, help, read, together }: Reading): void {
  const gauge = new Gauge({
    name,
    help,
    registers: [registry],
    aggregator: together ?? 'sum',
    collect() {
      gauge.set(read());
    },
  });
}
