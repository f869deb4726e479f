// What is left of one limit now, from what was told some time ago: less what was begun since, and moved on as it has been
// moving by itself. Others use a key too, and many limits fill again all the time; both are seen in how what is told differs
// from what one's own calls would make of it.

import type { Allowance } from '#routing/view.ts';

/** Milliseconds between two answers that the movement is taken from: told numbers are whole, and calls come in bursts. */
const APART_MS = 1_000;
/** Weight of the newest. */
const NEWEST = 0.5;

/** What was told, of the moment at which a call began. */
interface Told {
  readonly allowance: Allowance;
  /** All that was begun until then, of calls or of tokens. */
  readonly used: number;
  /** Monotonic milliseconds. */
  readonly at: number;
}

export class AllowanceLeft {
  #told: Told | undefined;
  #compared: Told | undefined;
  /** In a millisecond; below zero when others use it. */
  #movesBy: number | undefined;

  note(allowance: Allowance, used: number, at: number): void {
    const told = { allowance, used, at };
    const before = this.#compared;
    this.#told = told;
    if (before !== undefined && at - before.at < APART_MS) return;
    this.#compared = told;
    // Whole again in between: what it did meanwhile tells nothing.
    if (before === undefined || at >= before.allowance.resetsAt) return;
    const moved = allowance.remaining - before.allowance.remaining + (used - before.used);
    const movesBy = moved / (at - before.at);
    this.#movesBy =
      this.#movesBy === undefined ? movesBy : this.#movesBy + NEWEST * (movesBy - this.#movesBy);
  }

  /** `used`: all that was begun until now. Undefined where nothing was told. */
  left(used: number, now: number): Allowance | undefined {
    const { allowance } = this.#told ?? {};
    return allowance && { ...allowance, remaining: this.#remaining(used, now) };
  }

  /** Until when there is less than one; 0 where there is more, or where the limit is whole again. */
  usedUpUntil(used: number, now: number): number {
    const resetsAt = this.#told?.allowance.resetsAt ?? 0;
    return now < resetsAt && this.#remaining(used, now) < 1 ? resetsAt : 0;
  }

  /** Infinity where nothing was told, and where the limit is whole again. */
  remaining(used: number, now: number): number {
    return now < (this.#told?.allowance.resetsAt ?? 0) ? this.#remaining(used, now) : Infinity;
  }

  #remaining(used: number, now: number): number {
    if (this.#told === undefined) return Infinity;
    const { allowance, used: usedThen, at } = this.#told;
    const remaining = allowance.remaining + (this.#movesBy ?? 0) * Math.max(0, now - at) - (used - usedThen);
    const { limit = Infinity } = allowance;
    return Math.min(limit, Math.max(0, remaining));
  }
}
