// The phases of an illness over real sockets, in real time.

import { Sockets } from '../sockets.ts';
import type { Wrong } from '../sockets.ts';

export interface SocketsRow {
  readonly wrong: Wrong;
  /** Shares of the ill target: before, from ten seconds on, and from thirty seconds after its recovery on. */
  readonly before: number;
  readonly during: number;
  readonly after: number;
  readonly failed: number;
}

const PER_SECOND = 30;
const BEFORE_MS = 8_000;
const KNOWN_MS = 10_000;
const RECOVERED_MS = 30_000;
/** So long each share is measured. */
const MEASURED_MS = 5_000;
const MEASURED = (PER_SECOND * MEASURED_MS) / 1_000;

export async function overSockets(wrong: Wrong): Promise<SocketsRow> {
  const sockets = await Sockets.start({ firstMs: 200 });
  const measure = async (afterMs: number): Promise<number> => {
    await sockets.sendFor(afterMs + MEASURED_MS, PER_SECOND);
    return sockets.share(MEASURED);
  };
  try {
    const before = await measure(BEFORE_MS);
    await sockets.fallIll(wrong);
    const during = await measure(KNOWN_MS);
    await sockets.recover();
    const after = await measure(RECOVERED_MS);
    return { wrong, before, during, after, failed: sockets.failed.length };
  } finally {
    await sockets.stop();
  }
}
