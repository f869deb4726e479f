// What one exchange may ask of the process-wide memory: how its targets stand, whether it may repeat, and leave to call.

import type { Clock } from '#base/clock.ts';
import type { Draw } from '#base/random.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Plan } from '#routing/plan.ts';
import type { Budget } from './budget.ts';
import { saysTooMany } from './capacity/queue.ts';
import type { Queue } from './capacity/queue.ts';
import type { Engine } from './engine.ts';
import { deadlineFailure } from './giving-up.ts';
import type { HedgeView } from './hedge.ts';
import type { Admission, AskFor, HealthBook } from './health/health-book.ts';
import { isUsable } from './health/lane.ts';
import type { Lane, Standing, Target } from './health/lane.ts';
import type { Step, Try } from './history.ts';

export interface AdmissionOptions {
  readonly startedAt: number;
  readonly clock: Clock;
  readonly draw: Draw;
  readonly client: AbortSignal;
  /** Who asks: those who wait are served in turn. */
  readonly owner?: string | undefined;
}

export class Admissions implements HedgeView {
  readonly startedAt: number;
  readonly tries: Try[] = [];
  readonly #plan: Plan;
  readonly #health: HealthBook;
  readonly #queue: Queue;
  readonly #budget: Budget;
  readonly #clock: Clock;
  readonly #client: AbortSignal;
  readonly #owner: string;
  readonly #draw: Draw;
  /** Credentials that have failed in this exchange: it does not come back to them while another one is there. */
  #spent: Set<string> | undefined;
  /** The lane of which a slot is kept for this exchange. */
  #slotOf: Lane | undefined;
  #queuedAt: number | undefined;
  /** Why there was no slot, until a call begins all the same. */
  #unserved: Failure | undefined;

  constructor(plan: Plan, engine: Engine, options: AdmissionOptions) {
    this.startedAt = options.startedAt;
    this.#plan = plan;
    this.#health = engine.health;
    this.#queue = engine.queue;
    this.#budget = engine.budgets.of(plan.model);
    this.#clock = options.clock;
    this.#client = options.client;
    this.#owner = options.owner ?? '';
    this.#draw = options.draw;
    this.#budget.deposit(this.startedAt);
  }

  standing(target: number): Standing {
    return this.#health.standing(this.#target(target), {
      now: this.#clock.now(),
      without: this.#without(target),
      slotOf: this.#slotOf,
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
    const admission = this.#begin(step, now, this.#slotOf);
    this.giveBack(admission?.lane);
    if (admission !== undefined) this.#unserved = undefined;
    return admission;
  }

  /** For the rest of an answer: who has seen the beginning does not stand in a queue for it. */
  beginRest(target: number): Admission | undefined {
    return this.#begin({ do: 'try', target }, this.#clock.now(), 'every');
  }

  #begin(
    step: Step & { readonly do: 'try' | 'wait' },
    now: number,
    slotOf: AskFor['slotOf'],
  ): Admission | undefined {
    const target = this.#target(step.target);
    const charged = this.tries.length > 0 && !this.#isWell(step.target);
    if (charged && !this.#budget.allowsRetry(now)) return undefined;
    const anyway = step.do === 'try' && step.anyway === true;
    const admission = anyway
      ? this.#health.beginAnyway(target, now)
      : this.#health.begin(target, this.#ask(now, this.#without(step.target), slotOf), this.#draw);
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
    this.tries.push({ target, failure: problem, at: this.#clock.now() });
    if (credential !== undefined) (this.#spent ??= new Set()).add(credential.id);
  }

  /** Waits for a slot of any of the targets. The failure where there will be none; else it is to be decided anew. */
  async queue({ targets }: Step & { readonly do: 'queue' }): Promise<Failure | undefined> {
    const { model, limits } = this.#plan;
    const now = this.#clock.now();
    if (this.#unserved !== undefined) return this.#unserved;
    this.giveBack();
    this.#queuedAt ??= now;
    const turn = await this.#queue.enter({
      model,
      priority: limits.priority,
      owner: this.#owner,
      until: Math.min(this.#queuedAt + limits.queue.waitMs, this.startedAt + limits.deadlineMs),
      lanes: targets.flatMap((target) => this.#full(target, now)),
      elsewhereAt: () => this.#elsewhereAt(targets),
      turnedAway: this.tries.some(({ failure }) => saysTooMany(failure)),
      lengthMax: limits.queue.length,
      clock: this.#clock,
      client: this.#client,
    });
    if (turn.kind === 'slot') this.#slotOf = turn.lane;
    if (turn.kind !== 'refused') return undefined;
    const isOver = this.#clock.now() >= this.startedAt + limits.deadlineMs;
    if (isOver) return deadlineFailure(this.#plan, turn.failure);
    // Meanwhile somebody may have become well who was not when the wait began: one look more.
    this.#unserved = turn.failure;
    return undefined;
  }

  /** What was kept and is not used goes to the next in the queue. Harmless where nothing is kept. */
  giveBack(used?: Lane): void {
    const lane = this.#slotOf;
    if (lane === undefined) return;
    this.#slotOf = undefined;
    this.#queue.redeem(lane, lane === used, this.#clock.now());
  }

  /** When another target may be asked, or waited for, that has not been asked yet; Infinity for none. */
  #elsewhereAt(waitedFor: readonly number[]): number {
    const now = this.#clock.now();
    let soonest = Infinity;
    for (let index = 0; index < this.#plan.targets.length; index += 1) {
      if (this.tries.some(({ target }) => target === index)) continue;
      const standing = this.standing(index);
      // Of one that is waited for another key may have become well.
      if (isUsable(standing)) return now;
      if (waitedFor.includes(index)) continue;
      // A full one can be waited for as well.
      if (standing === 'full') return now;
      if (typeof standing !== 'string') soonest = Math.min(soonest, standing.until);
    }
    return soonest;
  }

  #full(target: number, now: number): readonly Lane[] {
    return this.#health.fullLanes(this.#target(target), { now, without: this.#without(target) });
  }

  #ask(now: number, without = NONE, slotOf?: AskFor['slotOf']): AskFor {
    return { now, without, tokens: this.#plan.inputTokens, slotOf };
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
