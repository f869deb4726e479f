// The rows of the table as data: what load is put on a subject, and what is read from it.

import type { Job, Outcome } from './jobs.ts';
import type { BenchModel } from './wire.ts';

export type RowId = 'unary' | 'flood' | 'bulk' | 'paced' | 'latency' | 'held' | 'idle' | 'loaded';

export interface Row {
  readonly id: RowId;
  readonly title: string;
  readonly unit: 'µs' | 'KB' | 'MB';
  /** Clew's goal as a multiple of the bare proxy. */
  readonly goal?: number;
}

/** A row that is one job of the load generator. */
export interface LoadRow extends Row {
  readonly model: BenchModel;
  readonly mode: Job['mode'];
  readonly connections: number;
  /** In a full run; `quick` for a quick one. */
  readonly windowMs: number;
  readonly quickMs: number;
  readonly answersMin: number;
  readonly value: (outcome: Outcome) => number;
}

const cpuPerAnswer = (outcome: Outcome): number => (outcome.cpuMs * 1000) / outcome.answers;
const cpuPerEvent = (outcome: Outcome): number => (outcome.cpuMs * 1000) / outcome.events;

export const HELD_STREAMS = 1_500;

export const LOAD_ROWS: readonly LoadRow[] = [
  {
    id: 'unary',
    title: 'CPU per unary request',
    unit: 'µs',
    goal: 1.5,
    model: 'unary',
    mode: 'repeat',
    connections: 32,
    windowMs: 2_000,
    quickMs: 700,
    answersMin: 0,
    value: cpuPerAnswer,
  },
  {
    id: 'flood',
    title: 'CPU per chunk, back to back',
    unit: 'µs',
    goal: 1.3,
    model: 'flood',
    mode: 'repeat',
    connections: 8,
    windowMs: 1_500,
    quickMs: 700,
    answersMin: 0,
    value: cpuPerEvent,
  },
  {
    id: 'bulk',
    title: 'CPU per chunk, whole stream in one write',
    unit: 'µs',
    model: 'bulk',
    mode: 'repeat',
    connections: 8,
    windowMs: 800,
    quickMs: 400,
    answersMin: 0,
    value: cpuPerEvent,
  },
  {
    id: 'paced',
    title: 'CPU per chunk, 300 streams, one each 20 ms',
    unit: 'µs',
    goal: 1.3,
    model: 'paced',
    mode: 'paced',
    connections: 300,
    windowMs: 2_800,
    quickMs: 2_800,
    answersMin: 0,
    value: cpuPerEvent,
  },
  {
    id: 'latency',
    title: 'added time, one request at a time, p50',
    unit: 'µs',
    goal: 1.3,
    model: 'unary',
    mode: 'repeat',
    connections: 1,
    windowMs: 0,
    quickMs: 0,
    answersMin: 3_000,
    value: (outcome) => outcome.latencyUs.p50,
  },
];

/** On a new process that has seen nothing but the probe. */
export const HELD_ROW: LoadRow = {
  id: 'held',
  title: `memory per open stream, ${HELD_STREAMS.toLocaleString('en')} open`,
  unit: 'KB',
  goal: 1.3,
  model: 'hold',
  mode: 'hold',
  connections: HELD_STREAMS,
  windowMs: 3_000,
  quickMs: 1_500,
  answersMin: 0,
  value: ({ memory }) => (memory.after.rssKb - memory.before.rssKb) / HELD_STREAMS,
};

export const IDLE_ROW: Row = { id: 'idle', title: 'resident memory, idle', unit: 'MB' };
export const LOADED_ROW: Row = { id: 'loaded', title: 'resident memory, after load', unit: 'MB' };

export const ROWS: readonly Row[] = [...LOAD_ROWS, HELD_ROW, IDLE_ROW, LOADED_ROW];
