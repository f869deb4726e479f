// The launchers under plain Node, as npm runs them: which Bun they find, and that they are as good as Bun itself.

import { afterAll, describe, expect, test } from 'bun:test';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const node = Bun.which('node') ?? 'node';
const directory = mkdtempSync(join(tmpdir(), 'clew-launcher-'));
afterAll(() => rmSync(directory, { recursive: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `PATH` is empty, so that no Bun of this machine is found by accident. */
async function run(args: readonly string[]): Promise<Ran> {
  const child = Bun.spawn([node, ...args], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    env: { PATH: '' },
  });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, out, err };
}

describe('scripts/bun.mjs', () => {
  const script = join(root, 'scripts/bun.mjs');

  test('gives arguments and the exit code through, and raises the limit of the HTTP client', async () => {
    const program =
      'console.log(process.argv.slice(-2), process.env.BUN_CONFIG_MAX_HTTP_REQUESTS); process.exit(7)';
    const { code, out } = await run([script, '-e', program, 'one', 'two words']);
    expect(out.trim()).toBe('[ "one", "two words" ] 65336');
    expect(code).toBe(7);
  });

  test('ends as a shell says it when Bun was killed', async () => {
    expect((await run([script, '-e', 'process.kill(process.pid, "SIGKILL")'])).code).toBe(128 + 9);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('passes %s on', async (signal) => {
    const program = `process.on('${signal}', () => process.exit(3)); setInterval(() => {}, 1000); console.log('up')`;
    const child = Bun.spawn([node, script, '-e', program], { stdin: 'ignore', stdout: 'pipe' });
    for await (const chunk of child.stdout) if (Buffer.from(chunk).includes('up')) break;
    child.kill(signal);
    expect(await child.exited).toBe(3);
  });
});

describe('bin/clew.mjs', () => {
  test('runs the program', async () => {
    const { version } = (await Bun.file(join(root, 'package.json')).json()) as { version: string };
    const { code, out } = await run([join(root, 'bin/clew.mjs'), '--version']);
    expect(out.trim()).toBe(version);
    expect(code).toBe(0);
  });

  /** A project that has installed the package: `files` are the executables in its node_modules. */
  function install(name: string, files: Readonly<Record<string, 'bun' | 'placeholder'>>): string {
    const modules = join(directory, name, 'node_modules');
    cpSync(join(root, 'bin'), join(modules, 'clew/bin'), { recursive: true });
    mkdirSync(join(modules, 'clew/src'));
    writeFileSync(join(modules, 'clew/src/main.ts'), 'console.log("main", ...process.argv.slice(2));');
    mkdirSync(join(modules, '.bin'));
    symlinkSync('../clew/bin/clew.mjs', join(modules, '.bin/clew'));
    for (const [file, content] of Object.entries(files)) {
      const path = join(modules, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(join(dirname(path), '../package.json'), '{}');
      if (content === 'bun') symlinkSync(process.execPath, path);
      else writeFileSync(path, 'echo "not installed"; exit 1', { mode: 0o755 });
    }
    return join(modules, '.bin/clew');
  }

  const machine = process.arch === 'arm64' ? 'aarch64' : process.arch;
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const platform = `@oven/bun-${system}-${machine}`;

  test.each([
    ['beside it, moved by its install script', { 'bun/bin/bun.exe': 'bun' }],
    [
      'where install scripts are not run',
      { 'bun/bin/bun.exe': 'placeholder', [`${platform}/bin/bun`]: 'bun' },
    ],
    [
      'inside the package of Bun',
      { 'bun/bin/bun.exe': 'placeholder', [`bun/node_modules/${platform}/bin/bun`]: 'bun' },
    ],
    ['inside its own package', { [`clew/node_modules/${platform}/bin/bun`]: 'bun' }],
  ] as const)('finds Bun %s', async (name, files) => {
    const { code, out, err } = await run([install(name, files), 'check', '--json']);
    expect(err).toBe('');
    expect(out.trim()).toBe('main check --json');
    expect(code).toBe(0);
  });

  test('says what to do where there is none', async () => {
    const { code, out, err } = await run([install('none', { 'bun/bin/bun.exe': 'placeholder' })]);
    expect(err).toContain('No Bun executable');
    expect(err).toContain('npm install');
    expect(out).toBe('');
    expect(code).toBe(1);
  });
});
