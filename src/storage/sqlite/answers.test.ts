import { Database } from 'bun:sqlite';
import { describe, expect, test } from 'bun:test';

import type { KeepingLimits, KeptAnswer } from '#accounting/answer-store.ts';
import { CHAIN_LENGTH_MAX, KEEPING_LIMITS } from '../keeping-limits.ts';
import { SqliteAnswers } from './answers.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';

const NOW = 1_800_000_000_000;

function answer(id: string, more: Partial<KeptAnswer> = {}): KeptAnswer {
  return {
    id,
    key: 'a',
    previous: null,
    createdMs: NOW,
    input: '[]',
    output: '[]',
    shown: `{"id":"${id}"}`,
    ...more,
  };
}

function open(limits: Partial<KeepingLimits> = {}): SqliteAnswers {
  const database = new Database(':memory:', { strict: true });
  migrate(database, MIGRATIONS);
  return new SqliteAnswers(database, { ...KEEPING_LIMITS, ...limits });
}

async function ids(store: SqliteAnswers, key: string, id: string): Promise<readonly string[] | undefined> {
  const chain = await store.chain(key, id, NOW);
  return chain.ok ? chain.value?.map((one) => one.id) : ['ill'];
}

const known = async (store: SqliteAnswers, key: string, id: string, nowMs = NOW): Promise<boolean> => {
  const found = await store.find(key, id, nowMs);
  return found.ok && found.value !== undefined;
};

describe('kept answers', () => {
  test('a conversation is found from its end, oldest first', async () => {
    const store = open();
    await store.insert([answer('1'), answer('2', { previous: '1' }), answer('3', { previous: '2' })]);
    await store.insert([answer('2b', { previous: '1' })]);
    expect(await ids(store, 'a', '3')).toEqual(['1', '2', '3']);
    expect(await ids(store, 'a', '2b')).toEqual(['1', '2b']);
    expect(await ids(store, 'a', '4')).toBeUndefined();
  });

  test('one key never sees what another said, whatever the ids are', async () => {
    const store = open();
    await store.insert([answer('1'), answer('1', { key: 'b' }), answer('2', { key: 'b', previous: '1' })]);
    expect(await known(store, 'a', '2')).toBe(false);
    expect(await ids(store, 'a', '2')).toBeUndefined();
    const stolen = answer('3', { previous: '2' });
    await store.insert([stolen]);
    expect(await ids(store, 'a', '3')).toBeUndefined();
    expect(await store.remove('a', '2')).toEqual({ ok: true, value: false });
    expect(await known(store, 'b', '2')).toBe(true);
  });

  test('a conversation with a gap, and one without an end, cannot be gone on from', async () => {
    const store = open();
    await store.insert([answer('1'), answer('2', { previous: '1' }), answer('3', { previous: '2' })]);
    expect(await store.remove('a', '2')).toEqual({ ok: true, value: true });
    expect(await ids(store, 'a', '3')).toBeUndefined();
    expect(await ids(store, 'a', '1')).toEqual(['1']);
    await store.insert([answer('x', { previous: 'y' }), answer('y', { previous: 'x' })]);
    expect(await ids(store, 'a', 'x')).toBeUndefined();
    const long = Array.from({ length: CHAIN_LENGTH_MAX + 1 }, (_, at) => {
      return answer(`l${at}`, { previous: at === 0 ? null : `l${at - 1}` });
    });
    await store.insert(long);
    expect((await ids(store, 'a', `l${CHAIN_LENGTH_MAX - 1}`))?.length).toBe(CHAIN_LENGTH_MAX);
    expect(await ids(store, 'a', `l${CHAIN_LENGTH_MAX}`)).toBeUndefined();
  });

  test('after its time an answer is not found, and goes with a later insert', async () => {
    const store = open({ lifetimeMs: 1_000 });
    await store.insert([answer('1')]);
    expect(await known(store, 'a', '1', NOW + 999)).toBe(true);
    expect(await known(store, 'a', '1', NOW + 1_000)).toBe(false);
    await store.insert([answer('2', { createdMs: NOW + 1_000 })]);
    expect(await known(store, 'a', '1', NOW)).toBe(false);
  });

  test.each([
    ['too many answers', { answersMax: 3 }],
    ['too many characters', { charactersMax: 42 }],
  ])('%s: the oldest are forgotten', async (_, limits) => {
    const store = open(limits);
    for (let at = 1; at <= 5; at += 1) await store.insert([answer(`${at}`, { createdMs: NOW + at })]);
    const left = await Promise.all([1, 2, 3, 4, 5].map((at) => known(store, 'a', `${at}`)));
    expect(left).toEqual([false, false, true, true, true]);
  });

  test('an insert that is repeated changes nothing', async () => {
    const store = open({ answersMax: 2 });
    for (let turn = 0; turn < 5; turn += 1) await store.insert([answer('1'), answer('2')]);
    expect([await known(store, 'a', '1'), await known(store, 'a', '2')]).toEqual([true, true]);
  });
});
