// Answers that are given again to the same request with the same idempotency key: what the client saw, byte for byte.

import type { Result } from '#base/result.ts';

export interface Replay {
  /** Name of the caller's key (empty where none is needed) and the idempotency key, in one. */
  readonly name: string;
  /** Of the request: the same key for another request is a mistake. */
  readonly fingerprint: string;
  /** Milliseconds since 1970. */
  readonly createdMs: number;
  readonly status: number;
  /** JSON of an object of texts. */
  readonly headers: string;
  readonly body: Uint8Array;
}

export interface ReplayStore {
  insert(replay: Replay): Promise<Result<void, string>>;
  /** Undefined when nobody knows it or its time has passed at `nowMs`. */
  find(name: string, nowMs: number): Promise<Result<Replay | undefined, string>>;
}

export interface ReplayLimits {
  readonly replaysMax: number;
  /** Bytes of the bodies in all. */
  readonly bytesMax: number;
  /** Milliseconds after which an answer is forgotten. */
  readonly lifetimeMs: number;
}
