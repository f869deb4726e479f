// What the executor asks of the world: one call of one target. upstream/ makes the real one, tests a scripted one.

import type { Result } from '#base/result.ts';
import type { Answer, CallFailed } from '#canonical/answer.ts';
import type { PlannedTarget } from '#routing/plan.ts';

/**
 * Never rejects. When `signal` is aborted its reason is the Failure to give: the call ends soon, and the connection to
 * the provider is closed.
 */
export type Call = (
  target: PlannedTarget['target'],
  signal: AbortSignal,
) => Promise<Result<Answer, CallFailed>>;
