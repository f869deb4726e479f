// Connections: kept alive, followed, left by the client, read slowly, many at once.

import { afterAll, beforeAll, expect, test } from 'bun:test';

import { startSimulator, type Simulator } from './index.ts';
import { postText, rawExchange } from '../../test/support/raw-exchange.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());

const PATH = '/v1/chat/completions';
const body = (model: string, stream = false) => ({
  model,
  stream,
  messages: [{ role: 'user', content: 'Hold on.' }],
});
const count = (text: string, part: string) => text.split(part).length - 1;

function post(model: string, signal?: AbortSignal): Promise<Response> {
  const init = { method: 'POST', body: JSON.stringify(body(model, true)) };
  return fetch(`${simulator.url}/chat/completions`, signal === undefined ? init : { ...init, signal });
}

async function entryOf(model: string) {
  for (;;) {
    const entry = simulator.entries().findLast((candidate) => candidate.model === model);
    if (entry !== undefined && entry.ended !== null) return entry;
    await Bun.sleep(5);
  }
}

test('requests that follow each other on a connection are answered in order', async () => {
  const request = ['words-1', 'words-2+ttft-20', 'words-3']
    .map((model) => postText(PATH, body(model)))
    .join('');
  const until = (bytes: Buffer) => count(bytes.toString(), 'HTTP/1.1 200') === 3;
  const observed = await rawExchange({ port: simulator.port, request, until });
  expect(observed.ended).toBe('open');
  expect([...observed.text.matchAll(/"model":"(words-\d)/g)].map((match) => match[1])).toEqual([
    'words-1',
    'words-2',
    'words-3',
  ]);
});

test('a thousand requests in one write', async () => {
  const request = postText(PATH, body('words-1')).repeat(1_000);
  const until = (bytes: Buffer) => count(bytes.toString('latin1'), 'HTTP/1.1 200') === 1_000;
  expect((await rawExchange({ port: simulator.port, request, until })).ended).toBe('open');
});

test('a body in chunks, in any pieces', async () => {
  const text = JSON.stringify(body('echo'));
  const half = Math.floor(text.length / 2);
  const chunk = (part: string) => `${part.length.toString(16)}\r\n${part}\r\n`;
  const head = `POST ${PATH} HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n`;
  const request = `${head}${chunk(text.slice(0, half))}${chunk(text.slice(half))}0\r\n\r\n`;
  expect((await rawExchange({ port: simulator.port, request })).body).toContain('"content":"Hold on."');
});

test.each([
  ['connection: close', postText(PATH, body('hello'), 'connection: close\r\n'), 200],
  ['no HTTP', 'EHLO simulator\r\n\r\n', 400],
  ['a bad length', `POST ${PATH} HTTP/1.1\r\ncontent-length: -5\r\n\r\n`, 400],
  ['a body beyond the limit', `POST ${PATH} HTTP/1.1\r\ncontent-length: 99999999999\r\n\r\n`, 413],
  ['a head beyond the limit', `GET /v1/models HTTP/1.1\r\nx: ${'x'.repeat(70_000)}\r\n\r\n`, 431],
])('%s: an answer, then closed', async (_, request, status) => {
  const observed = await rawExchange({ port: simulator.port, request, until: () => false });
  expect({ status: observed.status, ended: observed.ended }).toEqual({ status, ended: 'closed' });
});

test('100-continue is said before a body is sent', async () => {
  const request = `POST ${PATH} HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 10\r\n\r\n`;
  const until = (bytes: Buffer) => bytes.length > 0;
  expect((await rawExchange({ port: simulator.port, request, until })).text).toBe(
    'HTTP/1.1 100 Continue\r\n\r\n',
  );
});

test('a client that leaves is logged, and pays for what was sent', async () => {
  const model = 'words-5000+rate-200';
  const abort = new AbortController();
  const response = await post(model, abort.signal);
  const reader = response.body?.getReader();
  await reader?.read();
  const leftMs = performance.timeOrigin + performance.now();
  abort.abort();
  await reader?.cancel().catch(() => {});
  const entry = await entryOf(model);
  expect(entry).toMatchObject({ ended: 'client-gone', status: 200 });
  expect(entry.clientGoneMs).toBeGreaterThan(leftMs - 1);
  // Generous: it is a millisecond on a quiet machine, and without the notice 25 seconds.
  expect((entry.clientGoneMs ?? 0) - leftMs).toBeLessThan(5_000);
  expect(entry.outputTokens).toBeLessThan(5_000);
  expect(entry.bill as number).toBe(entry.promptTokens * 1_000 + entry.outputTokens * 2_000);
});

test('a reader that does not read makes the simulator wait, not remember', async () => {
  const model = 'words+fault-runaway-1000000';
  const before = process.memoryUsage().rss;
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port: simulator.port,
    socket: {
      open(opened) {
        opened.pause();
        opened.write(postText(PATH, body(model, true)));
      },
      data: () => {},
    },
  });
  const sent = () => simulator.entries().findLast((entry) => entry.model === model)?.bytesOut ?? 0;
  while (sent() === 0) await Bun.sleep(5);
  let last = -1;
  while (sent() !== last) {
    last = sent();
    await Bun.sleep(50);
  }
  // What the two kernels' buffers hold, of 200 MB.
  expect(last).toBeLessThan(50_000_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
  socket.terminate();
  expect((await entryOf(model)).ended).toBe('client-gone');
});

test('300 streams at once are all complete', async () => {
  const model = 'words-25+ttft-20+rate-100';
  const texts = await Promise.all(Array.from({ length: 300 }, async () => (await post(model)).text()));
  for (const text of texts)
    expect([count(text, '"content":"'), text.endsWith('[DONE]\n\n')]).toEqual([26, true]);
  const entries = simulator.entries().filter((entry) => entry.model === model);
  expect(
    entries.filter(({ ended, outputTokens }) => ended === 'complete' && outputTokens === 25),
  ).toHaveLength(300);
});

test('stopping ends streams that are running', async () => {
  const other = await startSimulator();
  const init = { method: 'POST', body: JSON.stringify(body('words-1000+rate-10', true)) };
  const response = await fetch(`${other.url}/chat/completions`, init);
  await other.stop();
  expect(await failed(response.text())).toBe(true);
  expect(await failed(fetch(`${other.url}/models`))).toBe(true);
});

test('a port that is taken is an error', async () => {
  expect(await failed(startSimulator({ port: simulator.port }))).toBe(true);
});

function failed(promise: Promise<unknown>): Promise<boolean> {
  return promise.then(
    () => false,
    () => true,
  );
}
