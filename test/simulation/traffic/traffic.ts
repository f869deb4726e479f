// Traffic on a virtual clock through the real engine: plans from live statistics, the executor with its breakers, budgets and
// hedges, and what attempts teach. Only the targets are simulated. The same options give the same exchanges.

import { asAbortSignal } from '#base/stop.ts';
import { Secret } from '#base/secret.ts';
import { seededDraw } from '#base/random.ts';
import type { Draw } from '#base/random.ts';
import { costOf } from '#accounting/cost.ts';
import type { FailureCode } from '#canonical/failure.ts';
import type { HeaderReader } from '#canonical/retry-after.ts';
import type { Usage } from '#canonical/usage.ts';
import type { CallOrder } from '#execution/call.ts';
import { Engine } from '#execution/engine.ts';
import { execute } from '#execution/execute.ts';
import type { Executed } from '#execution/execute.ts';
import type { Watch } from '#execution/watch.ts';
import { learnHeadroom, lessonsOf } from '#gateway/learn.ts';
import type { Target } from '#providers/target.ts';
import { makePlan } from '#routing/make-plan.ts';
import { DEFAULT_LIMITS } from '#routing/plan.ts';
import type { Limits, Plan } from '#routing/plan.ts';
import type { Routes, StrategyName, StrategyOptions } from '#routing/routes.ts';
import { Statistics } from '#routing/statistics/statistics.ts';
import { target } from '../../support/targets.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { ActedTarget } from './acted-target.ts';
import type { Nature } from './acted-target.ts';
import { questions } from './asking.ts';
import type { Asker, Asking } from './asking.ts';

export interface TrafficOptions {
  readonly seed: number;
  readonly requestsPerSecond: number;
  readonly durationMs: number;
  readonly strategy: StrategyName;
  readonly strategyOptions?: StrategyOptions;
  readonly targets: readonly Nature[];
  readonly asks?: Asker;
  readonly limits?: Partial<Limits>;
  /** What the planner is not to know: what headers tell of limits, what cached prompts cost, how breakers stand. */
  readonly blind?: 'headroom' | 'caches' | 'breakers';
}

export interface Served {
  /** Milliseconds of the arrival. */
  readonly at: number;
  /** Who was asked first, how likely that was, and who answered. */
  readonly first: number;
  readonly share: number;
  readonly answeredBy: number | undefined;
  /** Milliseconds to the first content, and to the end; undefined when nobody answered. */
  readonly tookMs: number | undefined;
  readonly totalMs: number | undefined;
  readonly failure: FailureCode | undefined;
  /** Attempts that met a rate limit. */
  readonly limited: number;
  /** US dollars of all attempts, as billed, and as it would be if nothing had come from a cache. */
  readonly cost: number;
  readonly uncached: number;
  /** US dollars that a prompt cache would have saved beside what it did, had the request gone where its prompt was kept. */
  readonly lost: number;
  readonly conversation: number;
  readonly inputTokens: number;
  readonly cacheRead: number;
}

const MODEL = 'm';
const NANO = 1e-9;
/** Microtasks between two alarms: more than the longest way from one wait to the next. */
const TURNS = 40;

export async function runTraffic(options: TrafficOptions): Promise<readonly Served[]> {
  const traffic = new Traffic(options);
  await traffic.run();
  return traffic.served;
}

