// Real files, a real watcher, real signals.

import { afterAll, afterEach, expect, test } from 'bun:test';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testCatalogue, VOCABULARIES } from '../../test/support/catalogue.ts';
import { loadConfig } from './load.ts';
import { startReloader } from './reload.ts';
import type { Reloader, ReloadReport } from './reload.ts';
import type { Snapshot } from './snapshot.ts';

const directory = mkdtempSync(join(tmpdir(), 'clew-reload-'));
const file = join(directory, 'clew.yaml');
const catalogue = testCatalogue();
let reloader: Reloader | undefined;

afterEach(() => reloader?.stop());
afterAll(() => rmSync(directory, { recursive: true }));

function load(predecessor?: Snapshot) {
  const env = { ACME_API_KEY: 'k' };
  return loadConfig({ file, env, catalogue, vocabularies: VOCABULARIES, predecessor });
}

interface Watched {
  current: Snapshot;
  readonly reports: ReloadReport[];
  /** Settles with the next report; the runner's own time limit ends a wait in vain. */
  readonly next: () => Promise<ReloadReport>;
}

function watchFile(text: string): Watched {
  writeFileSync(file, text);
  const first = load();
  if (!first.ok) throw new Error('the first file is wrong');
  const waiting: ((report: ReloadReport) => void)[] = [];
  const watched: Watched = {
    current: first.value,
    reports: [],
    next: () => new Promise((settle) => waiting.push(settle)),
  };
  reloader = startReloader({
    file,
    initial: first.value,
    load: () => load(watched.current),
    swap: (snapshot) => {
      watched.current = snapshot;
    },
    report: (report) => {
      watched.reports.push(report);
      waiting.shift()?.(report);
    },
  });
  return watched;
}

function drainOf(watched: Watched): number {
  return watched.current.server.drainMs;
}

test('a change of the file swaps the snapshot', async () => {
  const watched = watchFile('server: { drain: 1s }');
  const before = watched.current;
  const report = watched.next();
  writeFileSync(file, 'server: { drain: 2s }');
  expect(await report).toMatchObject({ kind: 'swapped', needRestart: [] });
  expect(drainOf(watched)).toBe(2_000);
  expect(before.server.drainMs).toBe(1_000);
  expect(watched.current.version).not.toBe(before.version);
});

test('a file that is put in the place of the old one counts as a change', async () => {
  const watched = watchFile('server: { drain: 1s }');
  const report = watched.next();
  writeFileSync(`${file}.new`, 'server: { drain: 3s }');
  renameSync(`${file}.new`, file);
  await report;
  expect(drainOf(watched)).toBe(3_000);
});

test('a bad file changes nothing and is reported, and a good one after it is taken', async () => {
  const watched = watchFile('server: { drain: 1s }');
  const before = watched.current;
  const refused = watched.next();
  writeFileSync(file, 'server: { drian: 2s }');
  expect(await refused).toMatchObject({
    kind: 'refused',
    problems: [{ path: 'server.drian', line: 1, nearest: 'drain' }],
  });
  expect(watched.current).toBe(before);
  const swapped = watched.next();
  writeFileSync(file, 'server: { drain: 4s }');
  await swapped;
  expect(drainOf(watched)).toBe(4_000);
});

test('a price that is more than 20 times off the one in force is refused, until the file says that it is meant', () => {
  const priced = (input: number, more = ''): string =>
    `providers: { local: { models: { m: { price: { input: ${input}, output: 1 }${more} } } } }`;
  const inForce = (): number | undefined =>
    watched.current.providers.get('local')?.targets.get('m')?.price?.input;
  const watched = watchFile(priced(0.5));
  writeFileSync(file, priced(50));
  reloader?.reload();
  expect(watched.reports.at(-1)).toMatchObject({
    kind: 'refused',
    problems: [
      {
        path: 'providers.local.models.m.price.input',
        line: 1,
        message: 'goes from 0.5 to 50 dollars, more than 20 times',
        expected: 'priceJump: accept beside the price, if that is meant',
      },
    ],
  });
  expect(inForce()).toBe(500_000);
  writeFileSync(file, priced(50, ', priceJump: accept'));
  reloader?.reload();
  expect(watched.reports.at(-1)).toMatchObject({ kind: 'swapped' });
  expect(inForce()).toBe(50_000_000);
  writeFileSync(file, priced(10));
  reloader?.reload();
  expect(inForce()).toBe(10_000_000);
});

test('SIGHUP reads everything again, changed or not', async () => {
  const watched = watchFile('server: { drain: 1s }');
  const before = watched.current;
  const report = watched.next();
  process.kill(process.pid, 'SIGHUP');
  expect(await report).toMatchObject({ kind: 'swapped' });
  expect(watched.current).not.toBe(before);
  expect(watched.current.version).toBe(before.version);
});

test('what only a restart can change is named, until it is as it was', () => {
  const watched = watchFile('server: { listen: 127.0.0.1:1 }');
  writeFileSync(file, 'server: { listen: 127.0.0.1:2 }\nstorage: { url: sqlite:other.db }');
  reloader?.reload();
  expect(watched.reports.at(-1)).toMatchObject({ needRestart: ['server.listen', 'storage.url'] });
  reloader?.reload();
  expect(watched.reports.at(-1)).toMatchObject({ needRestart: ['server.listen', 'storage.url'] });
  writeFileSync(file, 'server: { listen: 127.0.0.1:1 }');
  reloader?.reload();
  expect(watched.reports.at(-1)).toMatchObject({ needRestart: [] });
});

test('stop releases the signal, and may be said twice', () => {
  const before = process.listenerCount('SIGHUP');
  watchFile('');
  expect(process.listenerCount('SIGHUP')).toBe(before + 1);
  reloader?.stop();
  reloader?.stop();
  expect(process.listenerCount('SIGHUP')).toBe(before);
});

test('a directory that cannot be watched is told', () => {
  const first = loadConfig({ text: '', env: {}, catalogue, vocabularies: VOCABULARIES });
  if (!first.ok) throw new Error('an empty text is wrong');
  const reports: ReloadReport[] = [];
  reloader = startReloader({
    file: join(directory, 'absent', 'clew.yaml'),
    initial: first.value,
    load: () => load(),
    swap: () => {},
    report: (report) => reports.push(report),
  });
  expect(reports.map((report) => report.kind)).toEqual(['blind']);
});
