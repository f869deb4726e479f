// Traffic on a virtual clock: requests arrive, the planner chooses by what it has seen, targets answer as the world says.
// Only the planner and its statistics are real; who failed is asked again elsewhere, and nobody's breaker helps.

import { seededDraw } from '#base/random.ts';
import type { Draw } from '#base/random.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { makePlan } from '#routing/make-plan.ts';
import { DEFAULT_LIMITS } from '#routing/plan.ts';
import type { Plan } from '#routing/plan.ts';
import type { Routes, StrategyName, StrategyOptions } from '#routing/routes.ts';
import { Statistics } from '#routing/statistics/statistics.ts';
import { sizeBucket } from '#routing/view.ts';
import { target } from '../support/targets.ts';

/** How a target behaves at a moment, in milliseconds. */
export interface Behaviour {
  readonly firstMs: number;
  /** For each token after the first; 20 if absent. */
  readonly eachMs?: number;
  /** Part of its calls that fail, and after how long they do. */
  readonly failing?: number;
  readonly failsAfterMs?: number;
  /** Its first content never comes: the call is given up after 60 s. */
  readonly silent?: boolean;
}

export interface WorldOptions {
  readonly seed: number;
  readonly requestsPerSecond: number;
  readonly durationMs: number;
  readonly strategy: StrategyName;
  readonly strategyOptions?: StrategyOptions;
  /** By target. Times vary around these as a log-normal with this sigma; 0.4 if absent. */
  readonly targets: readonly ((now: number) => Behaviour)[];
  readonly sigma?: number;
  /** US dollars for a million tokens, by target. */
  readonly prices?: readonly number[];
}

export interface Served {
  readonly at: number;
  /** Who was asked first, and how likely that was. */
  readonly first: number;
  readonly share: number;
  /** Milliseconds from the request to the first content; undefined when nobody answered. */
  readonly tookMs: number | undefined;
}

interface Event {
  readonly at: number;
  readonly run: () => void;
}

const REQUEST: ChatRequest = {
  model: 'm',
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'What is the answer?' }] }],
  tools: [],
  sampling: {},
  stream: true,
};
const OUTPUT_TOKENS = 100;
const GIVE_UP_MS = 60_000;

export function runWorld(options: WorldOptions): readonly Served[] {
  return new World(options).run();
}

