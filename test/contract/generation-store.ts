// What every store of generations must do, whatever database it stands on. Each implementation's test calls this with a
// way to open an empty one.

import { afterEach, beforeEach, describe, expect, test } from 'bun:test';

import type { Generation } from '#accounting/generation.ts';
import type { GenerationRow } from '#accounting/generation-row.ts';
import type { GenerationStore } from '#accounting/generation-store.ts';
import type { Result } from '#base/result.ts';
import { rowNumber } from '../support/generations.ts';

export interface OpenedStore {
  readonly store: GenerationStore;
  close(): Promise<void>;
}

export function generationStoreContract(name: string, open: () => Promise<OpenedStore>): void {
  describe(`${name} keeps generations`, () => {
    let opened: OpenedStore;
    let store: GenerationStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    describe('insert and find', () => insertAndFind(() => store));
    describe('list', () => list(() => store));
    describe('totals', () => totals(() => store));
    describe('spending', () => spending(() => store));
  });
}

function insertAndFind(store: () => GenerationStore): void {
  test('gives back the record as it came, character by character', async () => {
    const row = rowNumber(1, {
      model: 'π "quoted" \\ \u2028 🜁 \u0000 end',
      referer: 'https://example.com/?a=1',
    });
    good(await store().insert([row]));
    expect(good(await store().find(row.id))).toBe(row.record);
  });

  test('finds nothing under an id that is not there', async () => {
    good(await store().insert([rowNumber(1)]));
    expect(good(await store().find('gen-1760000000-nobody'))).toBeUndefined();
    expect(good(await store().find(''))).toBeUndefined();
  });

  test('takes a batch twice, alone or overlapping, and keeps the first of each', async () => {
    const rows = [rowNumber(1), rowNumber(2), rowNumber(3)];
    good(await store().insert(rows));
    good(await store().insert(rows));
    good(await store().insert([rowNumber(3, { key: 'somebody else' }), rowNumber(4), rowNumber(4)]));
    expect(good(await store().list({ limit: 10 })).map(({ id, key }) => [id, key])).toEqual(
      [4, 3, 2, 1].map((number) => [rowNumber(number).id, 'laptop']),
    );
  });

  test('takes an empty batch and a large one', async () => {
    good(await store().insert([]));
    const rows = Array.from({ length: 1_000 }, (_, number) => rowNumber(number));
    good(await store().insert(rows));
    expect(good(await store().totals(ALWAYS)).generations).toBe(1_000);
    expect(good(await store().find(rows[999]?.id ?? ''))).toBe(rows[999]?.record);
  });
}

function list(store: () => GenerationStore): void {
  test('gives every column, with null for what is unknown or never happened', async () => {
    const whole = rowNumber(1);
    const bare = rowNumber(2);
    good(
      await store().insert([
        whole,
        {
          ...bare,
          key: null,
          target: null,
          finish: null,
          failure: 'stream_cut',
          stream: false,
          inputTokens: null,
          outputTokens: null,
          costNano: null,
          firstContentMs: null,
        },
      ]),
    );
    expect(good(await store().list({ limit: 10 }))).toEqual([
      {
        id: bare.id,
        startedMs: 1_760_000_000_125,
        key: null,
        model: 'echo',
        target: null,
        finish: null,
        failure: 'stream_cut',
        stream: false,
        inputTokens: null,
        outputTokens: null,
        costNano: null,
        totalMs: 801,
        firstContentMs: null,
      },
      {
        id: whole.id,
        startedMs: 1_760_000_000_124,
        key: 'laptop',
        model: 'echo',
        target: 'sim/echo',
        finish: 'stop',
        failure: null,
        stream: true,
        inputTokens: 12,
        outputTokens: 34,
        costNano: 3_900,
        totalMs: 801,
        firstContentMs: 300,
      },
    ]);
  });

  test('goes from the newest to the oldest, page by page', async () => {
    good(await store().insert([3, 1, 5, 2, 4].map((number) => rowNumber(number))));
    const first = good(await store().list({ limit: 2 })).map(({ id }) => id);
    const second = good(await store().list({ limit: 2, before: first[1] ?? '' })).map(({ id }) => id);
    const third = good(await store().list({ limit: 2, before: second[1] ?? '' })).map(({ id }) => id);
    expect([...first, ...second, ...third]).toEqual([5, 4, 3, 2, 1].map((number) => rowNumber(number).id));
  });
}

function totals(store: () => GenerationStore): void {
  test('sums what is known and counts what is not', async () => {
    const broken = { failure: { code: 'stream_cut', message: 'cut' }, cost: 'unknown' } as const;
    good(await store().insert([rowNumber(1), rowNumber(2), rowNumber(3, broken)]));
    expect(good(await store().totals(ALWAYS))).toEqual({
      generations: 3,
      failures: 1,
      inputTokens: 36,
      outputTokens: 102,
      costNano: 7_800,
      costUnknown: 1,
    });
  });

  test('takes the first millisecond in and leaves the last one out', async () => {
    const rows = [rowNumber(1), rowNumber(2), rowNumber(3)];
    good(await store().insert(rows));
    const fromMs = rows[0]?.startedMs ?? 0;
    expect(good(await store().totals({ fromMs, toMs: fromMs + 2 })).generations).toBe(2);
  });

  test('is all zero where there is nothing', async () => {
    expect(Object.values(good(await store().totals(ALWAYS)))).toEqual([0, 0, 0, 0, 0, 0]);
  });
}

function spending(store: () => GenerationStore): void {
  const DAY_MS = 86_400_000;
  const at = (day: number, number: number, more: Partial<Generation> = {}): GenerationRow =>
    rowNumber(number, { startedMs: day * DAY_MS + 86_399_999, ...more });

  test('sums what each key spent, day by day, each generation once', async () => {
    const first = [at(20_000, 1), at(20_000, 2, { cost: 'unknown' }), at(20_001, 3)];
    good(await store().insert(first));
    good(await store().insert([...first, at(20_001, 4), at(20_001, 4), at(20_001, 5, { key: 'batch' })]));
    expect(good(await store().spentByDay('laptop'))).toEqual([
      { day: 20_000, generations: 2, costNano: 3_900, costUnknown: 1 },
      { day: 20_001, generations: 2, costNano: 7_800, costUnknown: 0 },
    ]);
    expect(good(await store().spentByDay('batch'))).toHaveLength(1);
  });

  test('keeps those without a key apart', async () => {
    good(await store().insert([at(20_000, 1, { key: null }), at(20_000, 2)]));
    expect(good(await store().spentByDay(null))).toMatchObject([{ generations: 1 }]);
    expect(good(await store().spentByDay('nobody'))).toEqual([]);
  });
}

const ALWAYS = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };

function good<Value>(result: Result<Value, string>): Value {
  if (!result.ok) throw new Error(result.error);
  return result.value;
}
