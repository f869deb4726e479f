import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCatalogue } from '#config/catalogue-files.ts';
import { buildExecutable } from './build.ts';

let folder = '';
let executable = '';

/** A program in the place of Clew's, that tells what it finds. */
const program = `
  import { loadCatalogue } from ${JSON.stringify(join(import.meta.dir, '../src/config/catalogue-files.ts'))};
  const catalogue = loadCatalogue();
  if (!catalogue.ok) throw new Error(catalogue.error.join());
  console.log(JSON.stringify({
    models: [...catalogue.value].map(([id, { models }]) => [id, models.size]),
    args: process.argv.slice(2),
    pid: process.pid,
    requestsMax: process.env.BUN_CONFIG_MAX_HTTP_REQUESTS,
  }));`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'clew-build-'));
  writeFileSync(join(folder, 'program.ts'), program);
  executable = await buildExecutable(join(folder, 'program.ts'), join(folder, 'new/folder/clew'));
}, 60_000);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Told {
  readonly models: readonly (readonly [string, number])[];
  readonly args: readonly string[];
  readonly pid: number;
  readonly requestsMax: string;
}

function run(
  args: readonly string[],
  env: Record<string, string> = {},
): Told & { readonly startedAs: number } {
  const child = Bun.spawnSync([executable, ...args], { cwd: folder, env });
  expect(child.stderr.toString()).toBe('');
  return { ...(JSON.parse(child.stdout.toString()) as Told), startedAs: child.pid };
}

test('the executable has the whole catalogue inside, wherever it runs', () => {
  const catalogue = loadCatalogue();
  if (!catalogue.ok) throw new Error(catalogue.error.join());
  const models = [...catalogue.value].map(([id, provider]): [string, number] => [id, provider.models.size]);
  expect(run([]).models).toEqual(models);
});

test('it raises Bun’s limit on requests at once, and is still the same process with the same arguments', () => {
  const told = run(['serve', '--listen', '127.0.0.1:0']);
  expect(Number(told.requestsMax)).toBeGreaterThan(2_000);
  expect(told.args).toEqual(['serve', '--listen', '127.0.0.1:0']);
  expect(told.pid).toBe(told.startedAs);
});

test('a limit that somebody set stays', () => {
  expect(run([], { BUN_CONFIG_MAX_HTTP_REQUESTS: '300' }).requestsMax).toBe('300');
});