class World {
  readonly #options: WorldOptions;
  readonly #draw: Draw;
  readonly #routes: Routes;
  readonly #statistics = new Statistics();
  readonly #served: Served[] = [];
  /** A heap by time. */
  readonly #events: Event[] = [];
  #now = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#draw = seededDraw(options.seed);
    const { strategy, strategyOptions = {}, prices = [] } = options;
    const targets = options.targets.map((_, index) => {
      const each = (prices[index] ?? 1) * 1e6;
      return target(`t${index}/m`, { price: { input: each, output: each, version: 'test' } });
    });
    const model = { name: 'm', targets, strategy, strategyOptions, fallback: [], limits: DEFAULT_LIMITS };
    this.#routes = { models: new Map([['m', model]]), providers: new Map() };
  }

  run(): readonly Served[] {
    this.#at(0, () => this.#arrive());
    for (let event = this.#pop(); event !== undefined; event = this.#pop()) {
      this.#now = event.at;
      event.run();
    }
    return this.#served;
  }

  #arrive(): void {
    const { requestsPerSecond, durationMs } = this.#options;
    const gapMs = (-Math.log(1 - this.#draw()) * 1_000) / requestsPerSecond;
    if (this.#now + gapMs < durationMs) this.#at(this.#now + gapMs, () => this.#arrive());
    const view = this.#statistics.view(this.#now);
    const plan = makePlan(REQUEST, {
      routes: this.#routes,
      allows: () => true,
      draw: this.#draw,
      view: () => view,
      turn: (model) => this.#statistics.nextTurn(model),
    });
    if (!plan.ok) throw new Error(plan.error.message);
    this.#attempt(plan.value, 0, this.#now);
  }

  #attempt(plan: Plan, at: number, arrivedAt: number): void {
    const chosen = plan.targets[at];
    if (chosen === undefined) return this.#note(plan, arrivedAt, undefined);
    const seen = this.#statistics.of(chosen.target);
    const startedAt = this.#now;
    const behaviour = this.#options.targets[indexOf(chosen.target.id)]?.(startedAt) ?? { firstMs: 1 };
    seen.begin(startedAt);
    const bucket = sizeBucket(10);
    if (behaviour.silent === true) {
      this.#at(startedAt + GIVE_UP_MS, () => {
        seen.tooLate(GIVE_UP_MS, bucket, this.#now);
        seen.end({ succeeded: false, startedAt, begun: false }, this.#now);
        this.#attempt(plan, at + 1, arrivedAt);
      });
      return;
    }
    if (this.#draw() < (behaviour.failing ?? 0)) {
      this.#at(startedAt + (behaviour.failsAfterMs ?? 5), () => {
        seen.end({ succeeded: false, startedAt, begun: false }, this.#now);
        this.#attempt(plan, at + 1, arrivedAt);
      });
      return;
    }
    const firstMs = behaviour.firstMs * this.#noise();
    const writingMs = (behaviour.eachMs ?? 20) * this.#noise() * (OUTPUT_TOKENS - 1);
    this.#at(startedAt + firstMs, () => {
      seen.firstToken(firstMs, bucket, this.#now);
      this.#note(plan, arrivedAt, this.#now - arrivedAt);
    });
    this.#at(startedAt + firstMs + writingMs, () => {
      seen.end(
        { succeeded: true, startedAt, begun: true, outputTokens: OUTPUT_TOKENS, writingMs },
        this.#now,
      );
      this.#statistics.noteOutput('m', OUTPUT_TOKENS, this.#now);
    });
  }

  #note(plan: Plan, at: number, tookMs: number | undefined): void {
    const id = plan.targets[0]?.target.id ?? '';
    const share = plan.explanation.choices[0]?.candidates.find(({ target: name }) => name === id)?.share;
    this.#served.push({ at, first: indexOf(id), share: share ?? 0, tookMs });
  }

  /** Log-normal with a mean of 1, by Box and Muller. */
  #noise(): number {
    const { sigma = 0.4 } = this.#options;
    const radius = Math.sqrt(-2 * Math.log(1 - this.#draw()));
    return Math.exp(sigma * radius * Math.cos(2 * Math.PI * this.#draw()) - sigma ** 2 / 2);
  }

  #at(at: number, run: () => void): void {
    const events = this.#events;
    events.push({ at, run });
    for (let child = events.length - 1; child > 0;) {
      const parent = (child - 1) >> 1;
      if ((events[parent] as Event).at <= (events[child] as Event).at) break;
      swap(events, parent, child);
      child = parent;
    }
  }

  #pop(): Event | undefined {
    const events = this.#events;
    const first = events[0];
    const last = events.pop();
    if (first === undefined || last === undefined || events.length === 0) return first;
    events[0] = last;
    for (let parent = 0; ;) {
      let least = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if ((events[child]?.at ?? Infinity) < (events[least] as Event).at) least = child;
      }
      if (least === parent) return first;
      swap(events, parent, least);
      parent = least;
    }
  }
}

function swap(events: Event[], a: number, b: number): void {
  const held = events[a] as Event;
  events[a] = events[b] as Event;
  events[b] = held;
}

function indexOf(id: string): number {
  return Number(/^t(\d+)/.exec(id)?.[1] ?? -1);
}

/** The part of the requests of a time that went to a target first. */
export function shareOf(served: readonly Served[], index: number, fromMs: number, toMs: number): number {
  const within = served.filter(({ at }) => at >= fromMs && at < toMs);
  return within.filter(({ first }) => first === index).length / Math.max(1, within.length);
}
