// The log, the bill and the control endpoint.

import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';

import { startSimulator, type AttemptEntry, type Simulator } from './index.ts';

let simulator: Simulator;
const logged: AttemptEntry[] = [];
beforeAll(async () => {
  simulator = await startSimulator({
    log: (entry) => logged.push(entry),
    prices: { '*': { input: 1, output: 2 }, dear: { input: 30, output: 60 } },
    maxEntries: 20,
  });
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  await control('DELETE', 'fault');
  await control('DELETE', 'terms');
  simulator.clear();
});

async function control(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: unknown }> {
  const url = simulator.url.replace('/v1', `/_sim/${path}`);
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

async function ask(model: string, headers: Record<string, string> = {}): Promise<number> {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Which way out?' }] });
  const response = await fetch(`${simulator.url}/chat/completions`, { method: 'POST', headers, body });
  await response.text();
  return response.status;
}

test('an attempt is logged with its times, tokens and bill', async () => {
  await ask('words-10', { authorization: 'Bearer sk-0123456789', 'x-clew-generation-id': 'gen-1' });
  const [entry] = simulator.entries();
  expect(entry).toMatchObject({
    id: 'gen-1',
    method: 'POST',
    path: '/v1/chat/completions',
    model: 'words-10',
    stream: false,
    fault: null,
    credential: '6789',
    status: 200,
    ended: 'complete',
    promptTokens: 8,
    outputTokens: 10,
    bill: 8 * 1_000 + 10 * 2_000,
    clientGoneMs: null,
  });
  const { arrivedMs = 0, firstByteMs, endedMs } = entry ?? {};
  expect(Math.abs(arrivedMs - Date.now())).toBeLessThan(60_000);
  expect(firstByteMs).toBeGreaterThanOrEqual(arrivedMs);
  expect(endedMs).toBeGreaterThanOrEqual(firstByteMs ?? Number.POSITIVE_INFINITY);
  expect(logged.at(-1)).toEqual(entry as AttemptEntry);
});

test('prices go by model, cached tokens cost a tenth, errors nothing', async () => {
  await ask('dear');
  await ask('words-1+cached-6');
  await ask('fault-503');
  const [dear, cached, failed] = simulator.entries();
  expect(dear?.bill as number).toBe(8 * 30_000 + (dear?.outputTokens ?? 0) * 60_000);
  expect(cached?.bill as number).toBe(2 * 1_000 + 6 * 100 + 2_000);
  expect(failed).toMatchObject({ bill: 0, promptTokens: 0, outputTokens: 0, status: 503 });
  const bill = await control('GET', 'bill');
  const sum = simulator.entries().reduce((total, entry) => total + entry.bill, 0);
  expect(bill.body).toMatchObject({ attempts: 3, nanoDollars: sum });
});

test('attempts are read since a sequence number, and forgotten', async () => {
  for (const model of ['a', 'b', 'c']) await ask(model);
  const first = simulator.entries()[0]?.sequence ?? 0;
  const { body } = await control('GET', `attempts?since=${first}`);
  expect((body as AttemptEntry[]).map(({ model }) => model)).toEqual(['b', 'c']);
  await control('DELETE', 'attempts');
  expect(simulator.entries()).toEqual([]);
});

test('the log is bounded', async () => {
  for (let index = 0; index < 30; index += 1) await ask(`model-${index}`);
  expect(simulator.entries()).toHaveLength(20);
  expect(simulator.entries().at(-1)?.model).toBe('model-29');
});

test('a fault is set for a model, for all, for a number of requests', async () => {
  expect(await control('POST', 'fault', { model: 'mine', fault: 'status-418', times: 2 })).toMatchObject({
    status: 200,
  });
  expect(await control('POST', 'fault', { model: '*', fault: '503' })).toMatchObject({ status: 200 });
  const { body } = await control('GET', 'faults');
  expect(body).toMatchObject({
    set: [
      { model: 'mine', fault: 'status-418', timesLeft: 2 },
      { model: '*', timesLeft: null },
    ],
  });
  expect([await ask('mine'), await ask('other'), await ask('mine'), await ask('mine')]).toEqual([
    418, 503, 418, 503,
  ]);
  await control('DELETE', 'fault?model=*');
  expect(await ask('mine')).toBe(200);
});

test('the same from inside, and a wrong name throws', async () => {
  simulator.setFault('mine', 'fault-429', { times: 1 });
  expect([await ask('mine'), await ask('mine')]).toEqual([429, 200]);
  simulator.setFault('mine', '500');
  simulator.setFault('mine', null);
  expect(await ask('mine')).toBe(200);
  expect(() => simulator.setFault('mine', 'nonsense')).toThrow('no such fault');
});

test('terms are set for a model, and given in a header', async () => {
  await control('POST', 'terms', { model: 'mine', terms: 'words-3' });
  await ask('mine');
  await ask('mine', { 'x-sim': 'words-5' });
  expect(simulator.entries().map(({ outputTokens }) => outputTokens)).toEqual([3, 5]);
});

test.each([
  ['POST', 'fault', { model: 'mine' }, 400],
  ['POST', 'fault', { model: 'mine', fault: 'nonsense' }, 400],
  ['POST', 'fault', { model: 'mine', fault: '503', times: 0 }, 400],
  ['POST', 'terms', { terms: 'words-3' }, 400],
  ['GET', 'nothing', undefined, 404],
])('%s /_sim/%s %p is refused', async (method, path, body, status) => {
  expect((await control(method, path, body)).status).toBe(status);
  expect(simulator.entries()).toEqual([]);
});

test('a model with a capacity turns the call beyond it away, and takes the next when one has ended', async () => {
  simulator.setCapacity('words-20+rate-200', 1);
  const askIt = () =>
    fetch(`${simulator.url}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'words-20+rate-200', messages: [{ role: 'user', content: 'Hi.' }] }),
    });
  const [first, second] = [askIt(), askIt()];
  const both = await Promise.all([first, second]);
  expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 529]);
  await Promise.all(both.map((answer) => answer.text()));
  expect((await askIt()).status).toBe(200);
  simulator.setCapacity('words-20+rate-200', null);
  expect((await Promise.all([askIt(), askIt()])).map(({ status }) => status)).toEqual([200, 200]);
});
