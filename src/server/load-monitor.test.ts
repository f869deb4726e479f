import { describe, expect, test } from 'bun:test';

import { LoadMonitor } from './load-monitor.ts';

/** Ticks that come so many milliseconds late, each 50 ms after the one before it. */
function monitor() {
  let now = 0;
  let heap = 10;
  const said: object[] = [];
  const ports = {
    now: () => now,
    heap: () => heap,
    say: (_: string, fields: object) => void said.push(fields),
  };
  const made = new LoadMonitor(ports);
  const late = (...byMs: readonly number[]): void => {
    for (const one of byMs) {
      now += 50 + one;
      made.tick();
    }
  };
  return { made, late, said, setHeap: (bytes: number) => (heap = bytes) };
}

const zeros = (count: number): readonly number[] => Array.from({ length: count }, () => 0);

describe('LoadMonitor', () => {
  test('a single pause is no overload, two are', () => {
    const { made, late } = monitor();
    late(0, 400, 0);
    expect(made.loopDelayMs).toBe(0);
    late(150);
    expect(made.loopDelayMs).toBe(150);
  });

  test('forgets after two seconds', () => {
    const { made, late } = monitor();
    late(300, 300, ...zeros(20));
    expect(made.loopDelayMs).toBe(300);
    late(...zeros(25));
    expect(made.loopDelayMs).toBe(0);
  });

  test('looks at the heap twice a second', () => {
    const { made, late, setHeap } = monitor();
    expect(made.heap).toBe(10);
    setHeap(99);
    late(...zeros(9));
    expect(made.heap).toBe(10);
    late(0);
    expect(made.heap).toBe(99);
  });

  test('says what was refused at once, then every ten seconds, and counts it', () => {
    const { made, late, said } = monitor();
    made.shed('heap', 'low');
    late(0);
    expect(said).toEqual([{ refused: { 'heap low': 1 }, loopDelayMs: 0, heapBytes: 10 }]);
    made.shed('heap', 'low');
    made.shed('in-flight', 'normal');
    late(...zeros(199));
    expect(said).toHaveLength(1);
    late(0, 0);
    expect(said.at(-1)).toMatchObject({ refused: { 'heap low': 1, 'in-flight normal': 1 } });
    expect([made.shedOf('heap', 'low'), made.shedOf('heap', 'critical')]).toEqual([2, 0]);
  });

  test('a real one ticks, and stops', async () => {
    const made = new LoadMonitor({ now: () => performance.now(), heap: () => 1, say: () => {} });
    made.start();
    const until = performance.now() + 200;
    while (performance.now() < until) {
      const busyUntil = performance.now() + 90;
      while (performance.now() < busyUntil);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    made.stop();
    expect(made.loopDelayMs).toBeGreaterThan(20);
  });
});
