// Several workers on one port: one is killed outright under load, the others' streams live on, it comes back, and what it
// had promised is on record. Reload and stop reach all.

import { afterAll, beforeAll, expect, test } from 'bun:test';

import { freshFolder } from '../support/folder.ts';
import { freePort, startGatewayProcess, startSimulatorProcess } from '../support/processes.ts';
import type { GatewayProcess, SimulatorProcess } from '../support/processes.ts';

const STREAMS = 40;
/** Three seconds and more. */
const LONG = 'words-40+rate-12';

let simulator: SimulatorProcess;
let gateway: GatewayProcess;
const folder = freshFolder();

beforeAll(async () => {
  simulator = await startSimulatorProcess();
  const port = await freePort();
  const args = ['--workers', '3', '--listen', `127.0.0.1:${port}`];
  gateway = await startGatewayProcess(
    `providers: { sim: { dialect: openai-chat, url: "${simulator.url}", auth: none } }\n`,
    { folder, args },
  );
});
afterAll(() => Promise.all([gateway.stop(), simulator.stop()]));

function ask(model: string, stream: boolean): Promise<Response> {
  return fetch(`http://127.0.0.1:${gateway.port}/v1/chat/completions`, {
    method: 'POST',
    // A connection of its own: the kernel hands out connections, not requests.
    headers: { connection: 'close' },
    body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'Go.' }] }),
  });
}

interface Watched {
  readonly id: string;
  /** Whether the stream came to its end. */
  readonly whole: Promise<boolean>;
}

/** Streams that have all begun: each client has its head and what comes first. */
async function watch(count: number): Promise<readonly Watched[]> {
  const responses = await Promise.all(Array.from({ length: count }, () => ask(`sim/${LONG}`, true)));
  return responses.map((response) => ({
    id: response.headers.get('x-clew-generation-id') ?? '',
    whole: response.text().then(
      (text) => text.includes('[DONE]'),
      () => false,
    ),
  }));
}

async function helloAttempts(): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${gateway.adminPort}/metrics`)).text();
  return Number(/^clew_attempts_total\{target="sim\/hello",outcome="ok"\} (\d+)$/m.exec(text)?.[1] ?? 0);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Bun.sleep(20);
}

async function recordOf(id: string): Promise<Record<string, unknown>> {
  const found = await fetch(`http://127.0.0.1:${gateway.port}/api/v1/generation?id=${id}`);
  expect(found.status, id).toBe(200);
  return ((await found.json()) as { data: Record<string, unknown> }).data;
}

test('a worker that is killed takes its own streams along and nothing else, and comes back', async () => {
  const watched = await watch(STREAMS);
  const [victim] = gateway.events('worker ready');
  process.kill(Number(victim?.['pid']), 'SIGKILL');
  await until(() => gateway.events('worker ready').length === 4);
  const meanwhile = await Promise.all(Array.from({ length: 20 }, () => ask('sim/hello', false)));
  expect(meanwhile.map(({ status }) => status)).toEqual(meanwhile.map(() => 200));

  const ends = await Promise.all(watched.map(({ whole }) => whole));
  const cut = ends.filter((whole) => !whole).length;
  expect(cut).toBeGreaterThan(0);
  expect(cut).toBeLessThan(STREAMS);
  expect(gateway.events('worker ended')).toEqual([expect.objectContaining({ why: 'SIGKILL' })]);
  // Each is on record: the killed ones as what they are, their cost unknown.
  for (const [index, { id }] of watched.entries()) {
    const { finish_reason: finish } = await recordOf(id);
    expect({ id, ended: finish === 'stop' }).toEqual({ id, ended: ends[index] === true });
  }
}, 30_000);

test('the metrics are those of all', async () => {
  const before = await helloAttempts();
  const answers = await Promise.all(Array.from({ length: 30 }, () => ask('sim/hello', false)));
  await Promise.all(answers.map((answer) => answer.text()));
  expect((await helloAttempts()) - before).toBe(30);
});

test('an answer is found by every worker as soon as it has ended', async () => {
  for (let round = 0; round < 10; round += 1) {
    const answer = await ask('sim/hello', false);
    await answer.text();
    expect(await recordOf(answer.headers.get('x-clew-generation-id') ?? '')).toMatchObject({
      model: 'hello',
    });
  }
});

test('SIGHUP reaches all of them', async () => {
  gateway.kill('SIGHUP');
  await until(() => gateway.events('reload').length === 3);
});

test('SIGTERM lets the streams of all end, and the parts of the journal go to the database with fewer workers', async () => {
  const watched = await watch(12);
  gateway.kill('SIGTERM');
  expect(await gateway.exited).toBe(0);
  expect(await Promise.all(watched.map(({ whole }) => whole))).toEqual(watched.map(() => true));

  gateway = await startGatewayProcess(
    `providers: { sim: { dialect: openai-chat, url: "${simulator.url}", auth: none } }\n`,
    { folder },
  );
  for (const { id } of watched) expect(await recordOf(id)).toMatchObject({ finish_reason: 'stop' });
}, 30_000);

test('a port that is taken is said at once', async () => {
  const args = ['--workers', '2', '--listen', `127.0.0.1:${gateway.port}`];
  const why = await startGatewayProcess('providers: {}\n', { args }).catch(String);
  expect(why).toMatch(/is not free/);
});
