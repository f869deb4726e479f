import { expect, test } from 'bun:test';

import { SystemClock } from '#base/system-clock.ts';
import { turnsEnd } from '#base/turns-end.ts';
import type { DataPlane } from './data-plane.ts';
import { drain } from './drain.ts';

test('an answer that waits for the end of the turn leaves before the connections are closed', async () => {
  const seen: string[] = [];
  // As the data plane does it: the answer waits, then goes through the promises of whoever made it.
  const answer = async (): Promise<void> => turnsEnd();
  const respond = async (): Promise<void> => answer();
  void respond().then(() => seen.push('left'));
  const server = { stop: async () => void seen.push('closed') } as unknown as DataPlane;
  const live = { count: 0, draining: false, running: new Set<never>() };
  await drain({ server, live, clock: new SystemClock(), graceMs: 0, hurry: new AbortController().signal });
  expect(seen).toEqual(['left', 'closed']);
});
