// Tokens and short-lived keys: kept, renewed before they expire, one renewal at a time, each under a bound. An attempt that is
// given up stops waiting; the renewal goes on for the others.

import type { Clock } from '#base/clock.ts';

/** Renewed in the background when less is left. */
const RENEW_BEFORE_MS = 300_000;
/** Not used any more when less is left: the call has to arrive and be judged. */
const EXPIRED_BEFORE_MS = 10_000;
/** After a renewal that failed while the old token is good. */
const RENEW_AGAIN_MS = 30_000;
/** One renewal may take so long, retries of the libraries included. */
const RENEWAL_MS_MAX = 20_000;
/** Credentials are configured, so there are few; the bound is for safety. */
const ENTRIES_MAX = 1_000;

export interface Fresh<Value> {
  readonly value: Value;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
}

/** Asks for a new one. `signal` is aborted when the bound has passed. */
export type Renew<Value> = (signal: AbortSignal) => Promise<Fresh<Value>>;

interface Entry<Value> {
  fresh: Fresh<Value> | undefined;
  renewal: Promise<Fresh<Value>> | undefined;
  notBeforeMs: number;
}

export class TokenCache<Value> {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry<Value>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Rejects with the reason of `signal` when that is aborted first, else with what the renewal failed with. */
  async get(key: string, renew: Renew<Value>, signal: AbortSignal): Promise<Value> {
    const entry = this.#entry(key);
    const nowMs = this.#clock.wallMs();
    const left = entry.fresh === undefined ? 0 : entry.fresh.expiresAtMs - nowMs;
    if (entry.fresh !== undefined && left > EXPIRED_BEFORE_MS) {
      if (left < RENEW_BEFORE_MS && nowMs >= entry.notBeforeMs) {
        this.#renew(entry, renew).catch(() => {
          entry.notBeforeMs = this.#clock.wallMs() + RENEW_AGAIN_MS;
        });
      }
      return entry.fresh.value;
    }
    return (await unlessAborted(this.#renew(entry, renew), signal)).value;
  }

  /** The provider refused it: the next call asks anew. */
  forget(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) entry.fresh = undefined;
  }

  #entry(key: string): Entry<Value> {
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const [oldest] = this.#entries.keys();
    if (this.#entries.size >= ENTRIES_MAX && oldest !== undefined) this.#entries.delete(oldest);
    const entry: Entry<Value> = { fresh: undefined, renewal: undefined, notBeforeMs: 0 };
    this.#entries.set(key, entry);
    return entry;
  }

  #renew(entry: Entry<Value>, renew: Renew<Value>): Promise<Fresh<Value>> {
    entry.renewal ??= this.#bounded(renew).then(
      (fresh) => {
        entry.fresh = fresh;
        entry.renewal = undefined;
        return fresh;
      },
      (error: unknown) => {
        entry.renewal = undefined;
        throw error;
      },
    );
    return entry.renewal;
  }

  async #bounded(renew: Renew<Value>): Promise<Fresh<Value>> {
    const controller = new AbortController();
    const alarm = this.#clock.alarm(RENEWAL_MS_MAX, () => {
      controller.abort(new Error(`nobody answered within ${RENEWAL_MS_MAX / 1_000} s`));
    });
    try {
      return await unlessAborted(renew(controller.signal), controller.signal);
    } finally {
      alarm.clear();
    }
  }
}

/** The loser of the race is not left alone: `renew` gets the signal, and what it still throws is heard. */
function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
