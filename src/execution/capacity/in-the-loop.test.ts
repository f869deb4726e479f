import { describe, expect, test } from 'bun:test';

import { err, ok } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import { Engine } from '#execution/engine.ts';
import { execute } from '#execution/execute.ts';
import type { Executed } from '#execution/execute.ts';
import type { Watch } from '#execution/watch.ts';
import type { Limits } from '#routing/plan.ts';
import { untilOrAborted } from '../../../test/support/scripted.ts';
import { plan } from '../../../test/support/targets.ts';
import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import { FLOOR } from './concurrency.ts';

const ANSWER = { response: { id: 'x', model: 'm', choices: [], losses: [] }, losses: [] };
const SERVICE_MS = 1_000;

/** Providers that take a second for each answer and so many at once; what is more is turned away. */
class Bench {
  readonly clock = new VirtualClock();
  readonly engine = new Engine();
  readonly running = new Set<Watch>();
  readonly served: string[] = [];
  readonly #busy = new Map<string, number>();
  readonly capacity: number;

  constructor(capacity = FLOOR) {
    this.capacity = capacity;
  }

  ask(names: readonly string[], name = '', { owner = 'a', signal, ...limits }: Wish = {}): Promise<Executed> {
    return execute(plan(names, limits), {
      call: async ({ target: { id } }, stop) => {
        const busy = this.#busy.get(id) ?? 0;
        if (busy >= this.capacity) return err({ failure: failure('upstream_overloaded', 'too many') });
        this.#busy.set(id, busy + 1);
        await untilOrAborted(SERVICE_MS, this.clock, stop);
        this.#busy.set(id, (this.#busy.get(id) ?? 1) - 1);
        if (stop.aborted) return err({ failure: stop.reason as Failure });
        this.served.push(name === '' ? id : name);
        return ok({ kind: 'whole', ...ANSWER });
      },
      clock: this.clock,
      draw: () => 0.5,
      engine: this.engine,
      client: signal ?? new AbortController().signal,
      running: this.running,
      stream: false,
      request: undefined,
      dialect: 'test',
      owner,
      startedAt: this.clock.now(),
      onBug: (bug) => {
        throw bug;
      },
    });
  }

  /** The target has its limit, and as many calls as that. */
  async fill(id = 'p/1'): Promise<void> {
    const crowd = Array.from({ length: this.capacity + 1 }, () => this.ask([id], 'crowd', { attempts: 1 }));
    await this.turns();
    void crowd;
  }

  async turns(): Promise<void> {
    for (let turn = 0; turn < 60; turn += 1) await Promise.resolve();
  }

  /** All alarms up to a moment, with what they set going. */
  async until(at: number): Promise<void> {
    for (;;) {
      await this.turns();
      const next = Math.min(...[...this.clock.armed].map(({ dueAt }) => dueAt));
      if (next > at) break;
      this.clock.step();
    }
    this.clock.advance(Math.max(0, at - this.clock.now()));
    await this.turns();
  }
}

interface Wish extends Partial<Limits> {
  readonly owner?: string;
  readonly signal?: AbortSignal;
}

function codeOf({ outcome }: Executed): string {
  return outcome.kind === 'failed' ? outcome.failure.code : 'answered';
}

