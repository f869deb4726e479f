// What a provider has said is left of its rate limits on one lane. An answer tells how things stood when its own call was
// counted; calls that were begun after that one are not in it, whether they have been answered or not. So no call needs to be
// followed to its end.

import type { Allowance } from '#routing/view.ts';
import { AllowanceLeft } from './allowance-left.ts';

/** What headers told, of calls and of tokens. */
export interface Told {
  readonly requests?: Allowance;
  readonly tokens?: Allowance;
}

/** What had been begun when a call was, itself included, and when that was: monotonic milliseconds. */
export interface Place {
  readonly calls: number;
  readonly tokens: number;
  readonly at: number;
}

export class Allowances {
  #calls = 0;
  #tokens = 0;
  /** The call whose answer told last. */
  #last = 0;
  #requestsLeft: AllowanceLeft | undefined;
  #tokensLeft: AllowanceLeft | undefined;

  /** A call begins, of about so many tokens. */
  begin(tokens: number, now: number): Place {
    this.#calls += 1;
    if (tokens > 0) this.#tokens += tokens;
    return { calls: this.#calls, tokens: this.#tokens, at: now };
  }

  /** Answers come in any order: what an older call was told is no news. */
  note({ requests, tokens }: Told, by: Place): void {
    if (by.calls < this.#last) return;
    this.#last = by.calls;
    if (requests !== undefined) (this.#requestsLeft ??= new AllowanceLeft()).note(requests, by.calls, by.at);
    if (tokens !== undefined) (this.#tokensLeft ??= new AllowanceLeft()).note(tokens, by.tokens, by.at);
  }

  /** Calls that may still be begun: none while the limit on tokens is used up; Infinity where nobody has said anything. */
  callsLeft(now: number): number {
    if (this.#tokensLeft !== undefined && this.#tokensLeft.usedUpUntil(this.#tokens, now) > 0) return 0;
    return this.#requestsLeft?.remaining(this.#calls, now) ?? Infinity;
  }

  /** When that is over, where nothing is left; else 0. */
  usedUpUntil(now: number): number {
    return Math.max(
      this.#requestsLeft?.usedUpUntil(this.#calls, now) ?? 0,
      this.#tokensLeft?.usedUpUntil(this.#tokens, now) ?? 0,
    );
  }

  /** Undefined where nobody has said anything. */
  left(now: number): Told | undefined {
    const requests = this.#requestsLeft?.left(this.#calls, now);
    const tokens = this.#tokensLeft?.left(this.#tokens, now);
    if (requests === undefined && tokens === undefined) return undefined;
    return { ...(requests !== undefined && { requests }), ...(tokens !== undefined && { tokens }) };
  }
}
