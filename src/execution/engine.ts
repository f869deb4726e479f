// What the executor remembers from one exchange to the next. One for the process; it outlives reloads.

import { Budgets } from './budget.ts';
import { Queue } from './capacity/queue.ts';
import { HealthBook } from './health/health-book.ts';

const TARGETS_MAX = 10_000;

export class Engine {
  readonly health = new HealthBook();
  readonly budgets = new Budgets();
  readonly queue = new Queue();
  readonly #refusing = new Set<string>();

  /** Whether the beginning of an answer may be given to a target: it has not refused one since the process began. */
  takesPrefill(targetId: string): boolean {
    return !this.#refusing.has(targetId);
  }

  refusesPrefill(targetId: string): void {
    if (this.#refusing.size < TARGETS_MAX) this.#refusing.add(targetId);
  }
}
