import { Database } from 'bun:sqlite';
import { describe, expect, test } from 'bun:test';

import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';

const FIRST = { name: 'first', sql: 'CREATE TABLE a (x)' };
const SECOND = { name: 'second', sql: 'ALTER TABLE a ADD COLUMN y' };
const WRONG = { name: 'wrong', sql: 'CREATE TABLE a (x)' };

describe('migrate', () => {
  test('applies each once, in order, and only what is missing', () => {
    const database = new Database(':memory:');
    expect(migrate(database, [FIRST])).toEqual({ ok: true, value: 1 });
    expect(migrate(database, [FIRST, SECOND])).toEqual({ ok: true, value: 1 });
    expect(migrate(database, [FIRST, SECOND])).toEqual({ ok: true, value: 0 });
    expect(database.query('SELECT number, name FROM migrations ORDER BY number').all()).toEqual([
      { number: 1, name: 'first' },
      { number: 2, name: 'second' },
    ]);
    database.run('INSERT INTO a (x, y) VALUES (1, 2)');
  });

  test('changes nothing when one of them fails', () => {
    const database = new Database(':memory:');
    expect(() => migrate(database, [FIRST, SECOND, WRONG])).toThrow('already exists');
    expect(database.query('SELECT name FROM sqlite_master').all()).toEqual([]);
    expect(migrate(database, [FIRST, SECOND])).toEqual({ ok: true, value: 2 });
  });

  test('refuses a schema that is newer than itself', () => {
    const database = new Database(':memory:');
    migrate(database, [FIRST, SECOND]);
    expect(migrate(database, [FIRST]).ok).toBe(false);
  });

  test('the schema has the columns that rows are made of', () => {
    const database = new Database(':memory:');
    migrate(database, MIGRATIONS);
    const columns = database.query<{ name: string }, []>('PRAGMA table_info(generations)').all();
    expect(columns.map(({ name }) => name).join(' ')).toBe(
      'id started_ms key model target finish failure stream input_tokens output_tokens cost_nano total_ms first_content_ms record',
    );
  });

  test('what was spent before its sums were kept is summed', () => {
    const database = new Database(':memory:');
    const before = MIGRATIONS.findIndex(({ name }) => name === 'spending');
    migrate(database, MIGRATIONS.slice(0, before));
    const insert = database.prepare(
      `INSERT INTO generations (id, started_ms, key, model, stream, cost_nano, total_ms, record)
       VALUES (?, ?, ?, 'm', 0, ?, 1, '{}')`,
    );
    insert.run('a', 86_400_000, 'laptop', 5);
    insert.run('b', 86_400_001, 'laptop', null);
    insert.run('c', 86_399_999, null, 7);
    migrate(database, MIGRATIONS);
    expect(database.query('SELECT * FROM spending ORDER BY key').values()).toEqual([
      ['', 0, 1, 7, 0],
      ['laptop', 1, 2, 5, 1],
    ]);
  });
});
