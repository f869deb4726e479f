// An hour of one gateway, on a virtual clock, from a seed: targets with weather, clients with their own wishes, some of whom
// leave. What must hold is checked while it runs and at its end.

import { Secret } from '#base/secret.ts';
import { seededDraw } from '#base/random.ts';
import type { Draw } from '#base/random.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { Grammar } from '#canonical/grammar.ts';
import { PRIORITIES } from '#canonical/priority.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { Engine } from '#execution/engine.ts';
import { execute } from '#execution/execute.ts';
import type { Executed } from '#execution/execute.ts';
import type { Watch } from '#execution/watch.ts';
import { DEFAULT_LIMITS } from '#routing/plan.ts';
import type { Limits, Plan } from '#routing/plan.ts';
import { plan as planFor, target } from '../support/targets.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { Auditor } from './auditor.ts';
import { providerOf } from './provider.ts';
import { Weather } from './weather.ts';

const HOUR_MS = 3_600_000;
const MEAN_GAP_MS = 5_000;
/** Microtasks between two alarms: more than the longest way from one wait to the next. */
const TURNS = 40;

export interface Exchanged {
  readonly request: ChatRequest;
  readonly plan: Plan;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly executed: Executed;
  readonly events: readonly ChatEvent[];
  readonly left: boolean;
}

/** Throws at the first thing that must not be. */
export async function simulateHour(seed: number): Promise<Auditor> {
  const hour = new Hour(seed);
  await hour.run();
  return hour.auditor;
}

class Hour {
  readonly auditor: Auditor;
  readonly #draw: Draw;
  readonly #clock = new VirtualClock();
  readonly #engine = new Engine();
  readonly #running = new Set<Watch>();
  readonly #weathers: ReadonlyMap<string, Weather>;
  readonly #busyUntil = new Map<string, number[]>();
  readonly #targets: Plan['targets'];
  #live = 0;
  #arriving = true;
  #broken: unknown;

  constructor(seed: number) {
    this.#draw = seededDraw(seed);
    this.#targets = makeTargets(this.#draw);
    this.#weathers = new Map(
      this.#targets.map(({ target: { id } }) => [id, new Weather(this.#draw, HOUR_MS)]),
    );
    this.auditor = new Auditor(this.#engine, this.#clock);
  }

  async run(): Promise<void> {
    this.#nextArrival();
    while (this.#arriving || this.#live > 0) {
      for (let turn = 0; turn < TURNS; turn += 1) await Promise.resolve();
      if (this.#broken !== undefined) throw this.#broken;
      this.auditor.atRest(this.#live);
      if (!this.#clock.step() && (this.#arriving || this.#live > 0)) throw new Error('a waiter is lost');
    }
    this.auditor.atEnd(this.#running.size, this.#clock.armed.size);
  }

  #nextArrival(): void {
    // Now and then a crowd comes at once.
    const crowd = this.#draw() < 0.01 ? 60 : 1;
    this.#clock.alarm(-Math.log(1 - this.#draw()) * MEAN_GAP_MS, () => {
      for (let index = 0; index < crowd; index += 1)
        this.#exchange().catch((error: unknown) => (this.#broken ??= error));
      if (this.#clock.now() < HOUR_MS) this.#nextArrival();
      else this.#arriving = false;
    });
  }

  async #exchange(): Promise<void> {
    this.#live += 1;
    const { request, plan } = this.#wish();
    const startedAt = this.#clock.now();
    const client = new AbortController();
    const left = this.#draw() < 0.05;
    const leaving = left ? this.#clock.alarm(this.#draw() * 10_000, () => client.abort()) : undefined;
    const executed = await execute(plan, {
      call: providerOf({
        clock: this.#clock,
        draw: this.#draw,
        weathers: this.#weathers,
        busyUntil: this.#busyUntil,
        prompt: request,
        nextNumber: () => this.auditor.calls,
        onCall: (made) => this.auditor.onCall(made, plan, startedAt),
      }),
      clock: this.#clock,
      draw: this.#draw,
      engine: this.#engine,
      client: client.signal,
      running: this.#running,
      stream: true,
      request,
      dialect: 'test',
      owner: `owner ${Math.floor(this.#draw() * 3)}`,
      startedAt,
      onAttempt: (facts) => this.auditor.onAttempt(facts),
      onBug: (bug) => this.auditor.onBug(bug),
    });
    const events = await this.#read(executed, client.signal);
    const endedAt = this.#clock.now();
    this.auditor.onExchange({ request, plan, startedAt, endedAt, executed, events, left });
    leaving?.clear();
    this.#live -= 1;
  }

  async #read({ running }: Executed, client: AbortSignal): Promise<readonly ChatEvent[]> {
    if (running === undefined) return [];
    const grammar = new Grammar();
    const events: ChatEvent[] = [];
    const take = (more: readonly ChatEvent[]): void => {
      for (const event of more) {
        const wrong = grammar.check(event);
        if (wrong !== undefined) throw new Error(`against the grammar: ${wrong}`);
        events.push(event);
      }
    };
    for (const batch of running.held()) take(batch.events);
    while (!running.over) {
      const bytes = await running.read();
      // The server stops reading when its client has left.
      if (client.aborted) running.abandon();
      if (!running.over) take(running.take(bytes).events);
    }
    return events;
  }

  #wish(): { readonly request: ChatRequest; readonly plan: Plan } {
    const draw = this.#draw;
    const limits = makeLimits(draw);
    const question = `question ${Math.floor(draw() * 1e9)}`;
    const request: ChatRequest = {
      model: 'm',
      messages: [{ role: 'user', parts: [{ kind: 'text', text: question }] }],
      tools: [],
      sampling: {},
      stream: true,
    };
    const from = draw() < 0.3 ? 1 : 0;
    const targets = [...this.#targets.slice(from), ...this.#targets.slice(0, from)];
    return { request, plan: { ...planFor([]), targets, limits } };
  }
}

function makeTargets(draw: Draw): Plan['targets'] {
  const count = 1 + Math.floor(draw() * 4);
  return Array.from({ length: count }, (_, index) => {
    const keys = Math.floor(draw() * 3);
    const credentials = Array.from({ length: keys }, (__, key) => {
      const id = `p${index}#${key}`;
      return { id, weight: 1 + Math.floor(draw() * 3), secret: new Secret(id) };
    });
    const traits = draw() < 0.5 ? ['prefill' as const] : [];
    const made = target(`p${index}/m`, { credentials, traits });
    return { target: made, model: draw() < 0.6 ? 'a' : 'b', firstContentP95Ms: 400 + draw() * 400 };
  });
}

function makeLimits(draw: Draw): Limits {
  const pick = <Value>(...values: readonly Value[]): Value =>
    values[Math.floor(draw() * values.length)] as Value;
  return {
    ...DEFAULT_LIMITS,
    firstContentMs: 1_000 + draw() * 20_000,
    silenceMs: 1_000 + draw() * 20_000,
    deadlineMs: 3_000 + draw() * 120_000,
    hedge: pick('off', 'on'),
    onCut: pick('error', 'continue', 'buffer'),
    priority: pick(...PRIORITIES),
    queue: pick(DEFAULT_LIMITS.queue, { waitMs: draw() * 20_000, length: 1 + Math.floor(draw() * 40) }),
  };
}
