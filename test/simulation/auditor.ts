// What must hold in every hour, whatever the weather:
//  1. money: every call has exactly one row, and every report of usage that was given stands on it, once;
//  2. budgets: retries and hedges stay within theirs, an exchange within its attempts;
//  3. no attempt begins after the deadline, and no exchange outlives it;
//  4. an open breaker has one probe at a time;
//  5. no waiter is lost: every exchange ends, in exactly one way;
//  6. nobody is refused without a call while a target stands;
//  7. the record is in order: times never run backwards, the one that answered is the last, an answer is whole or has failed;
//  8. nothing is left: no alarm, no watch, nobody in the queue, and no more memory than there are lanes;
//  9. a lane never has more calls than its limit, but for probes and for the rest of answers; a queue is never longer than
//     allowed, and nobody is served while a higher class waits for the same lane.

import type { AttemptFacts } from '#execution/attempt.ts';
import type { Engine } from '#execution/engine.ts';
import type { Admission } from '#execution/health/health-book.ts';
import { rankOf } from '#canonical/priority.ts';
import type { Plan } from '#routing/plan.ts';
import type { VirtualClock } from '../support/virtual-clock.ts';
import { answerTo } from './provider.ts';
import type { CallMade } from './provider.ts';
import type { Exchanged } from './world.ts';

const RETRY_COST = 5;
/** The budget forgets by whole seconds: of the last ten, nine are sure to be remembered. */
const WINDOW_MS = 9_000;
const DEPOSITS_MS = 10_000;
const FLOOR = 150;
/** Calls for the rest of an answer come on top of the attempts. */
const CONTINUATIONS_MAX = 2;

export class Auditor {
  exchanges = 0;
  calls = 0;
  retries = 0;
  hedges = 0;
  completed = 0;
  continued = 0;
  failed = 0;
  waited = 0;
  unserved = 0;
  readonly #engine: Engine;
  readonly #clock: VirtualClock;
  readonly #made: CallMade[] = [];
  /** Probes, and calls for the rest of an answer: they may be more than a lane takes. */
  readonly #beyond = new Set<Admission>();
  readonly #rows = new Set<AttemptFacts>();
  /** Of each lane with a probe under way: when it began. */
  readonly #probes = new Map<string, number>();
  /** Each report of usage has a number of its own. */
  readonly #reports = new Set<number>();
  readonly #deposits: number[] = [];
  readonly #withdrawals: number[] = [];

  constructor(engine: Engine, clock: VirtualClock) {
    this.#engine = engine;
    this.#clock = clock;
    this.#watchBudget();
    this.#watchQueue();
  }

  #watchQueue(): void {
    const { queue } = this.#engine;
    const enter = queue.enter.bind(queue);
    queue.enter = async (wait) => {
      const before = queue.waiting;
      const enteredAt = this.#clock.now();
      const entered = enter(wait);
      must(queue.waiting <= Math.max(before, wait.lengthMax), '9: a queue that is too long');
      const turn = await entered;
      // Who comes back after the end of its wait is refused at once.
      must(this.#clock.now() <= Math.max(wait.until + 1, enteredAt), '9: a wait that outlives its end');
      if (turn.kind === 'refused') this.unserved += 1;
      return turn;
    };
    queue.onWaited = () => {
      this.waited += 1;
    };
    const look = queue.look.bind(queue);
    queue.look = (lane, now) => {
      const line = lane.line;
      const next = line?.next.bind(line);
      if (line === undefined || next === undefined) return;
      // What is given out is compared with who stays.
      line.next = () => {
        const first = next();
        const stay = [...line].every(({ priority }) => rankOf(priority) <= rankOf(first?.priority ?? 'low'));
        must(stay, '9: served while a higher class waits');
        return first;
      };
      look(lane, now);
      line.next = next;
    };
  }

