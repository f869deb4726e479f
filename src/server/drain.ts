// A stop without a cut: nothing new is begun, what runs may finish within the grace, and what is left then ends with a
// typed failure in its client's language. A second signal means now.

import type { Clock } from '#base/clock.ts';
import { turnsEnd } from '#base/turns-end.ts';
import type { Live } from '#gateway/gateway.ts';
import type { DataPlane } from './data-plane.ts';

/** How often the end of the last exchange is looked for. */
const LOOK_MS = 50;
/** What abandoned exchanges get to say their last word. */
const LAST_WORD_MS = 1_000;

export interface DrainOptions {
  readonly server: DataPlane;
  readonly live: Live;
  readonly clock: Clock;
  /** Milliseconds that running exchanges get. */
  readonly graceMs: number;
  /** Aborted by a second signal. */
  readonly hurry: AbortSignal;
}

/** Resolves when no exchange runs any more; the number is how many had to be cut. */
export async function drain({ server, live, clock, graceMs, hurry }: DrainOptions): Promise<number> {
  live.draining = true;
  await idle(live, clock, () => hurry.aborted, graceMs);
  const cut = live.count;
  for (const watch of live.running)
    watch.abandon('shutting_down', 'The gateway stopped before the answer ended.');
  await idle(live, clock, () => false, LAST_WORD_MS);
  // Who has been counted out in this turn is given its answer at the end of it, and that leaves before the next one ends.
  await turnsEnd();
  await turnsEnd();
  await server.stop(true);
  return cut;
}

async function idle(live: Live, clock: Clock, impatient: () => boolean, limitMs: number): Promise<void> {
  const until = clock.now() + limitMs;
  while (live.count > 0 && !impatient() && clock.now() < until) {
    await new Promise<void>((resolve) => clock.alarm(LOOK_MS, resolve));
  }
}
