// The real clock. One interval serves all alarms: an exchange has several limits and every chunk moves one of them, and
// re-arming an own timer each time would cost more than the chunk (DESIGN: two thousand streams in one process).

import type { Alarm, Clock } from '#base/clock.ts';

const TICK_MS = 25;

class SweptAlarm implements Alarm {
  dueAt: number;
  readonly ring: () => void;
  readonly #live: Set<SweptAlarm>;

  constructor(live: Set<SweptAlarm>, dueAt: number, ring: () => void) {
    this.#live = live;
    this.dueAt = dueAt;
    this.ring = ring;
  }

  reset(delayMs: number): void {
    this.dueAt = performance.now() + delayMs;
  }

  clear(): void {
    this.#live.delete(this);
  }
}

export class SystemClock implements Clock {
  readonly #live = new Set<SweptAlarm>();
  #timer: Timer | undefined;

  now(): number {
    return performance.now();
  }

  wallMs(): number {
    return Date.now();
  }

  alarm(delayMs: number, ring: () => void): Alarm {
    const alarm = new SweptAlarm(this.#live, performance.now() + delayMs, ring);
    this.#live.add(alarm);
    if (this.#timer === undefined) {
      this.#timer = setInterval(() => this.#sweep(), TICK_MS);
      this.#timer.unref();
    }
    return alarm;
  }

  /** How many alarms are armed, for tests that look for leaks. */
  armed(): number {
    return this.#live.size;
  }

  #sweep(): void {
    const now = performance.now();
    for (const alarm of this.#live) {
      if (alarm.dueAt > now) continue;
      this.#live.delete(alarm);
      alarm.ring();
    }
    if (this.#live.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }
}
