// What the harness asks of the load generator and what it gets back: one JSON line each way.

import type { Memory } from './process.ts';

export interface Job {
  /** `repeat`: ask again as soon as answered. `paced`: open all at once and count for a while. `hold`: open and measure. */
  readonly mode: 'repeat' | 'paced' | 'hold';
  readonly port: number;
  /** As the subject's clients name it. */
  readonly model: string;
  /** A key of the subject's. */
  readonly key: string;
  readonly stream: boolean;
  readonly connections: number;
  /** How long `repeat` and `paced` count, in milliseconds. */
  readonly windowMs: number;
  /** `repeat`: at least this many answers, however long it takes. */
  readonly answersMin: number;
  /** SSE events in a whole stream, or bytes in the body of a unary answer. */
  readonly whole: number;
  /** Processes whose CPU time and memory are read at the edges of the window. */
  readonly watch: readonly number[];
}

export interface Outcome {
  /** Answers completed, and SSE events received: all of `repeat`, those within the window of the others. */
  readonly answers: number;
  readonly events: number;
  readonly windowMs: number;
  /** How long the watched processes worked on after the last answer of `repeat`. */
  readonly quietMs: number;
  /** CPU time of the watched processes within the window, and for `repeat` until they rested after it. */
  readonly cpuMs: number;
  readonly latencyUs: { readonly p50: number; readonly p99: number };
  /** Memory of the watched processes at the start and at the end of the window. */
  readonly memory: { readonly before: Memory; readonly after: Memory };
  /** How the generator itself did: how late its timer of 5 ms rang, and its share of its core. */
  readonly generator: { readonly lateMsP99: number; readonly busy: number };
  readonly errors: number;
  readonly firstError: string | undefined;
}
