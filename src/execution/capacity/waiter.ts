// One exchange in the queue: it ends once, with a slot, with a reason to look again, or refused.

import type { Alarm } from '#base/clock.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Priority } from '#canonical/priority.ts';
import type { Lane } from '../health/lane.ts';
import type { Place } from './line.ts';
import type { Wait } from './queue.ts';

/** Milliseconds between two looks at who else could be asked: a target that recovers by a probe tells nobody. */
export const LOOK_MS = 1_000;

export type Turn =
  | { readonly kind: 'slot'; readonly lane: Lane }
  /** Things have changed: a lane is ill, another target is well, or the client has left. */
  | { readonly kind: 'again' }
  | { readonly kind: 'refused'; readonly failure: Failure };

export class Waiter implements Place {
  readonly wait: Wait;
  readonly since: number;
  over = false;
  readonly #onEnd: (turn: Turn) => void;
  #alarm: Alarm | undefined;
  readonly #onGone = (): void => this.end({ kind: 'again' });

  constructor(wait: Wait, onEnd: (turn: Turn) => void) {
    this.wait = wait;
    this.since = wait.clock.now();
    this.#onEnd = onEnd;
  }

  get priority(): Priority {
    return this.wait.priority;
  }

  get owner(): string {
    return this.wait.owner;
  }

  get until(): number {
    return this.wait.until;
  }

  /** `ring` is called when its time is up, and before that now and then, and when a limit that headers told of is over. */
  watch(ring: () => void): void {
    const { clock, client } = this.wait;
    const rung = (): void => {
      ring();
      if (!this.over) this.#alarm = clock.alarm(this.#untilNext(), rung);
    };
    this.#alarm = clock.alarm(this.#untilNext(), rung);
    if (client.aborted) this.#onGone();
    else client.addEventListener('abort', this.#onGone, { once: true });
  }

  end(turn: Turn): void {
    if (this.over) return;
    this.over = true;
    this.#alarm?.clear();
    this.wait.client.removeEventListener('abort', this.#onGone);
    this.#onEnd(turn);
  }

  #untilNext(): number {
    const { clock, until, lanes, elsewhereAt } = this.wait;
    const now = clock.now();
    let at = Math.min(until, now + LOOK_MS);
    const elsewhere = elsewhereAt();
    if (elsewhere > now) at = Math.min(at, elsewhere);
    for (const { allowances } of lanes) {
      const resetsAt = allowances.usedUpUntil(now);
      if (resetsAt > now) at = Math.min(at, resetsAt);
    }
    return at - now;
  }
}
