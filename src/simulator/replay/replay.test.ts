// Replay: recorded answers byte for byte, which recording answers, and what is said when none does.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startSimulator, type Simulator } from '../index.ts';
import { Replay } from './replay.ts';

const CHAT = '/v1/chat/completions';
const chat = (model: string, content: string, more: object = {}) => ({
  method: 'POST',
  path: CHAT,
  query: {},
  headers: {},
  body: { model, messages: [{ role: 'user', content }], ...more },
});

/** Response members as text, since the digits of numbers matter. */
const RECORDINGS: Readonly<Record<string, { provider?: string; request: unknown; response: string }>> = {
  'one/unary': {
    request: chat('m-1', 'one'),
    response: `{ "status": 200, "headers": { "Content-Type": "application/json", "x-limit": "7", "content-length": "999" },
      "body": { "id" : "a\\u00e9 \\"b\\" { }", "cost": 3e-06, "score": 1.0, "big": 12345678901234567890, "list": [ 1, 2 ], "empty": {} } }`,
  },
  'one/error': {
    request: chat('m-2', 'two'),
    response: '{ "status": 429, "headers": { "retry-after": "3" }, "body": { "error": null } }',
  },
  'one/text': {
    request: chat('m-3', 'three'),
    response:
      '{ "status": 502, "headers": { "content-type": "text/html" }, "body": "<h1>no</h1>", "body_is_text": true }',
  },
  'one/sse': {
    request: chat('m-4', 'four', { stream: true }),
    response: `{ "status": 200, "headers": { "content-type": "text/event-stream" }, "sse": [ { "comment": "WAIT" },
      { "event": "delta", "data": "{\\"x\\":1}", "id": "9" }, { "data": "two\\nlines" }, { "other": ["error: bad", "x"] }, { "data": "[DONE]" } ] }`,
  },
  'one/sse-crlf': {
    request: chat('m-5', 'five', { stream: true }),
    response:
      '{ "status": 200, "headers": {}, "sse": [ { "data": "a" }, { "data": "b" } ], "sse_newline": "\\r\\n", "sse_unterminated": true }',
  },
  'one/lines': {
    request: chat('m-6', 'six'),
    response: '{ "status": 200, "headers": {}, "ndjson": ["{\\"a\\":1}", "{\\"b\\":2}"] }',
  },
  'one/frames': {
    request: chat('m-7', 'seven'),
    response: '{ "status": 200, "headers": {}, "eventstream_base64": "AAECA/8=" }',
  },
  'two/same-1': {
    provider: 'two',
    request: chat('m-8', 'eight'),
    response: '{ "status": 200, "headers": {}, "body": "first" }',
  },
  'two/same-2': {
    provider: 'two',
    request: chat('m-8', 'eight'),
    response: '{ "status": 200, "headers": {}, "body": "second" }',
  },
  'two/other-path': {
    provider: 'three',
    request: { ...chat('m-8', 'eight'), path: '/three/v1/chat/completions' },
    response: '{ "status": 200, "headers": {}, "body": "three" }',
  },
  'two/answer-only': { request: null, response: '{ "status": 200, "headers": {}, "body": {} }' },
};

let directory: string;
let simulator: Simulator;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'replay-'));
  for (const [name, { provider = 'one', request, response }] of Object.entries(RECORDINGS)) {
    mkdirSync(join(directory, name, '..'), { recursive: true });
    const known = JSON.stringify({ provider, api: 'openai.chat', features: [], fidelity: 'wire', request });
    writeFileSync(join(directory, `${name}.json`), `${known.slice(0, -1)},\n "response": ${response}}`);
  }
  writeFileSync(join(directory, 'broken.json'), '{ "request":');
  simulator = await startSimulator({ replayDir: directory });
});
afterAll(async () => {
  await simulator.stop();
  rmSync(directory, { recursive: true });
});

function send(body: unknown, path: string = CHAT): Promise<Response> {
  return fetch(`http://127.0.0.1:${simulator.port}${path}`, { method: 'POST', body: JSON.stringify(body) });
}

function bodyOf(name: string) {
  const recording = RECORDINGS[name];
  if (recording === undefined) throw new Error(`no recording ${name}`);
  return (recording.request as ReturnType<typeof chat>).body;
}

