// Where exchanges wait whose targets have as many calls as they take. Bounded, with an end for each wait; a slot that becomes
// free belongs to the one it was given to, so that no newcomer overtakes.

import type { Clock } from '#base/clock.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import { PRIORITIES, rankOf } from '#canonical/priority.ts';
import type { Priority } from '#canonical/priority.ts';
import type { Admission } from '../health/health-book.ts';
import type { Lane } from '../health/lane.ts';
import { Line } from './line.ts';
import type { Place } from './line.ts';
import { LOOK_MS, Waiter } from './waiter.ts';
import type { Turn } from './waiter.ts';

/** Of all models together. */
const WAITING_MAX = 10_000;
/** The part of a queue that the two lower classes may fill. */
const LOWER_PART = 0.8;
const MS_MIN = 1_000;

export type Refusal = 'full' | 'too-long' | 'evicted' | 'expired';
export const REFUSALS: readonly Refusal[] = ['full', 'too-long', 'evicted', 'expired'];

export interface Wait extends Place {
  readonly model: string;
  /** Those that are full; the first slot of any of them is taken. */
  readonly lanes: readonly Lane[];
  /** Monotonic milliseconds from which on somebody else may be asked, as far as is known now; Infinity for nobody. */
  readonly elsewhereAt: () => number;
  /** Somebody has said to this exchange that it was one too many: it is not the one to try that again. */
  readonly turnedAway: boolean;
  /** How many exchanges of the model may wait. */
  readonly lengthMax: number;
  readonly clock: Clock;
  readonly client: AbortSignal;
}

export class Queue {
  /** Told of each wait that has ended with a slot. */
  onWaited: ((priority: Priority, waitedMs: number) => void) | undefined;
  readonly #models = new Map<string, Line<Waiter>>();
  readonly #refused = new Map<string, number>();
  readonly #everybody = new Set<Waiter>();

  get waiting(): number {
    return this.#everybody.size;
  }

  waitingOf(priority: Priority): number {
    let sum = 0;
    for (const line of this.#models.values()) sum += line.sizeOf(priority);
    return sum;
  }

  refused(why: Refusal, priority: Priority): number {
    return this.#refused.get(`${why} ${priority}`) ?? 0;
  }

  /** A slot, a reason to look again, or why there is none. */
  enter(wait: Wait): Promise<Turn> {
    const now = wait.clock.now();
    const untilFree = foretold(wait);
    if (now >= wait.until) return this.#refuse('expired', wait, untilFree);
    const starves = wait.lanes.every(({ line }) => line?.starves(wait.priority, wait.until - now) === true);
    if (starves || (untilFree !== undefined && now + untilFree > wait.until))
      return this.#refuse('too-long', wait, untilFree);
    if (!this.#makeRoom(wait)) return this.#refuse('full', wait, untilFree);
    return new Promise((resolve) => {
      const waiter = new Waiter(wait, (turn) => {
        this.#leave(waiter, turn);
        resolve(turn);
      });
      this.#stand(waiter);
      for (const lane of wait.lanes) if (!waiter.over) this.look(lane, now);
      if (!waiter.over) waiter.watch(() => this.#ring(waiter));
    });
  }

  /** An attempt has ended: its slot is free, and what came of it moves the limit. Harmless when it was told before. */
  ended(admission: Admission, failed: Failure | undefined, now: number): void {
    if (!admission.held) return;
    admission.held = false;
    const { lane, place } = admission;
    const { concurrency } = lane;
    if (failed === undefined) concurrency.wentWell();
    else if (saysTooMany(failed)) concurrency.tooMany(place.calls);
    concurrency.end(now);
    if (lane.hasWaiting) this.look(lane, now);
  }

  /** The slot that was kept is used, or given back. */
  redeem(lane: Lane, used: boolean, now: number): void {
    lane.concurrency.promised -= 1;
    if (!used && lane.hasWaiting) this.look(lane, now);
  }

  /**
   * A target is well again. Those who wait for others look by themselves, one after the other within a second, so that it is
   * not overrun; whose time is up before that looks now.
   */
  recovered(now: number): void {
    for (const waiter of this.#everybody) {
      if (waiter.until - now <= LOOK_MS && waiter.wait.elsewhereAt() <= now) waiter.end({ kind: 'again' });
    }
  }

  /** Gives free slots to those who wait. Where the lane may not be used at all they look for something else. */
  look(lane: Lane, now: number): void {
    const { line, concurrency } = lane;
    if (line === undefined) return;
    if (lane.standing(now) !== 'ready') {
      for (let first = line.next(); first !== undefined; first = line.next()) first.end({ kind: 'again' });
      return;
    }
    for (let waiter = line.first; waiter !== undefined; waiter = line.first) {
      if (!concurrency.hasRoom(lane.allowances.callsLeft(now), waiter.wait.turnedAway)) return;
      line.next();
      concurrency.promised += 1;
      waiter.end({ kind: 'slot', lane });
    }
  }

  #ring(waiter: Waiter): void {
    const { clock, until, lanes, priority } = waiter.wait;
    const now = clock.now();
    if (now < until) {
      // Headers said that nothing was left, until now.
      for (const lane of lanes) if (!waiter.over) this.look(lane, now);
      if (!waiter.over && waiter.wait.elsewhereAt() <= now) waiter.end({ kind: 'again' });
      return;
    }
    this.#count('expired', priority);
    for (const { line } of lanes) line?.starved(priority, now - waiter.since);
    waiter.end({ kind: 'refused', failure: refusal('expired', waiter.wait, foretold(waiter.wait)) });
  }

  #makeRoom(wait: Wait): boolean {
    if (this.waiting >= WAITING_MAX) return false;
    const line = this.#models.get(wait.model);
    const size = line?.size ?? 0;
    const low = rankOf(wait.priority) < PRIORITIES.length / 2;
    const places = low ? Math.ceil(wait.lengthMax * LOWER_PART) : wait.lengthMax;
    if (size < places) return true;
    const victim = line?.victimFor(wait);
    if (victim === undefined) return false;
    this.#count('evicted', victim.priority);
    victim.end({ kind: 'refused', failure: refusal('evicted', victim.wait, foretold(victim.wait)) });
    return true;
  }

  #stand(waiter: Waiter): void {
    const { model, lanes } = waiter.wait;
    const own = this.#models.get(model);
    if (own === undefined) {
      const line = new Line<Waiter>();
      line.add(waiter);
      this.#models.set(model, line);
    } else own.add(waiter);
    for (const lane of lanes) (lane.line ??= new Line()).add(waiter);
    this.#everybody.add(waiter);
  }

