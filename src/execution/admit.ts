// What one exchange may ask of the process-wide memory: how its targets stand, whether it may repeat, and leave to call.

import type { Clock } from '#base/clock.ts';
import type { Draw } from '#base/random.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Plan } from '#routing/plan.ts';
import type { Budget } from './budget.ts';
import type { Engine } from './engine.ts';
import type { HedgeView } from './hedge.ts';
import type { Admission, AskFor, HealthBook } from './health/health-book.ts';
import type { Standing, Target } from './health/lane.ts';
import type { Step, Try } from './history.ts';

export class Admissions implements HedgeView {
  readonly startedAt: number;
  readonly tries: Try[] = [];
  readonly #plan: Plan;
  readonly #health: HealthBook;
  readonly #budget: Budget;
  readonly #clock: Clock;
  readonly #draw: Draw;
  /** Credentials that have failed in this exchange: it does not come back to them while another one is there. */
  #spent: Set<string> | undefined;

  constructor(plan: Plan, engine: Engine, options: { startedAt: number; clock: Clock; draw: Draw }) {
    this.startedAt = options.startedAt;
    this.#plan = plan;
    this.#health = engine.health;
    this.#budget = engine.budgets.of(plan.model);
    this.#clock = options.clock;
    this.#draw = options.draw;
    this.#budget.deposit(this.startedAt);
  }

  standing(target: number): Standing {
    return this.#health.standing(this.#target(target), {
      now: this.#clock.now(),
      without: this.#without(target),
    });
  }

  /**
   * Somebody who is well may always be asked instead: what the budget prevents is many calls to those who are not. It would
   * else refuse the very burst of exchanges that a target loses when it falls silent.
   */
  mayRetry(target: number): boolean {
    return this.#isWell(target) || this.#budget.allowsRetry(this.#clock.now());
  }

  /** Undefined: somebody else was quicker, or others have used up the budget while this one waited. */
  begin(step: Step & { readonly do: 'try' | 'wait' }): Admission | undefined {
    const now = this.#clock.now();
    const target = this.#target(step.target);
    const charged = this.tries.length > 0 && !this.#isWell(step.target);
    if (charged && !this.#budget.allowsRetry(now)) return undefined;
    const anyway = step.do === 'try' && step.anyway === true;
    const admission = anyway
      ? this.#health.beginAnyway(target, now)
      : this.#health.begin(target, { ...this.#ask(now), without: this.#without(step.target) }, this.#draw);
    if (charged && admission !== undefined) this.#budget.withdrawRetry(now);
    return admission;
  }

  get mayHedge(): boolean {
    return this.#budget.allowsHedge;
  }

  overloaded(target: number): boolean {
    return this.#health.overloaded(this.#target(target), this.#clock.now());
  }

  beginHedge(target: number): Admission | undefined {
    const admission = this.#health.begin(this.#target(target), this.#ask(this.#clock.now()), this.#draw);
    if (admission !== undefined) this.#budget.withdrawHedge();
    return admission;
  }

  failed(target: number, problem: Failure, { credential }: Admission): void {
    this.tries.push({ target, failure: problem });
    if (credential !== undefined) (this.#spent ??= new Set()).add(credential.id);
  }

  #ask(now: number): AskFor {
    const { inputTokens } = this.#plan;
    return inputTokens === undefined ? { now } : { now, tokens: inputTokens };
  }

  #isWell(target: number): boolean {
    return this.tries.at(-1)?.target !== target && this.#health.spotless(this.#target(target));
  }

  #target(index: number): Target {
    const planned = this.#plan.targets[index];
    if (planned === undefined) throw new Error(`the plan has no target ${index}`);
    return planned.target;
  }

  /** With one credential there is no choice; with several all of which failed, neither. */
  #without(index: number): ReadonlySet<string> {
    const { credentials } = this.#target(index);
    const spent = this.#spent;
    if (spent === undefined || credentials.length <= 1) return NONE;
    return credentials.every(({ id }) => spent.has(id)) ? NONE : spent;
  }
}

const NONE: ReadonlySet<string> = new Set();
