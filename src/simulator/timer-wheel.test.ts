// The shared timer: order, long waits, cancelling, standing still.

import { expect, test } from 'bun:test';

import { TimerWheel } from './timer-wheel.ts';

test('rings in order and never early, also beyond a turn of the wheel', async () => {
  const wheel = new TimerWheel();
  const rung: number[] = [];
  const early: number[] = [];
  const waits = [2_100, 40, 5, 0, 40, 300];
  await Promise.all(
    waits.map(
      (waitMs) =>
        new Promise<void>((resolve) => {
          const dueMs = performance.now() + waitMs;
          wheel.at(dueMs, () => {
            rung.push(waitMs);
            if (performance.now() < dueMs) early.push(waitMs);
            resolve();
          });
        }),
    ),
  );
  expect(rung).toEqual([0, 5, 40, 40, 300, 2_100]);
  expect(early).toEqual([]);
});

test('what is cancelled does not ring, what rings may ask again', async () => {
  const wheel = new TimerWheel();
  let cancelledRang = false;
  const appointment = wheel.at(performance.now() + 10, () => {
    cancelledRang = true;
  });
  wheel.cancel(appointment);
  let rings = 0;
  await new Promise<void>((resolve) => {
    const again = () => {
      rings += 1;
      if (rings === 20) resolve();
      else wheel.at(performance.now(), again);
    };
    again();
  });
  await Bun.sleep(20);
  expect({ rings, cancelledRang }).toEqual({ rings: 20, cancelledRang: false });
});

test('after a stop nothing rings', async () => {
  const wheel = new TimerWheel();
  let rang = false;
  wheel.at(performance.now() + 5, () => {
    rang = true;
  });
  wheel.stop();
  await Bun.sleep(30);
  expect(rang).toBe(false);
});