  #leave(waiter: Waiter, turn: Turn): void {
    const { model, lanes, clock, priority } = waiter.wait;
    const own = this.#models.get(model);
    own?.remove(waiter);
    if (own?.size === 0) this.#models.delete(model);
    for (const { line } of lanes) line?.remove(waiter);
    this.#everybody.delete(waiter);
    if (turn.kind === 'slot') this.onWaited?.(priority, clock.now() - waiter.since);
  }

  #refuse(why: Refusal, wait: Wait, untilFree: number | undefined): Promise<Turn> {
    this.#count(why, wait.priority);
    return Promise.resolve({ kind: 'refused', failure: refusal(why, wait, untilFree) });
  }

  #count(why: Refusal, priority: Priority): void {
    const name = `${why} ${priority}`;
    this.#refused.set(name, (this.#refused.get(name) ?? 0) + 1);
  }
}

const SAYS_TOO_MANY: ReadonlySet<string> = new Set(['upstream_rate_limited', 'upstream_overloaded']);

/** Whether a provider says by it that there were too many calls at once, or may mean that. */
export function saysTooMany({ code }: Failure): boolean {
  return SAYS_TOO_MANY.has(code);
}

const WHY: Readonly<Record<Refusal, string>> = {
  full: 'and the queue is full',
  'too-long': 'and the queue is too long for what may be waited',
  evicted: 'and more important requests have taken the place in the queue',
  expired: 'and none became free in time',
};

function refusal(why: Refusal, { model, priority }: Wait, untilFree = MS_MIN): Failure {
  const message = `All targets of \`${model}\` have as many calls as they take, ${WHY[why]}.`;
  return failure('overloaded', message, {
    retryAfterMs: Math.max(MS_MIN, Math.ceil(untilFree)),
    detail: { why, priority },
  });
}

/** Milliseconds until a newcomer would have its slot; undefined where that is not known of every lane. */
function foretold({ lanes, priority }: Wait): number | undefined {
  let soonest = Infinity;
  for (const lane of lanes) {
    const until = lane.concurrency.untilEnds((lane.line?.ahead(priority) ?? 0) + 1);
    if (until === undefined) return undefined;
    soonest = Math.min(soonest, until);
  }
  return soonest;
}