describe('byte for byte', () => {
  test.each([
    [
      'one/unary',
      200,
      '{"id":"a\\u00e9 \\"b\\" { }","cost":3e-06,"score":1.0,"big":12345678901234567890,"list":[1,2],"empty":{}}',
    ],
    ['one/error', 429, '{"error":null}'],
    ['one/text', 502, '<h1>no</h1>'],
    [
      'one/sse',
      200,
      ': WAIT\n\nid: 9\nevent: delta\ndata: {"x":1}\n\ndata: two\ndata: lines\n\nerror: bad\nx\n\ndata: [DONE]\n\n',
    ],
    ['one/sse-crlf', 200, 'data: a\r\n\r\ndata: b\r\n'],
    ['one/lines', 200, '{"a":1}\n{"b":2}\n'],
    ['one/frames', 200, '\u0000\u0001\u0002\u0003\u00ff'],
  ])('%s', async (name, status, text) => {
    const response = await send(bodyOf(name));
    expect(Buffer.from(await response.arrayBuffer())).toEqual(
      Buffer.from(text, name === 'one/frames' ? 'latin1' : 'utf8'),
    );
    expect(response.status).toBe(status);
    expect(simulator.entries().at(-1)?.recording).toBe(`${name}.json`);
  });

  test('headers are as recorded, but for those of the connection', async () => {
    const unary = await send(bodyOf('one/unary'));
    expect([unary.headers.get('x-limit'), unary.headers.get('content-type')]).toEqual([
      '7',
      'application/json',
    ]);
    expect(unary.headers.get('content-length')).not.toBe('999');
    expect((await send(bodyOf('one/error'))).headers.get('retry-after')).toBe('3');
    expect((await send(bodyOf('one/sse-crlf'))).headers.get('content-type')).toBe('text/event-stream');
  });
});

describe('which recording answers', () => {
  test('an equal body in another order of keys', async () => {
    const { model, messages } = bodyOf('one/unary');
    expect((await send({ messages, model })).status).toBe(200);
  });

  test('the same model and last message, when nothing is equal', async () => {
    const { messages } = bodyOf('one/unary');
    const more = {
      model: 'm-1',
      messages: [{ role: 'system', content: 'Be kind.' }, ...messages],
      temperature: 1,
    };
    expect((await send(more)).status).toBe(200);
    expect((await send({ ...more, stream: true })).status).toBe(404);
  });

  test('the same path first, then the provider in the path, then turns', async () => {
    const say = async (path: string) => (await send(bodyOf('two/same-1'), path)).json();
    expect([await say(CHAT), await say(CHAT), await say(CHAT)]).toEqual(['first', 'second', 'first']);
    expect(await say('/three/v1/chat/completions')).toBe('three');
    expect(await say('/three/chat/completions')).toBe('three');
  });

  test.each([
    [
      { model: 'm-1', messages: [{ role: 'user', content: 'one more' }] },
      'one/unary.json (differs in the last message)',
    ],
    [
      { model: 'm-9', messages: [{ role: 'user', content: 'seven' }] },
      'one/frames.json (differs in model: m-7, other fields of the body)',
    ],
  ])('none: the nearest is named', async (body, nearest) => {
    const response = await send(body);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringContaining(nearest) as unknown },
    });
  });
});

test('a directory without recordings is an error', async () => {
  expect(() => new Replay(join(directory, 'none'))).toThrow();
  expect(await failed(startSimulator({ replayDir: join(directory, 'none') }))).toBe(true);
});

const SHARED = new URL('../../../../shared/fixtures/providers', import.meta.url).pathname;
if (!existsSync(SHARED))
  process.stderr.write(`SKIPPED: replay of shared recordings, ${SHARED} is not there\n`);

test.skipIf(!existsSync(SHARED))('shared recordings are found by their own requests', () => {
  const replay = new Replay(SHARED);
  const files = readdirSync(SHARED, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.json'),
  );
  let asked = 0;
  for (const file of files.filter((_, index) => index % 10 === 0)) {
    const { request } = JSON.parse(readFileSync(join(SHARED, file), 'utf8')) as {
      request: { method: string; path: string; body: never } | null;
    };
    if (request === null) continue;
    asked += 1;
    expect(replay.answer(request.method, request.path, request.body)).toMatchObject({ found: true });
  }
  expect(asked).toBeGreaterThan(100);
});

function failed(promise: Promise<unknown>): Promise<boolean> {
  return promise.then(
    () => false,
    () => true,
  );
}
