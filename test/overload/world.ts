// Crowds before providers that take so many calls at once, on a virtual clock and from a seed: what the executor, its limits
// and its queue make of more work than there is room for.

import { seededDraw } from '#base/random.ts';
import type { Draw } from '#base/random.ts';
import { err, ok } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import { PRIORITIES } from '#canonical/priority.ts';
import type { Priority } from '#canonical/priority.ts';
import type { Call } from '#execution/call.ts';
import { Engine } from '#execution/engine.ts';
import { execute } from '#execution/execute.ts';
import type { Watch } from '#execution/watch.ts';
import type { Limits } from '#routing/plan.ts';
import { untilOrAborted } from '../support/scripted.ts';
import { plan } from '../support/targets.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

export interface CrowdOptions {
  readonly seed: number;
  /** As `plan` writes them. */
  readonly targets: readonly string[];
  /** Calls at once that each of them takes; what is more is turned away. */
  readonly capacity: number;
  readonly serviceMs: number;
  /** Exchanges a second at a moment. */
  readonly rate: (at: number) => number;
  readonly durationMs: number;
  readonly limits: Partial<Limits>;
  /** Parts of the traffic by class. */
  readonly mix: Readonly<Record<Priority, number>>;
  /** How the provider turns calls away. */
  readonly refusal?: 'upstream_overloaded' | 'upstream_rate_limited';
}

export interface Ended {
  readonly priority: Priority;
  readonly owner: string;
  readonly at: number;
  readonly tookMs: number;
  /** Undefined: it was answered. */
  readonly failure: Failure | undefined;
}

export interface Crowd {
  readonly ended: readonly Ended[];
  readonly calls: number;
  readonly turnedAway: number;
  /** The most that waited at once. */
  readonly queued: number;
  readonly engine: Engine;
}

const ANSWER = { response: { id: 'x', model: 'm', choices: [], losses: [] }, losses: [] };
const OWNERS = ['a', 'b', 'c', 'd'];
/** Microtasks between two alarms. */
const TURNS = 30;

/** Throws where a waiter is lost, an exchange ends twice, or something is left at the end. */
export async function runCrowd(options: CrowdOptions): Promise<Crowd> {
  return new World(options).run();
}

class World {
  readonly #of: CrowdOptions;
  readonly #draw: Draw;
  readonly #clock = new VirtualClock();
  readonly #engine = new Engine();
  readonly #running = new Set<Watch>();
  readonly #ended: Ended[] = [];
  readonly #busy = new Map<string, number>();
  #live = 0;
  #arriving = true;
  #calls = 0;
  #turnedAway = 0;
  #queued = 0;
  #broken: unknown;

  constructor(options: CrowdOptions) {
    this.#of = options;
    this.#draw = seededDraw(options.seed);
  }

  async run(): Promise<Crowd> {
    this.#next();
    while (this.#arriving || this.#live > 0) {
      for (let turn = 0; turn < TURNS; turn += 1) await Promise.resolve();
      if (this.#broken !== undefined) throw this.#broken;
      this.#queued = Math.max(this.#queued, this.#engine.queue.waiting);
      if (!this.#clock.step() && this.#live > 0) throw new Error('a waiter is lost');
    }
    if (this.#engine.queue.waiting > 0 || this.#running.size > 0) throw new Error('something is left');
    if (this.#clock.armed.size > 0) throw new Error('an alarm is left');
    const [calls, turnedAway] = [this.#calls, this.#turnedAway];
    return { ended: this.#ended, calls, turnedAway, queued: this.#queued, engine: this.#engine };
  }

  #next(): void {
    const { rate, durationMs } = this.#of;
    const gapMs = (-Math.log(1 - this.#draw()) * 1_000) / rate(this.#clock.now());
    this.#clock.alarm(gapMs, () => {
      if (this.#clock.now() >= durationMs) {
        this.#arriving = false;
        return;
      }
      this.#exchange().catch((error: unknown) => (this.#broken ??= error));
      this.#next();
    });
  }

  async #exchange(): Promise<void> {
    this.#live += 1;
    const at = this.#clock.now();
    const priority = this.#pickClass();
    const owner = OWNERS[Math.floor(this.#draw() * OWNERS.length)] ?? '';
    const { outcome } = await execute(plan(this.#of.targets, { ...this.#of.limits, priority }), {
      call: this.#call,
      clock: this.#clock,
      draw: this.#draw,
      engine: this.#engine,
      client: new AbortController().signal,
      running: this.#running,
      stream: false,
      request: undefined,
      dialect: 'test',
      owner,
      startedAt: at,
      onBug: (bug) => {
        throw bug;
      },
    });
    const failed = outcome.kind === 'failed' ? outcome.failure : undefined;
    this.#ended.push({ priority, owner, at, tookMs: this.#clock.now() - at, failure: failed });
    this.#live -= 1;
  }

  readonly #call: Call = async ({ target: { id } }, signal) => {
    this.#calls += 1;
    const { capacity, serviceMs, refusal = 'upstream_overloaded' } = this.#of;
    const busy = this.#busy.get(id) ?? 0;
    if (busy >= capacity) {
      this.#turnedAway += 1;
      await untilOrAborted(20, this.#clock, signal);
      return err({ failure: failure(refusal, 'too many calls at once') });
    }
    this.#busy.set(id, busy + 1);
    await untilOrAborted(serviceMs * (0.7 + 0.6 * this.#draw()), this.#clock, signal);
    this.#busy.set(id, (this.#busy.get(id) ?? 1) - 1);
    return signal.aborted ? err({ failure: signal.reason as Failure }) : ok({ kind: 'whole', ...ANSWER });
  };

  #pickClass(): Priority {
    let left = this.#draw();
    for (const priority of PRIORITIES) {
      left -= this.#of.mix[priority];
      if (left < 0) return priority;
    }
    return 'normal';
  }
}

/** Answers a second of those that came in a time. */
export function goodput({ ended }: Crowd, fromMs: number, toMs: number): number {
  const within = ended.filter(({ at, failure: failed }) => at >= fromMs && at < toMs && failed === undefined);
  return (within.length * 1_000) / (toMs - fromMs);
}

export function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
