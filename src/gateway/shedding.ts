// What is refused before anything is done for it, while the process itself has too much to do: the lowest class first, and
// nothing that runs already. Only the head is looked at, since reading the body is the work that is to be saved: so the class
// is the key's, or the lower one that a header asks for.

import { failure } from '#canonical/failure.ts';
import { isPriority, lowerOf, USUAL } from '#canonical/priority.ts';
import type { Priority } from '#canonical/priority.ts';
import type { ShedLimits } from '#config/snapshot.ts';
import type { AnyClientDialect } from '#dialects/dialect.ts';
import type { Gateway, Incoming, Outgoing } from './gateway.ts';
import { encodeFailed } from './reply.ts';
import { PRIORITY } from './request-limits.ts';

export type ShedReason = 'loop-delay' | 'heap' | 'in-flight';
export const SHED_REASONS: readonly ShedReason[] = ['loop-delay', 'heap', 'in-flight'];

/** How much the process has to do. */
export interface Load {
  /** Milliseconds by which timers are late of late, but for the worst single time. */
  readonly loopDelayMs: number;
  /** Bytes. */
  readonly heap: number;
  shed(reason: ShedReason, priority: Priority): void;
}

/** From which multiple of the limit on the delay on a class is refused, and from which parts of the other two. */
const FROM: Readonly<Record<Priority, Readonly<Record<ShedReason, number>>>> = {
  low: { 'loop-delay': 1, heap: 0.85, 'in-flight': 0.7 },
  normal: { 'loop-delay': 4, heap: 0.9, 'in-flight': 0.8 },
  high: { 'loop-delay': 8, heap: 0.95, 'in-flight': 0.9 },
  critical: { 'loop-delay': 16, heap: 1, 'in-flight': 1 },
};
const COME_BACK_MS = 1_000;

/** The answer to a request that is not taken; undefined, and that for next to nothing, in the usual case. */
export function shed(incoming: Incoming, dialect: AnyClientDialect, gateway: Gateway): Outgoing | undefined {
  const { snapshot, keyring } = gateway.current();
  const limits = snapshot.server.shed;
  if (limits === undefined || overloadedBy('low', gateway, limits) === undefined) return undefined;
  const caller = keyring.admit(incoming.header);
  // A stranger hears what it always hears.
  if (!caller.ok) return undefined;
  const asked = incoming.header(PRIORITY)?.trim() ?? '';
  const own = caller.value.priority ?? USUAL;
  const priority = isPriority(asked) ? lowerOf(own, asked) : own;
  const reason = overloadedBy(priority, gateway, limits);
  if (reason === undefined) return undefined;
  gateway.load.shed(reason, priority);
  const message = `This gateway has more work than it accepts from requests of the class ${priority}.`;
  // Not all at once again.
  const retryAfterMs = Math.ceil(COME_BACK_MS * (1 + gateway.draw()));
  const problem = failure('overloaded', message, { retryAfterMs, detail: { reason, priority } });
  return encodeFailed(problem, dialect, 'none');
}

type LoadOf = Pick<Gateway, 'load' | 'live' | 'draw'>;

/**
 * Why a class is refused now. The more timers are late, the more of the class: all or nothing would swing between idle and
 * stuck, since what is refused shows in the delay only a while later.
 */
export function overloadedBy(
  priority: Priority,
  { load, live, draw }: LoadOf,
  { loopDelayMs, heapBytes, inFlight }: ShedLimits,
): ShedReason | undefined {
  const from = FROM[priority];
  if (live.count >= inFlight * from['in-flight']) return 'in-flight';
  if (load.heap >= heapBytes * from.heap) return 'heap';
  const late = load.loopDelayMs / (loopDelayMs * from['loop-delay']);
  return late > 1 && draw() < late - 1 ? 'loop-delay' : undefined;
}
