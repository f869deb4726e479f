// What another worker has just written is in the database a moment later: whoever asks for it at once asks twice.

import type { Clock } from '#base/clock.ts';

/** Longer than rows wait for company before they are written (GATHER_MS). */
const MOMENT_MS = 250;

/** Looks once; where there are siblings and nothing was found, once more after a moment. */
export async function lookAgain<Found>(
  siblings: boolean,
  clock: Clock,
  look: () => Promise<Found | undefined>,
): Promise<Found | undefined> {
  const found = await look();
  if (found !== undefined || !siblings) return found;
  await new Promise<void>((resolve) => clock.alarm(MOMENT_MS, resolve));
  return look();
}
