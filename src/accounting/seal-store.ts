// What vendors sealed in their models' turns, kept for clients that give a turn back without it. Not money, but kept the
// same way: in memory, written behind everybody's back, bounded, forgotten after a while.

import type { Result } from '#base/result.ts';

export interface KeptSeals {
  /** Name of the key that asked, empty where none is needed: nobody else gets them. */
  readonly key: string;
  /** What the client shows of the turn, as its shape, a dot and a digest. */
  readonly turn: string;
  /** Milliseconds since 1970. */
  readonly createdMs: number;
  /** JSON text that the store does not look into. */
  readonly sealed: string;
}

export interface SealLimits {
  /** Turns in all; the oldest are forgotten for new ones. */
  readonly turnsMax: number;
  /** Characters of what is kept of them in all. */
  readonly charactersMax: number;
  /** Milliseconds after which a turn is forgotten. */
  readonly lifetimeMs: number;
}

export interface SealStore {
  /** Makes room first; what is there already is replaced. */
  insert(turns: readonly KeptSeals[], limits: SealLimits): Promise<Result<void, string>>;
  /** Those whose time has not passed at `nowMs`, oldest first, within the limits. Read once, at start. */
  load(limits: SealLimits, nowMs: number): Promise<Result<readonly KeptSeals[], string>>;
  /** What others have inserted since the last look or load, oldest first. */
  news(): Promise<Result<readonly KeptSeals[], string>>;
}
