// What each key spent, by day, so that a sum over years need not look at every generation. Kept in the transaction that inserts
// the rows: the two never say different things.

import type { Database, Statement } from 'bun:sqlite';

import type { GenerationRow } from '#accounting/generation-row.ts';
import type { DaySpent } from '#accounting/generation-store.ts';

const ADD = `
  INSERT INTO spending (key, day, generations, cost_nano, cost_unknown)
  VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (key, day) DO UPDATE SET generations = generations + excluded.generations,
    cost_nano = cost_nano + excluded.cost_nano, cost_unknown = cost_unknown + excluded.cost_unknown`;

const OF = `
  SELECT day, generations, cost_nano AS costNano, cost_unknown AS costUnknown
  FROM spending
  WHERE key = ?
  ORDER BY day`;

const DAY_MS = 86_400_000;
type Sum = { -readonly [Member in keyof DaySpent]: DaySpent[Member] };

export class Spending {
  readonly #add: Statement;
  readonly #of: Statement<DaySpent, [string]>;

  constructor(database: Database) {
    this.#add = database.prepare(ADD);
    this.#of = database.prepare(OF);
  }

  /** Rows that were not there before. One write for all of a key and a day: a batch has few of either. */
  add(rows: readonly GenerationRow[]): void {
    const byKey = new Map<string | null, Map<number, Sum>>();
    for (const { key, startedMs, costNano } of rows) {
      const days = byKey.get(key) ?? new Map<number, Sum>();
      byKey.set(key, days);
      const day = Math.floor(startedMs / DAY_MS);
      const sum = days.get(day) ?? { day, generations: 0, costNano: 0, costUnknown: 0 };
      days.set(day, sum);
      sum.generations += 1;
      sum.costNano += costNano ?? 0;
      sum.costUnknown += costNano === null ? 1 : 0;
    }
    for (const [key, days] of byKey) {
      for (const { day, generations, costNano, costUnknown } of days.values())
        this.#add.run(key ?? '', day, generations, costNano, costUnknown);
    }
  }

  of(key: string | null): readonly DaySpent[] {
    return this.#of.all(key ?? '');
  }
}
