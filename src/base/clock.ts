// Time as an argument. The pure zone sees only this interface; main.ts passes the real one, tests pass a virtual one.

export interface Alarm {
  /** Moves the alarm to `delayMs` from now. Cheap: call it on every chunk. */
  reset(delayMs: number): void;
  /** After this the alarm never rings. Idempotent. */
  clear(): void;
}

export interface Clock {
  /** Monotonic milliseconds, for durations. */
  now(): number;
  /** Milliseconds since 1970, for records and for headers that carry dates. */
  wallMs(): number;
  /** Rings once, `delayMs` from now or up to 25 ms later. */
  alarm(delayMs: number, ring: () => void): Alarm;
}
