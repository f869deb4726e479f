// What the executor asks of the world: one call of one target. upstream/ makes the real one, tests a scripted one.

import type { Result } from '#base/result.ts';
import type { StopSignal } from '#base/stop.ts';
import type { Answer, CallFailed } from '#canonical/answer.ts';
import type { ChatRequest } from '#canonical/request.ts';
import type { Admission } from './health/health-book.ts';
import type { Credential, Target } from './health/lane.ts';

export interface CallOrder {
  readonly target: Target;
  /** The one that was drawn; undefined when the target needs none. */
  readonly credential: Credential | undefined;
  /** The leave that it was given; what the answer tells of rate limits is noted on it. */
  readonly admission?: Admission;
  /** Instead of what the client asked: the rest of an answer that broke off. */
  readonly request?: ChatRequest;
}

/**
 * Never rejects. When `signal` is aborted its reason is the Failure to give: the call ends soon, and the connection to
 * the provider is closed.
 */
export type Call = (order: CallOrder, signal: StopSignal) => Promise<Result<Answer, CallFailed>>;
