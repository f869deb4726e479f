// A reload under fifty live streams, by a change of the file and by SIGHUP: what runs keeps the snapshot it began with and
// ends whole, a bad file changes nothing and says why, a good one is in force for the next request.

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { renameSync } from 'node:fs';
import { join } from 'node:path';

import { asArray, asObject } from '#base/json.ts';
import { freshFolder } from '../support/folder.ts';
import { startGatewayProcess, startSimulatorProcess } from '../support/processes.ts';
import type { GatewayProcess, SimulatorProcess } from '../support/processes.ts';

const STREAMS = 50;
/** Eight seconds; the reloads need one. */
const LONG = 'words-100+rate-12';

let simulator: SimulatorProcess;
let gateway: GatewayProcess;
let keyFile: string;

beforeAll(async () => {
  simulator = await startSimulatorProcess();
  const folder = freshFolder();
  keyFile = join(folder, 'key');
  await Bun.write(keyFile, 'first-key');
  gateway = await startGatewayProcess(configText(LONG), { folder });
});
afterAll(() => Promise.all([gateway.stop(), simulator.stop()]));

function configText(upstreamModel: string): string {
  return `keys: [ { name: laptop, secret: "file:${keyFile}" } ]
providers: { sim: { dialect: openai-chat, url: "${simulator.url}", auth: none } }
models: { fast: { targets: [ sim/${upstreamModel} ] } }
`;
}

/** As editors do it: the new file is whole when it takes the place of the old one. */
async function write(text: string): Promise<void> {
  await Bun.write(`${gateway.file}.new`, `environment: off\n${text}`);
  renameSync(`${gateway.file}.new`, gateway.file);
}

function ask(key: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${gateway.port}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'fast', stream: true, messages: [{ role: 'user', content: 'Go.' }] }),
  });
}

/** Waits for one more line about a reload, and gives it. */
async function nextReload(after: number): Promise<Readonly<Record<string, unknown>>> {
  for (;;) {
    const found = gateway.events('reload')[after];
    if (found !== undefined) return found;
    await Bun.sleep(20);
  }
}

test('fifty streams keep their snapshot through four reloads', async () => {
  const streams = await Promise.all(Array.from({ length: STREAMS }, () => ask('first-key')));
  expect(new Set(streams.map(({ status }) => status))).toEqual(new Set([200]));
  const texts = Promise.all(streams.map((response) => response.text()));

  // A bad file: nothing changes, and the log says where it is wrong.
  await write(configText('hello').replace('models:', 'modles:'));
  const refused = await nextReload(0);
  expect(refused).toMatchObject({ kind: 'refused' });
  expect(asObject(asArray(refused['problems'] as never)?.[0])).toMatchObject({
    path: 'modles',
    line: 4,
    nearest: 'models',
  });
  const still = await ask('first-key');
  expect(still.headers.get('x-clew-target')).toBe(`sim/${LONG}`);
  await still.body?.cancel();

  // The same by SIGHUP.
  gateway.kill('SIGHUP');
  expect(await nextReload(1)).toMatchObject({ kind: 'refused' });

  // A good file: the next request goes where it says.
  await write(configText('hello'));
  const swapped = await nextReload(2);
  expect(swapped).toMatchObject({ kind: 'swapped', needRestart: [] });
  const next = await ask('first-key');
  expect(next.headers.get('x-clew-target')).toBe('sim/hello');
  await next.text();

  // SIGHUP reads the files of secrets again, which are not watched.
  await Bun.write(keyFile, 'second-key');
  gateway.kill('SIGHUP');
  expect(await nextReload(3)).toMatchObject({ kind: 'swapped' });
  expect([(await ask('first-key')).status, (await ask('second-key')).status]).toEqual([401, 200]);

  // All this happened while the fifty were running.
  expect(await gateway.metric('clew_exchanges_in_flight')).toBeGreaterThanOrEqual(STREAMS);
  for (const text of await texts) {
    expect([text.includes('"finish_reason":"stop"'), text.endsWith('data: [DONE]\n\n')]).toEqual([
      true,
      true,
    ]);
  }
  while (gateway.events('exchange').length < STREAMS + 3) await Bun.sleep(20);
  const ended = gateway.events('exchange');
  const long = ended.filter(({ target, failure }) => target === `sim/${LONG}` && failure === undefined);
  expect(long.length).toBe(STREAMS);
  const snapshots = new Set(long.map(({ snapshot }) => snapshot));
  expect(snapshots.size).toBe(1);
  expect(snapshots.has(swapped['version'])).toBe(false);
  const short = ended.filter(({ target }) => target === 'sim/hello');
  expect(short[0]?.['snapshot']).toBe(swapped['version']);
}, 60_000);
