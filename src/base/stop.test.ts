import { describe, expect, test } from 'bun:test';

import { asAbortSignal, Stop } from './stop.ts';

describe('Stop', () => {
  test('tells each listener once, with its first reason', () => {
    const stop = new Stop();
    const told: unknown[] = [];
    for (let index = 0; index < 3; index += 1) {
      stop.addEventListener('abort', () => told.push([index, stop.reason]));
    }
    const gone = (): void => void told.push('gone');
    stop.addEventListener('abort', gone);
    stop.removeEventListener('abort', gone);
    stop.abort('first');
    stop.abort('second');
    expect(told).toEqual([
      [0, 'first'],
      [1, 'first'],
      [2, 'first'],
    ]);
    stop.addEventListener('abort', gone);
    expect(told).toHaveLength(3);
  });

  test('becomes a signal of the platform', () => {
    const stop = new Stop();
    const signal = asAbortSignal(stop);
    expect(signal.aborted).toBe(false);
    stop.abort('why');
    expect([signal.aborted, signal.reason, asAbortSignal(stop).reason]).toEqual([true, 'why', 'why']);
    expect(asAbortSignal(signal)).toBe(signal);
  });
});
