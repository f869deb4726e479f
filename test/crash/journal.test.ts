// A process is killed at random moments, again and again over the same journal and database. What it was promised must be
// there afterwards, each exchange exactly once.

import { expect, test } from 'bun:test';
import { join } from 'node:path';

import type { Generation } from '#accounting/generation.ts';
import { openJournal } from '#accounting/journal-file.ts';
import type { JournalFile } from '#accounting/journal-file.ts';
import { seededDraw } from '#base/random.ts';
import type { Result } from '#base/result.ts';
import { openStore } from '#storage/open-store.ts';
import type { Store } from '#storage/store.ts';
import { freshFolder } from '../support/folder.ts';
import { generationOf } from '../support/generations.ts';

const KILLS = 10;
const CHILD = new URL('./write-journal.ts', import.meta.url).pathname;
const MILLION = 1_000_000;

test('what was promised before a kill is there after it, exactly once', async () => {
  const folder = freshFolder();
  const [directory, database] = [join(folder, 'journal'), join(folder, 'clew.db')];
  const seed = Date.now();
  const draw = seededDraw(seed);
  const intended = new Set<string>();
  const settled = new Set<string>();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const lines = await runAndKill([directory, database, String(1 + kill * MILLION)], draw() * 60);
    for (const line of lines) (line.startsWith('S') ? settled : intended).add(line.slice(2));
    if (draw() < 0.5) await check(`seed ${seed}, kill ${kill}`, { directory, database, intended, settled });
  }
  await check(`seed ${seed}, at the end`, { directory, database, intended, settled });
  expect(settled.size).toBeGreaterThan(KILLS);
}, 60_000);

interface Promised {
  readonly directory: string;
  readonly database: string;
  readonly intended: ReadonlySet<string>;
  readonly settled: ReadonlySet<string>;
}

/** Opens both, lets the database take all, and compares. */
async function check(when: string, { directory, database, intended, settled }: Promised): Promise<void> {
  const { journal, report } = good(openJournal({ directory }));
  const store = good(await openStore(`sqlite:${database}`));
  await drainAll(journal, store);
  expect(report.damaged, when).toBe(0);
  for (const id of settled) {
    expect(await recordOf(store, id), `${when}: ${id}`).toBe(JSON.stringify(generationOf(numberOf(id))));
  }
  let unpromised = 0;
  const rows = good(await store.generations.list({ limit: Number.MAX_SAFE_INTEGER }));
  expect(new Set(rows.map(({ id }) => id)).size, when).toBe(rows.length);
  for (const id of intended) {
    if (settled.has(id)) continue;
    const generation = JSON.parse((await recordOf(store, id)) ?? '{}') as Partial<Generation>;
    // Killed between the write and the word about it, an exchange may be settled without a promise.
    const whole = generation.finish?.reason === 'stop';
    expect(whole || generation.failure?.code === 'internal', `${when}: ${id}`).toBe(true);
  }
  for (const { id } of rows) if (!intended.has(id)) unpromised += 1;
  expect(unpromised, when).toBeLessThanOrEqual(KILLS);
  journal.close();
  await store.close();
}

/** The lines that the child wrote before it was killed, `delayMs` after its first. */
async function runAndKill(options: readonly string[], delayMs: number): Promise<readonly string[]> {
  const child = Bun.spawn([process.execPath, CHILD, ...options], { stdout: 'pipe', stderr: 'inherit' });
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of child.stdout) {
    if (text === '') setTimeout(() => child.kill('SIGKILL'), delayMs);
    text += decoder.decode(chunk, { stream: true });
  }
  await child.exited;
  expect(child.signalCode).toBe('SIGKILL');
  // A line that the kill cut is no promise.
  return text.split('\n').slice(0, -1);
}

async function drainAll(journal: JournalFile, store: Store): Promise<void> {
  for (;;) {
    const batch = journal.pending(500);
    if (batch.rows.length === 0) return;
    good(await store.generations.insert(batch.rows));
    journal.acknowledge(batch);
  }
}

async function recordOf(store: Store, id: string): Promise<string | undefined> {
  return good(await store.generations.find(id));
}

function numberOf(id: string): number {
  return Number(id.slice(-20));
}

function good<Value>(result: Result<Value, string>): Value {
  if (!result.ok) throw new Error(result.error);
  return result.value;
}
