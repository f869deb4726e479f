import { describe, expect, test } from 'bun:test';

import type { GenerationRow } from '#accounting/generation-row.ts';
import type { SettledBatch, SettledSource } from '#accounting/generation-store.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { rowNumber } from '../../test/support/generations.ts';
import { VirtualClock } from '../../test/support/virtual-clock.ts';
import { BATCH_ROWS, Drain, GATHER_MS } from './drain.ts';
import { findGeneration } from './generations.ts';

/** A journal in an array. */
class ArraySource implements SettledSource {
  readonly rows: GenerationRow[] = [];
  /** Of a generation that waits and is no longer in memory. */
  onDisk: GenerationRow | undefined;
  #taken = 0;
  #listener: () => void = () => {};

  settle(row: GenerationRow): void {
    this.rows.push(row);
    this.#listener();
  }

  pending(limit: number): SettledBatch {
    const rows = this.rows.slice(this.#taken, this.#taken + limit);
    return { rows, through: { segment: 1, offset: this.#taken + rows.length } };
  }

  acknowledge(batch: SettledBatch): void {
    this.#taken = batch.through.offset;
  }

  find(id: string): string | undefined {
    return this.rows.slice(this.#taken).find((row) => row.id === id)?.record;
  }

  findOnDisk(id: string): Promise<string | undefined> | undefined {
    if (this.onDisk === undefined) return undefined;
    return Promise.resolve(this.onDisk.id === id ? this.onDisk.record : undefined);
  }

  waiting(): number {
    return this.rows.length - this.#taken;
  }

  onSettled(listener: () => void): void {
    this.#listener = listener;
  }
}

/** A database in an array, which answers what the test says. */
class ArrayStore {
  readonly batches: (readonly GenerationRow[])[] = [];
  answers: (() => Result<void, string>)[] = [];

  async insert(rows: readonly GenerationRow[]): Promise<Result<void, string>> {
    const answer = this.answers.shift()?.() ?? ok(undefined);
    if (answer.ok) this.batches.push(rows);
    return answer;
  }

  ids(): string[] {
    return this.batches.flat().map(({ id }) => id);
  }
}

function setUp({ draw = 0 } = {}) {
  const clock = new VirtualClock();
  const source = new ArraySource();
  const store = new ArrayStore();
  const problems: [string, number][] = [];
  const open = () =>
    new Drain({
      source,
      store,
      clock,
      draw: () => draw,
      onProblem: (message, waitMs) => problems.push([message, waitMs]),
    });
  return { clock, source, store, problems, open };
}

describe('the drain', () => {
  test('lets the first row wait for company, and takes all at once', async () => {
    const { clock, source, store, open } = setUp();
    const drain = open();
    for (let number = 0; number < 5; number += 1) source.settle(rowNumber(number));
    expect(clock.armed.size).toBe(1);
    await ring(clock);
    expect(clock.now()).toBe(GATHER_MS);
    expect(store.batches.map((batch) => batch.length)).toEqual([5]);
    expect(clock.armed.size).toBe(0);
    await drain.stop();
  });

  test('does not wait once a batch is full, and moves a backlog in batches, in order', async () => {
    const { clock, source, store, open } = setUp();
    const drain = open();
    for (let number = 0; number < BATCH_ROWS * 2 + 1; number += 1) source.settle(rowNumber(number));
    await ring(clock);
    expect(clock.now()).toBe(0);
    expect(store.batches.map((batch) => batch.length)).toEqual([BATCH_ROWS, BATCH_ROWS, 1]);
    expect(store.ids()).toEqual(source.rows.map(({ id }) => id));
    await drain.stop();
  });

  test('goes on for full batches only: what comes meanwhile waits for company again', async () => {
    const { clock, source, store, open } = setUp();
    const drain = open();
    const [late, later, last] = [rowNumber(7), rowNumber(8), rowNumber(9)];
    store.answers = [late, later].map((row) => () => {
      source.settle(row);
      return ok(undefined);
    });
    for (let number = 0; number < 5; number += 1) source.settle(rowNumber(number));
    await ring(clock);
    await ring(clock);
    expect(clock.now()).toBe(GATHER_MS * 2);
    expect(store.batches.map((batch) => batch.length)).toEqual([5, 1]);
    source.settle(last);
    await drain.stop();
    expect(store.ids()).toEqual(source.rows.map(({ id }) => id));
    expect(source.waiting()).toBe(0);
  });

  test('begins with what an earlier process left', async () => {
    const { clock, source, store, open } = setUp();
    source.settle(rowNumber(1));
    const drain = open();
    await ring(clock);
    expect(store.ids()).toEqual([rowNumber(1).id]);
    await drain.stop();
  });

  test('comes again, later each time, while the database is ill, and stores each row once', async () => {
    const { clock, source, store, problems, open } = setUp({ draw: 0.5 });
    const drain = open();
    const ill = () => err('disk I/O error');
    const broken = (): Result<void, string> => {
      throw new Error('a bug');
    };
    store.answers = [ill, broken, ill];
    source.settle(rowNumber(1));
    for (let turn = 0; turn < 4; turn += 1) {
      await ring(clock);
      source.settle(rowNumber(2 + turn));
    }
    expect(problems).toEqual([
      ['disk I/O error', 150],
      ['Error: a bug', 300],
      ['disk I/O error', 600],
    ]);
    expect(store.ids()).toEqual([1, 2, 3, 4].map((number) => rowNumber(number).id));
    await drain.stop();
    expect(store.ids()).toEqual([1, 2, 3, 4, 5].map((number) => rowNumber(number).id));
  });

  test('never waits longer than half a minute', async () => {
    const { clock, source, store, problems, open } = setUp({ draw: 0.999 });
    const drain = open();
    store.answers = Array.from({ length: 20 }, () => () => err('away'));
    source.settle(rowNumber(1));
    for (let turn = 0; turn < 20; turn += 1) await ring(clock);
    expect(Math.max(...problems.map(([, waitMs]) => waitMs))).toBeLessThanOrEqual(30_000);
    await drain.stop();
    expect(store.ids()).toEqual([rowNumber(1).id]);
  });

  test('stops after one try when the database refuses, and leaves the rows', async () => {
    const { clock, source, store, open } = setUp();
    const drain = open();
    source.settle(rowNumber(1));
    store.answers = [() => err('away')];
    await drain.stop();
    expect(source.waiting()).toBe(1);
    expect(clock.armed.size).toBe(0);
  });
});

test('a generation is found before the database has it, and after', async () => {
  const { source } = setUp();
  const [old, young] = [rowNumber(1), rowNumber(2)];
  source.settle(young);
  const find = (id: string) =>
    findGeneration(source, { find: async (asked) => ok(asked === old.id ? old.record : undefined) }, id);
  expect(await find(old.id)).toEqual(ok(old.record));
  expect(await find(young.id)).toEqual(ok(young.record));
  expect(await find('gen-1760000000-nobody')).toEqual(ok(undefined));
  expect(await findGeneration(source, { find: async () => err('away') }, old.id)).toEqual(err('away'));
});

test('a generation that is on disk only is found, and the database is asked before and after', async () => {
  const { source } = setUp();
  source.onDisk = rowNumber(3);
  const asked: string[] = [];
  const away = async (id: string) => {
    asked.push(id);
    return err('away');
  };
  expect(await findGeneration(source, { find: away }, source.onDisk.id)).toEqual(ok(source.onDisk.record));
  expect(asked).toHaveLength(1);
  // It may move while it is looked for.
  const [moved] = [rowNumber(4)];
  const late = async () => ok(asked.push('late') > 2 ? moved.record : undefined);
  expect(await findGeneration(source, { find: late }, moved.id)).toEqual(ok(moved.record));
});

/** Rings the next alarm and lets what it started come to rest. */
async function ring(clock: VirtualClock): Promise<void> {
  clock.step();
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
