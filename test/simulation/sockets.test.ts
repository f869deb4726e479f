// What the virtual clock says, over real sockets: short, and with room for a machine that is busy.

import { expect, test } from 'bun:test';
import { Sockets } from './sockets.ts';
import type { Wrong } from './sockets.ts';

const AT_ONCE = 8;

test.each(['ten times slower', 'failing fast'] as const)(
  'one of four targets, %s: its traffic goes, and comes back',
  async (wrong: Wrong) => {
    const sockets = await Sockets.start({ firstMs: 40 });
    try {
      await sockets.send(100, AT_ONCE);
      expect(sockets.share(80)).toBeGreaterThan(0.03);
      await sockets.fallIll(wrong);
      await sockets.send(150, AT_ONCE);
      // A quarter was its share. What is left is what it is tried with.
      expect(sockets.share(100)).toBeLessThan(0.1);
      await sockets.recover();
      const until = performance.now() + 45_000;
      do await sockets.sendFor(1_000, 30);
      while (sockets.share(60) < 0.1 && performance.now() < until);
      expect(sockets.share(60)).toBeGreaterThanOrEqual(0.1);
      expect(sockets.failed).toEqual([]);
    } finally {
      await sockets.stop();
    }
  },
  60_000,
);
