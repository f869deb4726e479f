// How a client of one wire language asks, and how it takes what comes: by the rules of that language alone, with nothing of
// Clew's own to read it with.

import type { Json } from '#base/json.ts';

/** What a client that knows its language and nothing else takes an answer for. */
export type Taken =
  /** It ended as a whole answer ends. */
  | 'complete'
  /** A failure, in the language's own shape. */
  | 'error'
  /** It stopped, without an end and without an error. */
  | 'cut'
  /** Something that the language does not know. */
  | 'nonsense'
  /** Nothing more came, for longer than the client waits. */
  | 'hang';

/** What was read of one answer. */
export interface Read {
  readonly taken: Exclude<Taken, 'hang'>;
  readonly text: string;
  /** Why the model stopped, in the language's words. */
  readonly finish?: string;
  /** The model that says it answered. */
  readonly model?: string;
  readonly hasUsage: boolean;
  /** Of a failure: its code, or the word that the language has for it. */
  readonly error?: string;
  /** Why it is nonsense. */
  readonly problem?: string;
}

/** One event of a stream, in order. */
export interface StreamEvent {
  readonly event: string | undefined;
  readonly data: string;
}

export interface ChaosClient {
  readonly dialect: string;
  /** Prefix of the simulated provider that speaks the same language. */
  readonly provider: string;
  path(model: string, stream: boolean): string;
  body(model: string, stream: boolean, say: string): Json;
  /** The body of an answer that is not a stream, whatever its status. */
  readWhole(status: number, body: Json | undefined): Read;
  readStream(events: readonly StreamEvent[]): Read;
}

export const NOTHING: Pick<Read, 'text' | 'hasUsage'> = { text: '', hasUsage: false };

export function nonsense(problem: string): Read {
  return { ...NOTHING, taken: 'nonsense', problem };
}
