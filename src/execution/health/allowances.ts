// What a provider has said is left of its rate limits on one lane, less what was begun since it was asked. An answer tells
// how things stood when its own call was counted; calls that were begun after that one are not in it, whether they have been
// answered or not. So no call needs to be followed to its end.

import type { Allowance } from '#routing/view.ts';

/** What headers told, of calls and of tokens. */
export interface Told {
  readonly requests?: Allowance;
  readonly tokens?: Allowance;
}

/** What had been begun when a call was, itself included. */
export interface Place {
  readonly calls: number;
  readonly tokens: number;
}

export class Allowances {
  #calls = 0;
  #tokens = 0;
  #told: Told | undefined;
  /** The call whose answer told it. */
  #by: Place = { calls: 0, tokens: 0 };

  /** A call begins, of about so many tokens. */
  begin(tokens: number): Place {
    this.#calls += 1;
    if (tokens > 0) this.#tokens += tokens;
    return { calls: this.#calls, tokens: this.#tokens };
  }

  /** Answers come in any order: what an older call was told is no news. */
  note(told: Told, by: Place): void {
    if (by.calls < this.#by.calls) return;
    this.#told = told;
    this.#by = by;
  }

  /** Undefined where nobody has said anything. */
  left(): Told | undefined {
    const { requests, tokens } = this.#told ?? {};
    if (requests === undefined && tokens === undefined) return undefined;
    return {
      ...(requests !== undefined && { requests: less(requests, this.#calls - this.#by.calls) }),
      ...(tokens !== undefined && { tokens: less(tokens, this.#tokens - this.#by.tokens) }),
    };
  }
}

function less(allowance: Allowance, used: number): Allowance {
  return used === 0 ? allowance : { ...allowance, remaining: Math.max(0, allowance.remaining - used) };
}
