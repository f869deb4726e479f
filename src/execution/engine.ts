// What the executor remembers from one exchange to the next. One for the process; it outlives reloads.

import { HealthBook } from './health/health-book.ts';
import { Budgets } from './budget.ts';

export class Engine {
  readonly health = new HealthBook();
  readonly budgets = new Budgets();
}
