// The timers of one attempt, and what ends it: a limit that passed, or a client that left. Whatever it is, the call's
// own signal is aborted with the Failure as its reason, so no loser of a race lives on.

import type { Alarm, Clock } from '#base/clock.ts';
import { Stop } from '#base/stop.ts';
import type { StopSignal } from '#base/stop.ts';
import { failure } from '#canonical/failure.ts';
import type { FailureCode } from '#canonical/failure.ts';

type Limit = 'first_content_timeout' | 'stream_stalled';

const MESSAGES: Readonly<Record<Limit, string>> = {
  first_content_timeout: 'The provider sent no content in time.',
  stream_stalled: 'The provider fell silent in the middle of its answer.',
};

export interface WatchOptions {
  readonly clock: Clock;
  /** Aborted when the client leaves. */
  readonly client: AbortSignal;
  /** The end of the whole exchange, in monotonic milliseconds. */
  readonly deadlineAt: number;
  /** All watches of the process: a drain that is out of patience abandons what is left in it. */
  readonly running: Set<Watch>;
}

export class Watch {
  readonly #stop = new Stop();
  readonly #clock: Clock;
  readonly #deadlineAt: number;
  readonly #alarm: Alarm;
  readonly #running: Set<Watch>;
  #limit: Limit = 'first_content_timeout';
  #released = false;

  /** `limitMs` is for the first content. */
  constructor(options: WatchOptions, limitMs: number) {
    const { clock, client } = options;
    this.#clock = clock;
    this.#deadlineAt = options.deadlineAt;
    this.#running = options.running;
    this.#running.add(this);
    this.#alarm = clock.alarm(this.#untilNextLimit(limitMs), () => this.#ring());
    const gone = (): void => {
      if (!this.#released) this.#end('client_gone', 'The client closed the connection.');
    };
    // Never taken off again: that costs as much as putting it on, and the signal goes when its request goes.
    if (client.aborted) gone();
    else client.addEventListener('abort', gone);
  }

  get signal(): StopSignal {
    return this.#stop;
  }

  /** Content has come: from now on silence is what is waited for, `limitMs` from now. Called on every chunk. */
  progress(limitMs: number): void {
    this.#limit = 'stream_stalled';
    this.#alarm.reset(this.#untilNextLimit(limitMs));
  }

  /** The attempt is over: nothing rings any more. Idempotent. */
  release(): void {
    this.#released = true;
    this.#running.delete(this);
    this.#alarm.clear();
  }

  /** Gives the call up: closes the connection to the provider. */
  abandon(code: FailureCode, message: string): void {
    this.#end(code, message);
  }

  #untilNextLimit(limitMs: number): number {
    return Math.min(limitMs, this.#deadlineAt - this.#clock.now());
  }

  #ring(): void {
    const over = this.#clock.now() >= this.#deadlineAt;
    if (over) this.#end('deadline_exceeded', 'The deadline of the exchange passed.');
    else this.#end(this.#limit, MESSAGES[this.#limit]);
  }

  #end(code: FailureCode, message: string): void {
    this.release();
    this.#stop.abort(failure(code, message));
  }
}
