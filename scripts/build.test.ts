import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCatalogue } from '#config/catalogue-files.ts';
import { buildExecutable } from './build.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clew-build-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('an executable has the whole catalogue inside, wherever it runs', async () => {
  const source = join(import.meta.dir, '../src/config/catalogue-files.ts');
  const entry = join(folder, 'entry.ts');
  writeFileSync(
    entry,
    `import { loadCatalogue } from ${JSON.stringify(source)};
     const catalogue = loadCatalogue();
     if (!catalogue.ok) throw new Error(catalogue.error.join());
     console.log(JSON.stringify([...catalogue.value].map(([id, { models }]) => [id, models.size])));`,
  );
  const executable = await buildExecutable(entry, join(folder, 'clew'));
  const run = Bun.spawnSync([executable], { cwd: folder, env: {} });
  const catalogue = loadCatalogue();
  if (!catalogue.ok) throw new Error(catalogue.error.join());
  const counts = [...catalogue.value].map(([id, { models }]) => [id, models.size]);
  expect(run.stderr.toString()).toBe('');
  expect(JSON.parse(run.stdout.toString())).toEqual(counts);
}, 30_000);
