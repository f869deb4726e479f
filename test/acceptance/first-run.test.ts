// The first minutes of somebody who has just got Clew, from a fresh copy and from the single executable: it starts without
// a key, the command that it prints works as it stands, and what it did can be looked up.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { asArray, asNumber, asObject, asString, parseJson } from '#base/json.ts';
import { buildExecutable } from '../../scripts/build.ts';
import { freshFolder } from '../support/folder.ts';
import { addressesOf, eventsIn, launch } from '../support/processes.ts';
import type { Launched } from '../support/processes.ts';
import { TEN_MISTAKES } from './ten-mistakes.ts';

const ROOT = join(import.meta.dir, '../..');
/** What everybody has, and no key of any provider. Ports that nobody has taken. */
const ENV = {
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  CLEW_LISTEN: '127.0.0.1:0',
  CLEW_ADMIN: '127.0.0.1:0',
};

interface Installed {
  readonly folder: string;
  /** How it is started there, for a shell: as `npm start` would. */
  readonly start: string;
  readonly check: readonly string[];
}

async function freshCopy(): Promise<Installed> {
  const folder = freshFolder();
  for (const part of ['bin', 'src', 'package.json']) {
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const manifest = (await Bun.file(join(folder, 'package.json')).json()) as { scripts: { start: string } };
  return { folder, start: manifest.scripts.start, check: ['node', 'bin/clew.mjs', 'check'] };
}

async function executable(): Promise<Installed> {
  const folder = freshFolder();
  await buildExecutable(join(ROOT, 'src/main.ts'), join(folder, 'clew'));
  return { folder, start: './clew serve', check: ['./clew', 'check'] };
}

describe.each([
  ['a fresh copy', freshCopy],
  ['the single executable', executable],
] as const)('%s', (_, install) => {
  let installed: Installed;
  let gateway: Launched;
  let port: number;
  let adminPort: number;

  beforeAll(async () => {
    installed = await install();
    gateway = launch(['sh', '-c', `exec ${installed.start}`], { cwd: installed.folder, env: ENV });
    ({ port, adminPort } = await addressesOf(gateway));
  }, 120_000);
  afterAll(() => gateway.stop());

  test('the command that it prints is answered', async () => {
    const [, command = ''] = await gateway.said(/^Try it\n {2}(curl .*)$/m);
    expect(command).toContain(`127.0.0.1:${port}/v1/chat/completions`);
    const shell = Bun.spawn(['sh', '-c', command], { stdout: 'pipe', stderr: 'pipe' });
    const answer = parseJson(await new Response(shell.stdout).text());
    expect(await shell.exited).toBe(0);
    expect(answer).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { role: 'assistant', content: expect.stringContaining('Say hello.') as string } }],
    });
  });

  test('its record can be looked up, and it is in the metrics', async () => {
    await gateway.said(/"event":"exchange"/);
    const [{ id } = {}] = eventsIn(gateway.output(), 'exchange');
    const shown = await fetch(`http://127.0.0.1:${port}/api/v1/generation?id=${String(id)}`);
    expect([shown.status, await shown.json()]).toMatchObject([
      200,
      { data: { id, finish_reason: 'stop', provider_name: expect.any(String) as string } },
    ]);
    const metrics = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
    expect(metrics).toMatch(/^clew_requests_total\{.*outcome="ok"\} 1$/m);
    // The operator's port is not the clients' port.
    expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(404);
  });

  test('`clew check` names ten planted mistakes with path and line', async () => {
    const file = join(installed.folder, 'mistakes.yaml');
    await Bun.write(file, TEN_MISTAKES.text);
    const env = { ...ENV, ...TEN_MISTAKES.env };
    const run = async (...more: string[]): Promise<{ out: string; code: number }> => {
      const command = [...installed.check, '--config', file, ...more];
      const child = Bun.spawn(command, { cwd: installed.folder, env, stdout: 'pipe', stderr: 'pipe' });
      const out = await new Response(child.stdout).text();
      return { out, code: await child.exited };
    };
    const { out, code } = await run();
    const lines = out.trimEnd().split('\n');
    const found = lines
      .slice(0, -1)
      .map((line) => /:(\d+):\d+ {2}(\S+) {2}\S/.exec(line)?.slice(1, 3).join(' '));
    expect(found).toEqual([...TEN_MISTAKES.places]);
    expect([lines.at(-1), code]).toEqual(['10 problems', 1]);
    const asJson = await run('--json');
    const problems = asArray(asObject(parseJson(asJson.out))?.['problems']) ?? [];
    expect(
      problems.map(
        (problem) => `${asNumber(asObject(problem)?.['line'])} ${asString(asObject(problem)?.['path'])}`,
      ),
    ).toEqual([...TEN_MISTAKES.places]);
    expect(asJson.code).toBe(1);
  });

  test('SIGTERM lets a running answer finish, refuses new ones, and ends with 0', async () => {
    const ask = (model: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Go.' }] }),
      });
    const running = await ask('sim/words-40+rate-20');
    gateway.kill('SIGTERM');
    await gateway.said(/"event":"stopping"/);
    const refused = await ask('sim/hello');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    const text = await running.text();
    expect([text.includes('"finish_reason":"stop"'), text.includes('[DONE]')]).toEqual([true, true]);
    expect(await gateway.exited).toBe(0);
    expect(gateway.output()).toContain('"event":"stopped"');
  });
});
