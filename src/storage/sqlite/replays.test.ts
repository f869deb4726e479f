import { Database } from 'bun:sqlite';
import { expect, test } from 'bun:test';

import type { Replay, ReplayLimits } from '#accounting/replay-store.ts';
import { REPLAY_LIMITS } from '../keeping-limits.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';
import { SqliteReplays } from './replays.ts';

const NOW = 1_800_000_000_000;
const HOUR_MS = 3_600_000;

function open(limits: Partial<ReplayLimits> = {}): SqliteReplays {
  const database = new Database(':memory:', { strict: true });
  migrate(database, MIGRATIONS);
  return new SqliteReplays(database, { ...REPLAY_LIMITS, ...limits });
}

function replay(name: string, createdMs = NOW, bytes = 3): Replay {
  const body = new Uint8Array(bytes).fill(7);
  return { name, fingerprint: 'f', createdMs, status: 200, headers: '{"a":"b"}', body };
}

async function found(store: SqliteReplays, name: string, nowMs = NOW): Promise<Replay | undefined> {
  const result = await store.find(name, nowMs);
  return result.ok ? result.value : undefined;
}

test('gives back what was put in, for a day', async () => {
  const store = open();
  await store.insert(replay('a'));
  expect(await found(store, 'a')).toEqual(replay('a'));
  expect(await found(store, 'a', NOW + 23 * HOUR_MS)).toBeDefined();
  expect(await found(store, 'a', NOW + 25 * HOUR_MS)).toBeUndefined();
  expect(await found(store, 'b')).toBeUndefined();
});

test('the newest under a name counts', async () => {
  const store = open();
  await store.insert(replay('a'));
  await store.insert({ ...replay('a', NOW + 1), fingerprint: 'g' });
  expect(await found(store, 'a')).toMatchObject({ fingerprint: 'g' });
});

test.each([
  ['number', { replaysMax: 10 }],
  ['bytes', { bytesMax: 30 }],
])('the oldest go beyond the limit on %s', async (_, limits) => {
  const store = open(limits);
  for (let index = 0; index < 64; index += 1) await store.insert(replay(`n${index}`, NOW + index));
  const kept = await Promise.all(Array.from({ length: 64 }, (__, index) => found(store, `n${index}`)));
  expect(kept.map((one) => one !== undefined)).toEqual(kept.map((__, index) => index >= 54));
});
