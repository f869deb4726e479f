// A wait that does not outlive the client.

import type { Clock } from '#base/clock.ts';

/** Ends early when the client leaves. */
export function sleepUntil(atMs: number, clock: Clock, client: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      alarm.clear();
      client.removeEventListener('abort', wake);
      resolve();
    };
    const alarm = clock.alarm(Math.max(0, atMs - clock.now()), wake);
    if (client.aborted) wake();
    else client.addEventListener('abort', wake, { once: true });
  });
}
