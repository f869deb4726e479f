// What a simulated provider allows one key, and what it says of that in the headers of every answer.

import type { HeaderReader } from '#canonical/retry-after.ts';

export interface KeyLimit {
  /** Calls and tokens of prompts in a minute. */
  readonly requests: number;
  readonly tokens: number;
  /** `window`: whole again at each full minute. `bucket`: fills again all the time. */
  readonly kind: 'window' | 'bucket';
  /** Part of the limit that others use, who share the key, evenly over time. */
  readonly others: number;
  /** Part of the limit that is left when the world begins. */
  readonly leftAtFirst: number;
  /** Whether a refusal says when to come back. */
  readonly saysWhen: boolean;
}

const MINUTE_MS = 60_000;

interface Amounts {
  requests: number;
  tokens: number;
}

export class LimitedKey {
  readonly #limit: KeyLimit;
  readonly #left: Amounts;
  #at = 0;

  constructor(limit: KeyLimit) {
    this.#limit = limit;
    const { requests, tokens, leftAtFirst } = limit;
    this.#left = { requests: requests * leftAtFirst, tokens: tokens * leftAtFirst };
  }

  /** Whether the call may be made; if so it is counted. */
  take(tokens: number, now: number): boolean {
    this.#moveTo(now);
    const left = this.#left;
    if (left.requests < 1 || left.tokens < tokens) return false;
    left.requests -= 1;
    left.tokens -= tokens;
    return true;
  }

  /** In the words that most providers use. */
  headers(now: number): HeaderReader {
    this.#moveTo(now);
    const told = new Map<string, string>();
    for (const what of ['requests', 'tokens'] as const) {
      told.set(`x-ratelimit-limit-${what}`, String(this.#limit[what]));
      told.set(`x-ratelimit-remaining-${what}`, String(Math.floor(this.#left[what])));
      told.set(`x-ratelimit-reset-${what}`, `${this.#wholeInMs(what, now).toFixed(0)}ms`);
    }
    return (name) => told.get(name);
  }

  /** Until one more call of this size is allowed, where that is told. */
  waitMs(tokens: number, now: number): number | undefined {
    this.#moveTo(now);
    const { kind, others, saysWhen } = this.#limit;
    if (!saysWhen) return undefined;
    if (kind === 'window') return MINUTE_MS - (now % MINUTE_MS);
    const missing = Math.max(
      (1 - this.#left.requests) / this.#limit.requests,
      (tokens - this.#left.tokens) / this.#limit.tokens,
    );
    return (Math.max(0, missing) * MINUTE_MS) / Math.max(0.01, 1 - others);
  }

  #wholeInMs(what: keyof Amounts, now: number): number {
    if (this.#limit.kind === 'window') return MINUTE_MS - (now % MINUTE_MS);
    return (1 - this.#left[what] / this.#limit[what]) * MINUTE_MS;
  }

  #moveTo(now: number): void {
    const { kind, others } = this.#limit;
    const minute = Math.floor(now / MINUTE_MS);
    const whole = kind === 'window' && minute > Math.floor(this.#at / MINUTE_MS);
    const since = whole ? minute * MINUTE_MS : this.#at;
    // A bucket is filled by the whole and emptied by the others; a window is emptied by them only.
    const gained = ((kind === 'bucket' ? 1 - others : -others) * (now - since)) / MINUTE_MS;
    for (const what of ['requests', 'tokens'] as const) {
      const limit = this.#limit[what];
      const before = whole ? limit : this.#left[what];
      this.#left[what] = Math.min(limit, Math.max(0, before + gained * limit));
    }
    this.#at = now;
  }
}
