// What an exchange does while it may not call anybody: it waits for a moment, or in the queue.

import type { Clock } from '#base/clock.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Admissions } from './admit.ts';
import type { Step } from './history.ts';
import { sleepUntil } from './sleep-until.ts';

export type Pause = Step & { readonly do: 'wait' | 'queue' };

/** Ends early when the client leaves. A failure: waiting for longer is of no use. */
export async function pause(
  step: Pause,
  admissions: Admissions,
  { clock, client }: { readonly clock: Clock; readonly client: AbortSignal },
): Promise<Failure | undefined> {
  if (step.do === 'queue') return admissions.queue(step);
  if (step.untilMs <= clock.now()) return undefined;
  admissions.giveBack();
  await sleepUntil(step.untilMs, clock, client);
  return undefined;
}
