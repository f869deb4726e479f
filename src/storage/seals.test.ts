import { Database } from 'bun:sqlite';
import { describe, expect, test } from 'bun:test';

import type { KeptSeals, SealLimits } from '#accounting/seal-store.ts';
import { err } from '#base/result.ts';
import { VirtualClock } from '../../test/support/virtual-clock.ts';
import { Seals } from './seals.ts';
import { migrate } from './sqlite/migrate.ts';
import { MIGRATIONS } from './sqlite/migrations.ts';
import { SqliteSeals } from './sqlite/seals.ts';

const LIMITS: SealLimits = { turnsMax: 10, charactersMax: 10_000, lifetimeMs: 60_000 };

function setUp(
  limits: SealLimits | undefined = LIMITS,
  database = new Database(':memory:', { strict: true }),
) {
  migrate(database, MIGRATIONS);
  const clock = new VirtualClock();
  const problems: string[] = [];
  const make = (siblings = false): Seals =>
    new Seals({
      store: new SqliteSeals(database),
      clock,
      limits: () => limits,
      siblings,
      onProblem: (message) => problems.push(message),
    });
  const kept = (turn: string, more: Partial<KeptSeals> = {}): KeptSeals => ({
    key: 'a',
    turn,
    createdMs: clock.wallMs(),
    sealed: `"${turn}"`,
    ...more,
  });
  return { clock, problems, make, kept, database };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('kept seals', () => {
  test('are found at once, by their key only', () => {
    const { make, kept } = setUp();
    const seals = make();
    expect(seals.any('a')).toBe(false);
    seals.keep(kept('1'));
    expect([seals.find('a', '1'), seals.find('b', '1'), seals.find('a', '2')]).toEqual([
      '"1"',
      undefined,
      undefined,
    ]);
    expect([seals.any('a'), seals.any('b')]).toEqual([true, false]);
    seals.keep(kept('2.14.digest'));
    expect([seals.any('a', '2.14'), seals.any('a', '2.1'), seals.any('b', '2.14')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('the oldest go when there are too many or they are too large, and nothing larger than all is kept', () => {
    const { make, kept } = setUp({ ...LIMITS, turnsMax: 3, charactersMax: 100 });
    const seals = make();
    for (const turn of ['1', '2', '3', '4']) seals.keep(kept(turn));
    expect([seals.find('a', '1'), seals.find('a', '2')]).toEqual([undefined, '"2"']);
    seals.keep(kept('5', { sealed: 'x'.repeat(95) }));
    expect(seals.figures()).toEqual({ turns: 1, characters: 97 });
    seals.keep(kept('6', { sealed: 'x'.repeat(200) }));
    expect([seals.find('a', '6'), seals.figures().turns]).toEqual([undefined, 1]);
  });

  test('what is kept again is younger, and counted once', () => {
    const { make, kept } = setUp({ ...LIMITS, turnsMax: 2 });
    const seals = make();
    for (const turn of ['1', '2', '1', '3']) seals.keep(kept(turn));
    expect([seals.find('a', '1'), seals.find('a', '2')]).toEqual(['"1"', undefined]);
    expect(seals.figures()).toEqual({ turns: 2, characters: 10 });
  });

  test('are forgotten after their time, wherever they are', async () => {
    const { clock, make, kept } = setUp();
    const seals = make();
    seals.keep(kept('1'));
    seals.keep(kept('old', { createdMs: clock.wallMs() - 60_000 }));
    expect([seals.find('a', '1'), seals.find('a', 'old')]).toEqual(['"1"', undefined]);
    await seals.stop();
    const next = make();
    await next.load();
    expect([next.find('a', '1'), next.find('a', 'old')]).toEqual(['"1"', undefined]);
  });

  test('outlive the process within the limits: the youngest stay', async () => {
    const { clock, make, kept, database } = setUp({ ...LIMITS, turnsMax: 2 });
    const seals = make();
    for (const turn of ['1', '2', '3']) {
      seals.keep(kept(turn, { createdMs: clock.wallMs() + Number(turn) }));
    }
    await seals.stop();
    const rows = database.query<{ n: number }, []>('SELECT count(*) AS n FROM seals').get()?.n;
    expect(rows).toBe(2);
    const next = make();
    await next.load();
    expect(['1', '2', '3'].map((turn) => next.find('a', turn))).toEqual([undefined, '"2"', '"3"']);
    expect(clock.armed.size).toBe(0);
  });

  test('of one worker are soon known to the others', async () => {
    const { clock, make, kept } = setUp();
    const [one, other] = [make(true), make(true)];
    await one.load();
    await other.load();
    one.keep(kept('1'));
    for (let step = 0; step < 6; step += 1) {
      clock.step();
      await settle();
    }
    expect(other.find('a', '1')).toBe('"1"');
    await one.stop();
    await other.stop();
    expect(clock.armed.size).toBe(0);
  });

  test('off: nothing is kept or read', async () => {
    const { make, kept, database } = setUp();
    const on = make();
    on.keep(kept('1'));
    await on.stop();
    const off = new Seals({
      store: new SqliteSeals(database),
      clock: new VirtualClock(),
      limits: () => undefined,
      onProblem: () => {},
    });
    await off.load();
    off.keep(kept('2'));
    expect([off.any('a'), off.find('a', '1'), off.find('a', '2')]).toEqual([false, undefined, undefined]);
  });

  test('a database that is gone is told of, and nothing else happens', async () => {
    const { clock, kept, problems } = setUp();
    const gone = async () => err('gone');
    const seals = new Seals({
      store: { insert: gone, load: gone, news: gone },
      clock,
      limits: () => LIMITS,
      onProblem: (message) => problems.push(message),
    });
    await seals.load();
    seals.keep(kept('1'));
    expect(seals.find('a', '1')).toBe('"1"');
    await seals.stop();
    expect(problems).toEqual(['kept seals cannot be read', 'kept seals wait for the database']);
  });
});
