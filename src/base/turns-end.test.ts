import { describe, expect, test } from 'bun:test';

import { TurnsEnd, turnsEnd } from './turns-end.ts';

describe('the end of a turn', () => {
  test('comes after all that stood in line before it, for all who wait, in their order', async () => {
    const seen: string[] = [];
    const end = new TurnsEnd<string>((item) => seen.push(item));
    end.add('first');
    queueMicrotask(() => {
      seen.push('microtask');
      end.add('second');
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toEqual(['microtask', 'first', 'second']);
  });

  test('what is added while it runs waits for the next', async () => {
    const seen: number[] = [];
    const end: TurnsEnd<number> = new TurnsEnd((item) => {
      seen.push(item);
      if (item < 3) end.add(item + 1);
    });
    end.add(1);
    await turnsEnd();
    expect(seen).toEqual([1]);
    await turnsEnd();
    await turnsEnd();
    expect(seen).toEqual([1, 2, 3]);
  });

  test('is one promise in a turn, and another in the next', async () => {
    const first = turnsEnd();
    expect(turnsEnd()).toBe(first);
    await first;
    expect(turnsEnd()).not.toBe(first);
  });
});
