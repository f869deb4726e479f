import { Database } from 'bun:sqlite';
import { describe, expect, test } from 'bun:test';

import type { KeptAnswer } from '#accounting/answer-store.ts';
import { err } from '#base/result.ts';
import { VirtualClock } from '../../test/support/virtual-clock.ts';
import { Answers } from './answers.ts';
import { SqliteAnswers } from './sqlite/answers.ts';
import { migrate } from './sqlite/migrate.ts';
import { MIGRATIONS } from './sqlite/migrations.ts';

function setUp() {
  const database = new Database(':memory:', { strict: true });
  migrate(database, MIGRATIONS);
  const store = new SqliteAnswers(database);
  const clock = new VirtualClock();
  const problems: string[] = [];
  const answers = new Answers({ store, clock, onProblem: (message) => problems.push(message) });
  const stored = (): number =>
    database.query<{ n: number }, []>('SELECT count(*) AS n FROM answers').get()?.n ?? 0;
  return { store, clock, problems, answers, stored };
}

function answer(id: string, previous: string | null = null, shown = '{}'): KeptAnswer {
  return { id, key: 'a', previous, createdMs: 1_800_000_000_000, input: '[]', output: '[]', shown };
}

async function ring(clock: VirtualClock): Promise<void> {
  clock.step();
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const ids = (chain: readonly KeptAnswer[] | undefined) => chain?.map(({ id }) => id);

describe('kept answers on their way', () => {
  test('are found before they are written, and a conversation may be half on its way', async () => {
    const { clock, answers, stored } = setUp();
    answers.keep(answer('1'));
    await ring(clock);
    answers.keep(answer('2', '1'));
    answers.keep(answer('3', '2'));
    expect(stored()).toBe(1);
    expect(ids(await answers.chain('a', '3'))).toEqual(['1', '2', '3']);
    expect((await answers.find('a', '3'))?.id).toBe('3');
    expect(await answers.chain('b', '3')).toBeUndefined();
    expect(await answers.find('b', '3')).toBeUndefined();
    await answers.stop();
    expect(stored()).toBe(3);
    expect(clock.armed.size).toBe(0);
  });

  test('are forgotten wherever they are', async () => {
    const { clock, answers, stored } = setUp();
    answers.keep(answer('1'));
    await ring(clock);
    answers.keep(answer('2'));
    expect([
      await answers.remove('a', '1'),
      await answers.remove('a', '2'),
      await answers.remove('a', '3'),
    ]).toEqual([true, true, false]);
    expect([await answers.find('a', '1'), await answers.find('a', '2')]).toEqual([undefined, undefined]);
    await answers.stop();
    expect(stored()).toBe(0);
  });

  test('come again while the database is ill, and are not gathered without end', async () => {
    const { store, clock, problems, answers, stored } = setUp();
    const insert = store.insert.bind(store);
    store.insert = async () => err('disk full');
    answers.keep(answer('1'));
    await ring(clock);
    expect(problems).toEqual(['kept answers wait for the database']);
    answers.keep(answer('large', null, 'x'.repeat(64 * 1024 * 1024)));
    expect(problems.at(-1)).toContain('is not kept');
    store.insert = insert;
    await ring(clock);
    expect(stored()).toBe(1);
    await answers.stop();
  });
});
