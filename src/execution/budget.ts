// The budget of further calls, one for each model that clients ask for. Of retries, so that a provider in trouble gets a few
// calls more and not three times as many: a fifth of the exchanges of ten seconds, or a few where that is less, so that quiet
// models may retry too. Of hedges: a twentieth of the exchanges, no floor.

/** Of so many exchanges one may be repeated. */
const EXCHANGES_PER_RETRY = 5;
const WINDOW_SEC = 10;
/**
 * What was spent is remembered for longer than what it was earned with: an outage spends the fifth in its first seconds, and
 * would spend it again as soon as they are past. So a long one makes a sixth more calls, and not a little over a fifth.
 */
const SPENT_SEC = 12;
/** Retries that are always allowed; not beside the fifth, but where it is less. */
const FLOOR = 30;
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
  readonly #exchanges = new LastSeconds(WINDOW_SEC);
  readonly #retries = new LastSeconds(SPENT_SEC);
  #hedges = 0;

  /** An exchange has begun. `now` in monotonic milliseconds, here and below. */
  deposit(now: number): void {
    this.#exchanges.count(now);
    this.#hedges = Math.min(HEDGES_MAX, this.#hedges + HEDGES_PER_EXCHANGE);
  }

  get allowsHedge(): boolean {
    return this.#hedges >= 1;
  }

  withdrawHedge(): void {
    this.#hedges -= 1;
  }

  allowsRetry(now: number): boolean {
    const earned = Math.max(FLOOR, this.#exchanges.sum(now) / EXCHANGES_PER_RETRY);
    return earned - this.#retries.sum(now) >= 1;
  }

  withdrawRetry(now: number): void {
    this.#retries.count(now);
  }
}

/** How many there were in each of the last seconds. */
class LastSeconds {
  readonly #counts: number[];
  #second = 0;

  constructor(seconds: number) {
    this.#counts = Array.from({ length: seconds }, () => 0);
  }

  count(now: number): void {
    const slot = this.#roll(now);
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
  }

  sum(now: number): number {
    this.#roll(now);
    let all = 0;
    for (const count of this.#counts) all += count;
    return all;
  }

  #roll(now: number): number {
    const { length } = this.#counts;
    const second = Math.floor(now / 1_000);
    const gone = Math.min(second - this.#second, length);
    for (let step = 0; step < gone; step += 1) this.#counts[(second - step) % length] = 0;
    this.#second = Math.max(this.#second, second);
    return this.#second % length;
  }
}
