// Which answer the client reads: that of the target, or one that is gone on with where it breaks off.

import type { Begun } from '../attempt.ts';
import type { Race } from '../race.ts';
import type { RunningAnswer } from '../running-answer.ts';
import { ContinuedAnswer } from './continued-answer.ts';
import { mayBeJoined } from './go-on.ts';
import { Legs } from './legs.ts';

/** `target` is the index of the one that answers. Undefined for an answer in one piece. */
export function runningOf(begun: Begun, target: number, race: Race): RunningAnswer | undefined {
  if (begun.kind !== 'stream') return undefined;
  const { request } = race.options;
  const continues = race.plan.limits.onCut === 'continue' && request !== undefined && mayBeJoined(request);
  if (!continues) return begun.live;
  return new ContinuedAnswer(begun.live, new Legs({ ...race, request, target }));
}
