// The budget of further calls, one for each model that clients ask for. Of retries, so that a provider in trouble gets a few
// calls more and not three times as many: a fifth of the exchanges of the last ten seconds, or so many a second where that is
// more, so that quiet models may retry too. Of hedges: a twentieth of the exchanges, no floor.

/** Of so many exchanges one may be repeated. */
const EXCHANGES_PER_RETRY = 5;
const WINDOW_SEC = 10;
/** Retries a second that are always allowed; not beside the fifth, but where it is less. */
const FLOOR_PER_SEC = 3;
/** Calls that an exchange earns for hedges. */
const HEDGES_PER_EXCHANGE = 0.05;
/** So many may be saved up: what is slow is slow for several at once. */
const HEDGES_MAX = 10;
const MODELS_MAX = 10_000;

export class Budgets {
  readonly #budgets = new Map<string, Budget>();

  of(model: string): Budget {
    const known = this.#budgets.get(model);
    if (known !== undefined) return known;
    const budget = new Budget();
    this.#budgets.set(model, budget);
    if (this.#budgets.size > MODELS_MAX) {
      for (const oldest of this.#budgets.keys()) {
        this.#budgets.delete(oldest);
        break;
      }
    }
    return budget;
  }
}

export class Budget {
  /** Exchanges and retries, second by second. */
  readonly #exchanges: number[] = Array.from({ length: WINDOW_SEC }, () => 0);
  readonly #retries: number[] = Array.from({ length: WINDOW_SEC }, () => 0);
  #second = 0;
  #hedges = 0;

  /** An exchange has begun. `now` in monotonic milliseconds, here and below. */
  deposit(now: number): void {
    const slot = this.#roll(now);
    this.#exchanges[slot] = (this.#exchanges[slot] ?? 0) + 1;
    this.#hedges = Math.min(HEDGES_MAX, this.#hedges + HEDGES_PER_EXCHANGE);
  }

  get allowsHedge(): boolean {
    return this.#hedges >= 1;
  }

  withdrawHedge(): void {
    this.#hedges -= 1;
  }

  allowsRetry(now: number): boolean {
    this.#roll(now);
    const earned = Math.max(FLOOR_PER_SEC * WINDOW_SEC, sum(this.#exchanges) / EXCHANGES_PER_RETRY);
    return earned - sum(this.#retries) >= 1;
  }

  withdrawRetry(now: number): void {
    const slot = this.#roll(now);
    this.#retries[slot] = (this.#retries[slot] ?? 0) + 1;
  }

  #roll(now: number): number {
    const second = Math.floor(now / 1_000);
    const gone = Math.min(second - this.#second, WINDOW_SEC);
    for (let step = 0; step < gone; step += 1) {
      this.#exchanges[(second - step) % WINDOW_SEC] = 0;
      this.#retries[(second - step) % WINDOW_SEC] = 0;
    }
    this.#second = Math.max(this.#second, second);
    return this.#second % WINDOW_SEC;
  }
}

function sum(counts: readonly number[]): number {
  let all = 0;
  for (const count of counts) all += count;
  return all;
}