  #watchBudget(): void {
    const budget = this.#engine.budgets.of('m');
    const { deposit, withdrawRetry, withdrawHedge } = {
      deposit: budget.deposit.bind(budget),
      withdrawRetry: budget.withdrawRetry.bind(budget),
      withdrawHedge: budget.withdrawHedge.bind(budget),
    };
    budget.deposit = (now) => {
      this.#deposits.push(now);
      deposit(now);
    };
    budget.withdrawRetry = (now) => {
      this.#withdrawals.push(now);
      this.retries += 1;
      const allowed = Math.max(since(this.#deposits, now - DEPOSITS_MS), FLOOR);
      const spent = since(this.#withdrawals, now - WINDOW_MS) * RETRY_COST;
      must(spent <= allowed, '2: the budget of retries');
      withdrawRetry(now);
    };
    budget.withdrawHedge = () => {
      this.hedges += 1;
      must(this.hedges <= this.#deposits.length * 0.05 + 1, '2: the budget of hedges');
      withdrawHedge();
    };
  }

  onCall(made: CallMade, plan: Plan, startedAt: number): void {
    this.calls += 1;
    this.#made.push(made);
    must(made.at < startedAt + plan.limits.deadlineMs, '3: a call after the deadline');
    this.#checkProbe(made);
    this.#checkLimit(made);
  }

  /** Told when the call has begun: it is counted already. */
  #checkLimit({ order: { admission } }: CallMade): void {
    if (admission === undefined) return;
    const { lane } = admission;
    const { inFlight, limit, promised } = lane.concurrency;
    must(promised >= 0, '9: a slot was given back twice');
    // The limit may have fallen below what runs: only who is not let in beyond it must find room.
    if (admission.beyond) this.#beyond.add(admission);
    if (admission.beyond || inFlight <= limit) return;
    let beyond = 0;
    for (const one of this.#beyond) if (one.held && one.lane === lane) beyond += 1;
    must(inFlight - beyond <= limit, '9: more calls than the lane takes');
  }

  /** A call that an open breaker let through is its probe. */
  #checkProbe({ order: { target, credential } }: CallMade): void {
    if (target.credentials.length > 1) return;
    if (this.#engine.health.health(target, this.#clock.now()).breaker === 'closed') return;
    const lane = `${credential?.id ?? ''} ${target.id}`;
    must(!this.#probes.has(lane), `4: two probes of ${lane}`);
    this.#probes.set(lane, this.#clock.now());
  }

  onAttempt(facts: AttemptFacts): void {
    must(!this.#rows.has(facts), '5: an attempt ends twice');
    this.#rows.add(facts);
    const { usage, failure, credential = '', planned, startedAt } = facts;
    must(failure !== undefined || usage !== undefined, '1: a report of usage is lost');
    if (usage !== undefined) {
      must(!this.#reports.has(usage.inputTotal), '1: a report of usage counts twice');
      this.#reports.add(usage.inputTotal);
    }
    const lane = `${credential} ${planned.target.id}`;
    if (this.#probes.get(lane) === startedAt) this.#probes.delete(lane);
  }

  onBug(bug: unknown): void {
    throw bug;
  }

  onExchange(ended: Exchanged): void {
    this.exchanges += 1;
    const { plan, startedAt, endedAt, executed, left } = ended;
    const { attempts, outcome, running } = executed;
    const { limits } = plan;
    const asked = attempts.filter(({ as }) => as !== 'continuation').length;
    must(asked <= limits.attempts, '2: more attempts than allowed');
    must(attempts.length - asked <= CONTINUATIONS_MAX, '2: more calls for the rest than allowed');
    must(endedAt <= startedAt + limits.deadlineMs + 1, '3: an exchange outlives its deadline');
    this.#checkRows(attempts);
    const problem = outcome.kind === 'failed' ? outcome.failure : running?.failure;
    if (problem === undefined) this.#checkWhole(ended);
    else this.failed += 1;
    if (left || attempts.length > 0 || problem === undefined) return;
    const stands = plan.targets.some(
      ({ target }) => this.#engine.health.standing(target, { now: this.#clock.now() }) === 'ready',
    );
    must(!stands, `6: refused (${problem.code}) while a target stands`);
  }

  #checkRows(attempts: readonly AttemptFacts[]): void {
    for (const [index, facts] of attempts.entries()) {
      const { startedAt, endedAt, firstContentAt = startedAt, failure } = facts;
      must(endedAt !== undefined && endedAt >= firstContentAt, '7: an attempt without its end');
      must(firstContentAt >= startedAt, '7: content before the call');
      must(index === attempts.length - 1 || failure !== undefined, '7: an answer before the last row');
    }
  }

  #checkWhole({ request, events, executed }: Exchanged): void {
    const [part] = request.messages[0]?.parts ?? [];
    const question = part?.kind === 'text' ? part.text : '';
    const shown = events.map((event) => (event.kind === 'delta' ? event.text : '')).join('');
    must(events.at(-1)?.kind === 'end', '5: success without an end');
    must(shown === answerTo(question), `7: not the whole answer: ${JSON.stringify(shown)}`);
    must(executed.attempts.at(-1)?.failure === undefined, '7: the last row did not answer');
    this.completed += 1;
    if (executed.attempts.some(({ as }) => as === 'continuation')) this.continued += 1;
  }

  /** Between two alarms. */
  atRest(live: number): void {
    if (live === 0) must(this.#rows.size === this.#made.length, '1: a call without a row');
    for (const lane of this.#probes.keys()) {
      const [, id = ''] = lane.split(' ');
      if (this.#isClosed(id)) this.#probes.delete(lane);
    }
  }

  #isClosed(id: string): boolean {
    const made = this.#made.findLast(({ order }) => order.target.id === id);
    if (made === undefined) return true;
    return this.#engine.health.health(made.order.target, this.#clock.now()).breaker === 'closed';
  }

  atEnd(running: number, armed: number): void {
    must(running === 0, '8: a watch is left');
    must(armed <= 0, '8: an alarm is left');
    must(this.#engine.queue.waiting === 0, '8: somebody is left in the queue');
    for (const { order } of this.#made) {
      const { inFlight, promised } = order.admission?.lane.concurrency ?? { inFlight: 0, promised: 0 };
      must(inFlight === 0 && promised === 0, '8: a slot is left');
      must((order.admission?.lane.line?.size ?? 0) === 0, '8: somebody is left in a line');
    }
    must(this.#rows.size === this.#made.length, '1: calls and rows');
    const given = new Set(this.#made.map(({ usage }) => usage?.inputTotal));
    must(
      [...this.#reports].every((report) => given.has(report)),
      '1: usage that nobody gave',
    );
  }
}

/** How many of these moments, which are in order, are later. */
function since(moments: readonly number[], from: number): number {
  let count = 0;
  for (let index = moments.length - 1; index >= 0 && (moments[index] ?? 0) > from; index -= 1) count += 1;
  return count;
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}