class Traffic {
  readonly served: Served[] = [];
  readonly #options: TrafficOptions;
  readonly #draw: Draw;
  /** Of arrivals and prompts: the same for all strategies, however much chance they use. */
  readonly #arrivals: Draw;
  readonly #asks: Asker;
  readonly #clock = new VirtualClock();
  readonly #engine = new Engine();
  readonly #running = new Set<Watch>();
  readonly #statistics = new Statistics();
  readonly #routes: Routes;
  readonly #acted: ReadonlyMap<string, ActedTarget>;
  readonly #billed: ReadonlyMap<string, Target>;
  #live = 0;
  #serial = 0;
  #arriving = true;
  #broken: unknown;

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#draw = seededDraw(options.seed);
    this.#arrivals = seededDraw(options.seed + 1_000_003);
    this.#asks = options.asks ?? questions();
    const clock = this.#clock;
    const ports = {
      clock,
      draw: this.#draw,
      onHeaders: (order: CallOrder, header: HeaderReader) => {
        if (options.blind !== 'headroom') learnHeadroom(order, header, { clock });
      },
    };
    const billed = options.targets.map((nature, index) => targetOf(nature, index));
    const seen = options.blind === 'caches' ? billed.map(withoutCachePrice) : billed;
    this.#billed = new Map(billed.map((one) => [one.id, one]));
    this.#acted = new Map(
      billed.map(({ id }, index) => [id, new ActedTarget(options.targets[index] as Nature, ports)]),
    );
    const { strategy, strategyOptions = {}, limits } = options;
    const model = {
      name: MODEL,
      targets: seen,
      strategy,
      strategyOptions,
      fallback: [],
      limits: { ...DEFAULT_LIMITS, ...limits },
    };
    this.#routes = { models: new Map([[MODEL, model]]), providers: new Map() };
  }

  async run(): Promise<void> {
    this.#nextArrival();
    while (this.#arriving || this.#live > 0) {
      for (let turn = 0; turn < TURNS; turn += 1) await Promise.resolve();
      if (this.#broken !== undefined) throw this.#broken;
      if (!this.#clock.step() && (this.#arriving || this.#live > 0)) throw new Error('a waiter is lost');
    }
  }

  #nextArrival(): void {
    const { requestsPerSecond, durationMs } = this.#options;
    this.#clock.alarm((-Math.log(1 - this.#arrivals()) * 1_000) / requestsPerSecond, () => {
      if (this.#clock.now() >= durationMs) {
        this.#arriving = false;
        return;
      }
      this.#exchange().catch((error: unknown) => (this.#broken ??= error));
      this.#nextArrival();
    });
  }

  async #exchange(): Promise<void> {
    this.#live += 1;
    const clock = this.#clock;
    const startedAt = clock.now();
    const asking = this.#asks(this.#arrivals, (this.#serial += 1));
    const { request } = asking;
    const plan = this.#plan(asking);
    const kept = Math.max(
      ...[...this.#acted.values()].map((one) => one.kept(asking.conversation, startedAt).saves),
    );
    const text = ' '.repeat(asking.inputTokens * 4);
    const executed = await execute(plan, {
      call: (order, signal) => {
        this.#statistics.of(order.target).begin(clock.now());
        const acted = this.#acted.get(order.target.id);
        if (acted === undefined) throw new Error(`no target ${order.target.id}`);
        return acted.call(order, asking, asAbortSignal(signal));
      },
      ...lessonsOf({ plan, inputChars: text.length, request }, { statistics: this.#statistics, clock }),
      clock,
      draw: this.#draw,
      engine: this.#options.blind === 'breakers' ? new Engine() : this.#engine,
      client: new AbortController().signal,
      running: this.#running,
      stream: true,
      request,
      dialect: 'test',
      startedAt,
      onBug: (bug) => {
        throw bug;
      },
    });
    const begunAt = clock.now();
    const { running } = executed;
    running?.held();
    while (running !== undefined && !running.over) running.take(await running.read());
    this.served.push(this.#served(plan, executed, { startedAt, begunAt, asking, kept }));
    this.#live -= 1;
  }

  #plan({ request }: Asking): Plan {
    const plan = makePlan(request, {
      routes: this.#routes,
      allows: () => true,
      draw: this.#draw,
      view: () => this.#statistics.view(this.#clock.now(), this.#engine.health),
      turn: (model) => this.#statistics.nextTurn(model),
    });
    if (!plan.ok) throw new Error(plan.error.message);
    return plan.value;
  }

  #served(plan: Plan, { outcome, attempts, running }: Executed, when: When): Served {
    const { startedAt, begunAt, asking, kept } = when;
    const failed = outcome.kind === 'failed' ? outcome.failure : running?.failure;
    const answered = failed === undefined ? attempts.at(-1)?.planned.target.id : undefined;
    const id = plan.targets[0]?.target.id ?? '';
    const candidates = plan.explanation.choices[0]?.candidates ?? [];
    const cost = this.#dollars(attempts, (usage) => usage);
    const uncached = this.#dollars(attempts, ({ cacheRead: _read, ...usage }) => usage);
    return {
      at: startedAt,
      first: indexOf(id),
      share: candidates.find(({ target: name }) => name === id)?.share ?? 0,
      answeredBy: answered === undefined ? undefined : indexOf(answered),
      tookMs: failed === undefined ? begunAt - startedAt : undefined,
      totalMs: failed === undefined ? this.#clock.now() - startedAt : undefined,
      failure: failed?.code,
      limited: attempts.filter(({ failure }) => failure?.code === 'upstream_rate_limited').length,
      cost,
      uncached,
      lost: Math.max(0, kept - (uncached - cost)),
      conversation: asking.conversation,
      inputTokens: asking.inputTokens,
      cacheRead: attempts.at(-1)?.usage?.cacheRead ?? 0,
    };
  }

  #dollars(attempts: Executed['attempts'], billed: (usage: Usage) => Usage): number {
    let nano = 0;
    for (const { planned, usage } of attempts) {
      if (usage === undefined) continue;
      const cost = costOf(billed(usage), this.#billed.get(planned.target.id)?.price);
      if (cost !== 'unknown') nano += cost;
    }
    return nano * NANO;
  }
}

interface When {
  readonly startedAt: number;
  readonly begunAt: number;
  readonly asking: Asking;
  /** US dollars that the best of the caches could save. */
  readonly kept: number;
}

/** Pico-dollars for a token. */
const PER_MILLION = 1e6;

function targetOf({ price = { input: 1, output: 1 }, keys = [] }: Nature, index: number): Target {
  const { input, output, cacheRead } = price;
  const credentials = keys.map((_, key) => ({
    id: `t${index}#${key}`,
    weight: 1,
    secret: new Secret(`t${index}#${key}`),
  }));
  return target(`t${index}/m`, {
    credentials,
    price: {
      input: input * PER_MILLION,
      output: output * PER_MILLION,
      ...(cacheRead !== undefined && { cacheRead: cacheRead * PER_MILLION }),
      version: 'simulated',
    },
  });
}

function withoutCachePrice(one: Target): Target {
  const { cacheRead: _unknown, ...price } = one.price ?? { input: 0, output: 0, version: '' };
  return { ...one, price };
}

function indexOf(id: string): number {
  return Number(/^t(\d+)/.exec(id)?.[1] ?? -1);
}
