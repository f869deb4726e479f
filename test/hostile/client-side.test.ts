// What clients do to a gateway: send too much, send nonsense. It refuses in its own words and goes on.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import { startTestGateway } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { rawExchange } from '../support/raw-exchange.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());

function ask(body: unknown, init: RequestInit = {}): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(`${gateway.url}/chat/completions`, { method: 'POST', body: text, ...init });
}

const hello = { model: 'sim/hello', messages: [{ role: 'user', content: 'Hi.' }] };

async function works(): Promise<void> {
  const response = await ask(hello);
  expect([response.status, (await response.text()).includes('Hi.')]).toEqual([200, true]);
}

describe('bodies', () => {
  const errorOf = async (response: Response): Promise<readonly [number, string]> => {
    const { error } = (await response.json()) as { error: { code: string } };
    return [response.status, error.code];
  };

  test('too large, by what it says and by what it is', async () => {
    const huge = 'x'.repeat(33 * 1024 * 1024);
    expect(await errorOf(await ask(huge))).toEqual([413, 'payload_too_large']);
    const pieces = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(1024 * 1024).fill(32));
      },
    });
    expect(await errorOf(await ask('', { body: pieces }))).toEqual([413, 'payload_too_large']);
    await works();
  });

  test('compressed', async () => {
    const response = await ask(hello, { headers: { 'content-encoding': 'gzip' } });
    expect(await errorOf(response)).toEqual([415, 'unsupported_media_type']);
  });

  test.each([
    ['not JSON', '{"model":'],
    ['no object', '[1,2]'],
    ['nothing', ''],
    ['only a model', '{"model":"sim/hello"}'],
    ['a prototype', '{"__proto__":{"model":"sim/hello"}}'],
    ['deep nesting', `{"model":"sim/hello","messages":${'['.repeat(5_000)}${']'.repeat(5_000)}}`],
    ['a message that is a number', '{"model":"sim/hello","messages":[7]}'],
  ])('%s', async (_, text) => {
    const response = await ask(text);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/json');
    await works();
  });
});

test.each([
  ['GET', '/', 404],
  ['GET', '/v1/chat/completions', 405],
  ['POST', '/v1/chat/completions/../models', 404],
  ['POST', '/v1//chat/completions', 404],
  ['DELETE', '/v1/models', 405],
  ['GET', '/v1/generation?id=%00', 404],
  ['GET', '/metrics', 404],
])('%s %s is %d, in JSON', async (method, path, status) => {
  const { text } = await rawExchange({
    port: gateway.port,
    request: `${method} ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
  });
  const head = text.split('\r\n')[0] ?? '';
  expect([head.includes(String(status)), text.includes('<html'), text.includes('\n    at ')]).toEqual([
    true,
    false,
    false,
  ]);
});

const BODY = JSON.stringify(hello);
const post = (headers: string, body = BODY): string =>
  `POST /v1/chat/completions HTTP/1.1\r\n${headers}\r\n\r\n${body}`;
const length = `content-length: ${BODY.length}`;

test.each([
  ['two lengths', post(`host: a\r\n${length}\r\ncontent-length: 5`)],
  ['length and chunked', post(`host: a\r\n${length}\r\ntransfer-encoding: chunked`, '0\r\n\r\n')],
  ['a chunk size that is none', post('host: a\r\ntransfer-encoding: chunked', 'zz\r\nhi\r\n0\r\n\r\n')],
  ['a length that is no number', post('host: a\r\ncontent-length: 1e2')],
  ['a negative length', post('host: a\r\ncontent-length: -5')],
  ['a question mark in the host', post(`host: a?b\r\n${length}`)],
  ['a slash in the host', post(`host: a/v1/models\r\n${length}`)],
  ['a hash in the host', post(`host: a#b\r\n${length}`)],
  ['a header without a colon', post(`host: a\r\nnonsense\r\n${length}`)],
  ['a space before the colon', post(`host: a\r\ncontent-length : ${BODY.length}`)],
  ['an unknown transfer coding', post(`host: a\r\ntransfer-encoding: gzip\r\n${length}`)],
  ['headers without end', post(`host: a\r\n${`x-filler: ${'y'.repeat(1_000)}\r\n`.repeat(200)}${length}`)],
])('smuggled: %s is refused, and no provider sees it', async (_, request) => {
  gateway.simulator.clear();
  const { text } = await rawExchange({ port: gateway.port, request });
  expect(text === '' || /^HTTP\/1\.1 (400|411|413|415|431|501)/.test(text)).toBe(true);
  expect(gateway.simulator.entries()).toHaveLength(0);
  await works();
});