describe('a target with as many calls as it takes', () => {
  test('is passed over at once while another one is free', async () => {
    const bench = new Bench();
    await bench.fill();
    const asked = bench.ask(['p/1', 'q/1']);
    await bench.turns();
    expect(bench.engine.queue.waiting).toBe(0);
    const { attempts } = await bench.clock.run(asked);
    expect(attempts.map(({ planned }) => planned.target.id)).toEqual(['q/1']);
  });

  test('is waited for, and nothing is left behind', async () => {
    const bench = new Bench();
    await bench.fill();
    const asked = bench.ask(['p/1']);
    await bench.turns();
    expect([bench.engine.queue.waiting, bench.engine.queue.waitingOf('normal')]).toEqual([1, 1]);
    const executed = await bench.clock.run(asked);
    expect([codeOf(executed), bench.clock.now(), executed.attempts.length]).toEqual([
      'answered',
      2 * SERVICE_MS,
      1,
    ]);
    expect([bench.engine.queue.waiting, bench.clock.armed.size, bench.running.size]).toEqual([0, 0, 0]);
  });

  test('goes to the higher class, and to the callers in turn', async () => {
    const bench = new Bench();
    await bench.fill();
    const wishes: readonly (readonly [string, Wish])[] = [
      ['a1', { owner: 'a' }],
      ['a2', { owner: 'a' }],
      ['a3', { owner: 'a' }],
      ['low', { priority: 'low', owner: 'z' }],
      ['b1', { owner: 'b' }],
      ['critical', { priority: 'critical', owner: 'z' }],
    ];
    const asked = wishes.map(([name, wish]) => bench.ask(['p/1'], name, wish));
    await bench.turns();
    await bench.clock.run(Promise.all(asked));
    const order = bench.served.filter((name) => name !== 'crowd');
    // One of them is turned away, since after four good answers a fifth call is tried.
    expect(order.toSorted()).toEqual(['a1', 'a2', 'a3', 'b1', 'critical', 'low']);
    const before = (one: string, other: string) => order.indexOf(one) < order.indexOf(other);
    expect(order.slice(0, 3)).toEqual(['critical', 'a1', 'b1']);
    expect([before('a3', 'low'), before('b1', 'a2')]).toEqual([true, true]);
  });
});

describe('a wait', () => {
  test('ends at its own limit', async () => {
    const bench = new Bench();
    await bench.fill();
    const executed = await bench.clock.run(bench.ask(['p/1'], '', { queue: { waitMs: 300, length: 10 } }));
    expect([codeOf(executed), bench.clock.now(), executed.attempts.length]).toEqual(['overloaded', 300, 0]);
    expect(executed.outcome).toMatchObject({ failure: { retryAfterMs: 1_000, detail: { why: 'expired' } } });
    expect(bench.engine.queue.refused('expired', 'normal')).toBe(1);
  });

  test('ends at the deadline of the exchange, as that', async () => {
    const bench = new Bench();
    await bench.fill();
    const executed = await bench.clock.run(bench.ask(['p/1'], '', { deadlineMs: 300 }));
    expect([codeOf(executed), bench.clock.now()]).toEqual(['deadline_exceeded', 300]);
  });

  test('is not begun where the queue is off', async () => {
    const bench = new Bench();
    await bench.fill();
    const executed = await bench.clock.run(bench.ask(['p/1'], '', { queue: { waitMs: 0, length: 10 } }));
    expect([codeOf(executed), bench.clock.now()]).toEqual(['overloaded', 0]);
  });

  test('is not begun where it would be too long, and says how long', async () => {
    const bench = new Bench();
    // Some ends have been seen: four a second.
    await bench.fill();
    const many = Array.from({ length: 40 }, () => bench.ask(['p/1'], 'crowd'));
    void many;
    await bench.until(4_100);
    const before = bench.clock.now();
    const executed = await bench.clock.run(bench.ask(['p/1'], '', { queue: { waitMs: 1_000, length: 100 } }));
    expect([codeOf(executed), bench.clock.now()]).toEqual(['overloaded', before]);
    expect(executed.outcome).toMatchObject({ failure: { detail: { why: 'too-long' } } });
    const { failure: problem } = executed.outcome as { readonly failure: Failure };
    expect(problem.retryAfterMs).toBeGreaterThan(3_000);
    expect(problem.retryAfterMs).toBeLessThan(12_000);
  });

  test('ends when the client leaves, and its slot is the next one’s', async () => {
    const bench = new Bench();
    await bench.fill();
    const client = new AbortController();
    const gone = bench.ask(['p/1'], 'gone', { signal: client.signal });
    const stays = bench.ask(['p/1'], 'stays');
    await bench.until(500);
    client.abort();
    expect(codeOf(await gone)).toBe('client_gone');
    expect(bench.engine.queue.waiting).toBe(1);
    expect(codeOf(await bench.clock.run(stays))).toBe('answered');
    expect(bench.clock.now()).toBe(2 * SERVICE_MS);
  });

  test('ends when the target falls ill, to look for another', async () => {
    const bench = new Bench();
    await bench.fill();
    await bench.fill('q/1');
    const asked = bench.ask(['p/1', 'q/1']);
    await bench.turns();
    const [lane] = bench.engine.health.fullLanes(plan(['p/1']).targets[0]!.target, { now: 0 });
    lane!.parkedUntil = 60_000;
    bench.engine.queue.look(lane!, 0);
    await bench.turns();
    // It stands in the other line now.
    expect([bench.engine.queue.waiting, lane!.line?.size]).toEqual([1, 0]);
    const { attempts } = await bench.clock.run(asked);
    expect(attempts.map(({ planned }) => planned.target.id)).toEqual(['q/1']);
  });
});

