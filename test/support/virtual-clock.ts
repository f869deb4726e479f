// Time that moves only when a test says so, or as far as the next alarm.

import type { Alarm, Clock } from '#base/clock.ts';

class VirtualAlarm implements Alarm {
  dueAt: number;
  readonly ring: () => void;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock, dueAt: number, ring: () => void) {
    this.#clock = clock;
    this.dueAt = dueAt;
    this.ring = ring;
  }

  reset(delayMs: number): void {
    this.dueAt = this.#clock.now() + delayMs;
  }

  clear(): void {
    this.#clock.armed.delete(this);
  }
}

export class VirtualClock implements Clock {
  readonly armed = new Set<VirtualAlarm>();
  #now = 0;

  now(): number {
    return this.#now;
  }

  wallMs(): number {
    return 1_760_000_000_000 + this.#now;
  }

  alarm(delayMs: number, ring: () => void): Alarm {
    const alarm = new VirtualAlarm(this, this.#now + Math.max(0, delayMs), ring);
    this.armed.add(alarm);
    return alarm;
  }

  /** As far as a test says; alarms on the way ring in their order. */
  advance(durationMs: number): void {
    const until = this.#now + durationMs;
    for (;;) {
      const due = [...this.armed].filter(({ dueAt }) => dueAt <= until);
      const next = due.reduce<VirtualAlarm | undefined>(
        (first, alarm) => (first === undefined || alarm.dueAt < first.dueAt ? alarm : first),
        undefined,
      );
      if (next === undefined) break;
      this.armed.delete(next);
      this.#now = Math.max(this.#now, next.dueAt);
      next.ring();
    }
    this.#now = until;
  }

  /** Moves to the next alarm and rings it; false when none is armed. */
  step(): boolean {
    let next: VirtualAlarm | undefined;
    for (const alarm of this.armed) {
      if (next === undefined || alarm.dueAt < next.dueAt) next = alarm;
    }
    if (next === undefined) return false;
    this.#now = Math.max(this.#now, next.dueAt);
    this.armed.delete(next);
    next.ring();
    return true;
  }

  /** Runs until `promise` is settled, ringing alarms in order; fails when nothing is left that could settle it. */
  async run<Value>(promise: Promise<Value>): Promise<Value> {
    let settled = false;
    const watched = promise.finally(() => {
      settled = true;
    });
    for (let idle = 0; idle < 50; idle += 1) {
      // Microtasks first: what is waiting for an alarm must have armed it.
      for (let turn = 0; turn < 20 && !settled; turn += 1) await Promise.resolve();
      if (settled) break;
      if (this.step()) idle = 0;
    }
    if (!settled) throw new Error('nothing is left that could settle the promise');
    return watched;
  }
}
