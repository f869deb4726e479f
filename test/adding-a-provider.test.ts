// The promise of docs/adding-a-provider.md: one JSON file in a copy of the sources, and Clew knows the provider and answers
// through it. The file is the page's own example; only its address is the simulator's.

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator } from '#simulator/index.ts';
import type { Simulator } from '#simulator/index.ts';

const ROOT = join(import.meta.dir, '..');
const page = readFileSync(join(ROOT, 'docs/adding-a-provider.md'), 'utf8');
const example = /```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
const yaml = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';

const copy = mkdtempSync(join(tmpdir(), 'clew-copy-'));
const added = join(copy, 'src/providers/catalogue/example.json');
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({});
  for (const part of ['src', 'package.json', 'tsconfig.json']) {
    cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(async () => {
  await simulator.stop();
  rmSync(copy, { recursive: true });
});

function clew(
  args: readonly string[],
  env: Readonly<Record<string, string>> = { EXAMPLE_API_KEY: 'sk-example' },
) {
  return Bun.spawn([process.execPath, join(copy, 'src/main.ts'), ...args], {
    cwd: copy,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
}

async function check(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const child = clew(['check', ...args]);
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, out, err };
}

const withUrl = (text: string): string => text.replace('https://api.example.com/v1', simulator.url);

test('before, nobody knows it', async () => {
  expect(JSON.parse((await check('--json')).out)).toMatchObject({ ok: true, providers: [{ id: 'sim' }] });
});

test('one more file, and it is on', async () => {
  const before = readdirSync(join(copy, 'src'), { recursive: true }).length;
  writeFileSync(added, withUrl(example));
  expect(readdirSync(join(copy, 'src'), { recursive: true })).toHaveLength(before + 1);
  const { code, out } = await check('--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    providers: [{ id: 'example', name: 'Example Cloud', credentials: 1 }],
  });
});

test('and it answers, by its own key', async () => {
  writeFileSync(added, withUrl(example));
  const served = clew([
    'serve',
    '--listen',
    '127.0.0.1:0',
    '--admin',
    '127.0.0.1:0',
    '--data',
    join(copy, 'data'),
  ]);
  try {
    const url = await firstAddress(served.stderr);
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({
        model: 'example/hello',
        max_completion_tokens: 50,
        messages: [{ role: 'user', content: 'Hello' }],
      }),
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-clew-target')).toBe('example/hello');
    const answer = (await response.json()) as { choices: { message: { content: string } }[] };
    expect(answer.choices[0]?.message.content).not.toBeEmpty();
    expect(simulator.entries().at(-1)).toMatchObject({ model: 'hello', credential: 'mple', status: 200 });
  } finally {
    served.kill('SIGTERM');
    await served.exited;
  }
});

test('a file that is wrong is named at the start, with the field', async () => {
  writeFileSync(added, example.replace('"quirks"', '"quriks"'));
  const { code, err } = await check();
  expect(code).toBe(1);
  expect(err).toContain(
    'catalogue/example.json: speaks.openai-chat.quriks: unknown key; did you mean "quirks"?',
  );
});

test('the same as an entry of clew.yaml', async () => {
  rmSync(added, { force: true });
  const file = join(copy, 'clew.yaml');
  writeFileSync(file, yaml);
  const { code, out } = await check('--json', '--config', file);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ providers: [{ id: 'example', credentials: 1, models: 1 }] });
});

/** The data plane's, from the words of welcome. */
async function firstAddress(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += Buffer.from(chunk).toString();
    const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text);
    if (found !== null) return found[0];
  }
  throw new Error(text);
}
