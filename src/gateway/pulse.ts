// Signs of life in a stream that says nothing for long, for what stands between and closes silent connections. Only while the
// client waits for more: one that does not read gets none.

import type { Alarm, Clock } from '#base/clock.ts';

/** What a pulse is written to: the stream's own controller. */
export interface PulseOutput {
  readonly desiredSize: number | null;
  enqueue(bytes: Uint8Array): void;
}

export class Pulse {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #beat: Uint8Array;
  #alarm: Alarm;
  #output: PulseOutput | undefined;

  /** `beat` is a whole frame, or something between frames that means nothing. */
  constructor(clock: Clock, everyMs: number, beat: Uint8Array) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#beat = beat;
    this.#alarm = this.#arm();
  }

  /** Somebody waits at `output`. */
  wait(output: PulseOutput): void {
    this.#output = output;
  }

  /** Something was given, and the next silence begins. */
  given(): void {
    this.#output = undefined;
    this.#alarm.reset(this.#everyMs);
  }

  stop(): void {
    this.#output = undefined;
    this.#alarm.clear();
  }

  #arm(): Alarm {
    return this.#clock.alarm(this.#everyMs, () => this.#ring());
  }

  #ring(): void {
    // Alarms ring once.
    this.#alarm = this.#arm();
    const output = this.#output;
    // Whoever has not taken the last one gets no other.
    if (output?.desiredSize === 0) output.enqueue(this.#beat);
  }
}
