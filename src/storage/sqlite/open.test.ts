import { Database } from 'bun:sqlite';
import { describe, expect, test } from 'bun:test';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { generationStoreContract } from '../../../test/contract/generation-store.ts';
import { freshFolder } from '../../../test/support/folder.ts';
import { rowNumber } from '../../../test/support/generations.ts';
import { openStore } from '../open-store.ts';

generationStoreContract('SQLite in memory', () => openAt('sqlite::memory:'));
generationStoreContract('SQLite in a file', () => openAt(`sqlite:${freshPath()}`));
generationStoreContract('SQLite that survives a power cut', async () => {
  const store = await openStore(`sqlite:${freshPath()}`, { survivePowerCut: true });
  if (!store.ok) throw new Error(store.error);
  return { store: store.value.generations, close: () => store.value.close() };
});

describe('openStore', () => {
  test('makes the folder, and finds again what it stored', async () => {
    const path = join(freshFolder(), 'deep', 'er', 'clew.db');
    const first = await openAt(`sqlite:${path}`);
    await first.store.insert([rowNumber(1)]);
    await first.close();
    const second = await openAt(`sqlite:${path}`);
    expect(await second.store.find(rowNumber(1).id)).toEqual({ ok: true, value: rowNumber(1).record });
    await second.close();
    expect(statSync(join(path, '..')).mode & 0o077).toBe(0);
  });

  test('says what is supported, and never shows a password', async () => {
    for (const [url, named] of [
      ['postgres://clew:hunter2@db/clew', '`postgres:`'],
      ['mysql://root:hunter2@db', '`mysql:`'],
      ['constructor:hunter2', '`constructor:`'],
      ['./data/clew.db', 'without a scheme'],
      ['', 'without a scheme'],
    ] as const) {
      const opened = await openStore(url);
      if (opened.ok) throw new Error(`${url} was opened`);
      expect(opened.error).toContain(named);
      expect(opened.error).toContain('sqlite:');
      expect(opened.error).not.toContain('hunter2');
    }
  });

  test('refuses what is no database, and what a newer version wrote', async () => {
    const text = freshPath();
    writeFileSync(text, 'not a database, '.repeat(1_000));
    const newer = freshPath();
    await (await openAt(`sqlite:${newer}`)).close();
    const database = new Database(newer);
    database.run(`INSERT INTO migrations (number, name, applied_ms) VALUES (99, 'from the future', 0)`);
    database.close();
    for (const [path, why] of [
      [text, 'cannot be opened'],
      [newer, 'run a newer version'],
    ] as const) {
      const opened = await openStore(`sqlite:${path}`);
      if (opened.ok) throw new Error(`${path} was opened`);
      expect(opened.error).toContain(path);
      expect(opened.error).toContain(why);
    }
  });

  test('a store that cannot be written says so, as a value', async () => {
    const path = freshPath();
    const { store, close } = await openAt(`sqlite:${path}`);
    const other = new Database(path);
    other.run('BEGIN EXCLUSIVE');
    const refused = await store.insert([rowNumber(1)]);
    other.run('ROLLBACK');
    other.close();
    expect(refused.ok).toBe(false);
    expect(await store.insert([rowNumber(1)])).toEqual({ ok: true, value: undefined });
    await close();
  });
});

async function openAt(url: string) {
  const opened = await openStore(url);
  if (!opened.ok) throw new Error(opened.error);
  return { store: opened.value.generations, close: () => opened.value.close() };
}

function freshPath(): string {
  return join(freshFolder(), 'clew.db');
}
