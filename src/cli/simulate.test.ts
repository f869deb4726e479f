// `clew simulate` as a process: it serves, tells of each attempt, and stops when asked to.

import { expect, test } from 'bun:test';

const SCRIPT = `
  import { Command } from 'commander';
  import { simulateCommand } from './src/cli/simulate.ts';
  const program = new Command('clew');
  simulateCommand(program);
  await program.parseAsync(['bun', 'clew', 'simulate', ...process.argv.slice(1)]);
`;
const ROOT = new URL('../..', import.meta.url).pathname;

function start(...args: readonly string[]) {
  return Bun.spawn([process.execPath, '-e', SCRIPT, '--', ...args], {
    cwd: ROOT,
    stdout: 'pipe',
    stderr: 'pipe',
  });
}

test('it serves, prints a line for each attempt, and ends at SIGTERM', async () => {
  const running = start('--port', '0', '--json');
  const reader = running.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const line = async () => JSON.parse((await reader.read()).value ?? 'null') as Record<string, unknown>;
  const { url } = await line();
  const body = JSON.stringify({ model: 'words-3', messages: [{ role: 'user', content: 'Go on.' }] });
  const response = await fetch(`${String(url)}/chat/completions`, { method: 'POST', body });
  expect(response.status).toBe(200);
  expect(await line()).toMatchObject({ model: 'words-3', status: 200, ended: 'complete', outputTokens: 3 });
  running.kill('SIGTERM');
  expect(await running.exited).toBe(0);
});

test.each([
  [['--faults'], 0, 'F22     stream-cut[-N]'],
  [['--faults', '--json'], 0, '{"name":"silence","id":"F06"'],
  [['--help'], 0, 'fault-NAME[-N]'],
  [['--port', '99999'], 1, 'whole number from 0 to 65535'],
  [['--replay', './no-such-directory'], 1, 'no-such-directory'],
])('simulate %p ends with %d', async (args, code, said) => {
  const running = start(...args);
  const output = (await new Response(running.stdout).text()) + (await new Response(running.stderr).text());
  expect(output).toContain(said);
  expect(await running.exited).toBe(code);
});