describe('who was turned away', () => {
  const queue = { waitMs: 20_000, length: 100 };

  test('waits once before it stands in the queue again, and does not let its slots go by', async () => {
    const bench = new Bench();
    await bench.fill();
    const all: Promise<Executed>[] = [];
    for (let one = 0; one < 40; one += 1) {
      all.push(bench.ask(['p/1'], '', { queue }));
      await bench.until(one);
    }
    const executed = await bench.clock.run(Promise.all(all));
    const again = executed.filter(({ attempts }) => attempts.length > 1);
    expect(again.length).toBeGreaterThan(2);
    // It comes back before those who came after it: a second later, when the next slots are free.
    for (const { attempts } of again)
      expect((attempts[1]?.startedAt ?? 0) - (attempts[0]?.startedAt ?? 0)).toBe(SERVICE_MS);
  });

  test('is not the one that finds out again whether more are taken', async () => {
    const bench = new Bench();
    await bench.fill();
    const all = Array.from({ length: 40 }, () => bench.ask(['p/1'], '', { queue }));
    const executed = await bench.clock.run(Promise.all(all));
    expect(executed.map(codeOf).filter((code) => code !== 'answered')).toEqual([]);
  });
});

describe('a full queue', () => {
  const queue = { waitMs: 20_000, length: 10 };

  test('has no place for a newcomer of the same class and caller', async () => {
    const bench = new Bench();
    await bench.fill();
    const waiting = Array.from({ length: 10 }, () => bench.ask(['p/1'], '', { queue, priority: 'high' }));
    await bench.turns();
    const executed = await bench.clock.run(bench.ask(['p/1'], '', { queue, priority: 'high' }));
    expect([codeOf(executed), bench.clock.now()]).toEqual(['overloaded', 0]);
    const all = await bench.clock.run(Promise.all(waiting));
    expect(all.every((one) => codeOf(one) === 'answered')).toBe(true);
  });

  test('takes the place of the lowest class for a higher one; a fifth is kept from the lower two', async () => {
    const bench = new Bench();
    await bench.fill();
    const low = Array.from({ length: 10 }, () => bench.ask(['p/1'], 'low', { queue, priority: 'low' }));
    await bench.turns();
    expect([bench.engine.queue.waiting, bench.engine.queue.refused('full', 'low')]).toEqual([8, 2]);
    const high = Array.from({ length: 5 }, () => bench.ask(['p/1'], 'high', { queue, priority: 'high' }));
    await bench.turns();
    expect([bench.engine.queue.waiting, bench.engine.queue.refused('evicted', 'low')]).toEqual([10, 3]);
    const all = await bench.clock.run(Promise.all([...high, ...low]));
    expect(all.slice(0, 5).map(codeOf)).toEqual(Array.from({ length: 5 }, () => 'answered'));
    expect(all.slice(5).filter((one) => codeOf(one) === 'overloaded')).toHaveLength(5);
  });

  test('takes the place of who has most for one who has none', async () => {
    const bench = new Bench();
    await bench.fill();
    const flood = Array.from({ length: 8 }, () => bench.ask(['p/1'], 'flood', { queue }));
    const single = bench.ask(['p/1'], 'single', { queue, owner: 'b' });
    await bench.clock.run(Promise.all([...flood, single]));
    expect(bench.served.filter((name) => name !== 'crowd').indexOf('single')).toBeLessThan(2);
    expect(bench.engine.queue.refused('evicted', 'normal')).toBe(1);
  });
});
