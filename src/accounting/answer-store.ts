// Answers that are kept so that a later request may go on from them. Not money, but kept the same way: written behind
// everybody's back, bounded, forgotten after a while. Contents are JSON text that the store does not look into.

import type { Result } from '#base/result.ts';

export interface KeptAnswer {
  /** As the client knows it. */
  readonly id: string;
  /** Name of the key that asked, empty where none is needed: nobody else sees the answer. */
  readonly key: string;
  /** Id of the answer that this one went on from. */
  readonly previous: string | null;
  /** Milliseconds since 1970. */
  readonly createdMs: number;
  /** The messages that were new in the request, without what is not remembered. */
  readonly input: string;
  /** The message that was the answer. */
  readonly output: string;
  /** The answer as the client saw it. */
  readonly shown: string;
}

export interface KeepingLimits {
  /** Answers in all; the oldest are forgotten for new ones. */
  readonly answersMax: number;
  /** Characters of their contents in all. */
  readonly charactersMax: number;
  /** Milliseconds after which an answer is forgotten. */
  readonly lifetimeMs: number;
}

export interface AnswerStore {
  insert(answers: readonly KeptAnswer[]): Promise<Result<void, string>>;
  /** Undefined when nobody knows it, it is another's, or its time has passed at `nowMs`. */
  find(key: string, id: string, nowMs: number): Promise<Result<KeptAnswer | undefined, string>>;
  /**
   * The answer and those that it went on from, oldest first. Undefined when one of them is gone, or there are more than
   * one conversation may have.
   */
  chain(key: string, id: string, nowMs: number): Promise<Result<readonly KeptAnswer[] | undefined, string>>;
  /** False when there was nothing to forget. */
  remove(key: string, id: string): Promise<Result<boolean, string>>;
}
