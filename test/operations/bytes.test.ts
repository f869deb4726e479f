// Sounds, texts and forms: what is no JSON on its way, whole, cut, too large, broken.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import { startTestGateway, until, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    forgetful: true,
    models: `  speech: { targets: [ sim/first, sim/second ] }
  stalled: { targets: [ sim/first ], silence_limit: 200ms }`,
    // A limit that a test can reach.
    server: 'body_limit: 64KB',
  });
});
afterAll(async () => {
  await untilIdle(gateway);
  expect(gateway.alarms).toEqual([]);
  await gateway.stop();
});
const last = () => gateway.generations.at(-1);

function speak(model: string, format: 'mp3' | 'wav', signal?: AbortSignal): Promise<Response> {
  const words = 'Follow the thread through the labyrinth, stone by stone, door by door. '.repeat(4);
  return fetch(`${gateway.url}/audio/speech`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, input: words, voice: 'alloy', response_format: format }),
    ...(signal === undefined ? {} : { signal }),
  });
}

async function outcomeOf(response: Response): Promise<'whole' | 'broken'> {
  try {
    await response.arrayBuffer();
    return 'whole';
  } catch {
    return 'broken';
  }
}

describe('sound', () => {
  test('whose length is told is read whole: a cut is answered by the next target', async () => {
    gateway.simulator.setFault('first', 'stream-cut-in-chunk', { times: 1 });
    const response = await speak('speech', 'wav');
    expect(await outcomeOf(response)).toBe('whole');
    expect(response.headers.get('content-length')).not.toBeNull();
    expect(last()).toMatchObject({ target: 'sim/second' });
    expect(last()?.attempts[0]?.failure).toBe('stream_cut');
  });

  test('whose length is not told is relayed as it comes: a cut breaks the client’s connection', async () => {
    // What comes together with the end of a broken connection is lost, so the pieces come one by one.
    const response = await speak('sim/rate-200+fault-stream-cut', 'mp3');
    expect(response.status).toBe(200);
    expect(await outcomeOf(response)).toBe('broken');
    expect(last()).toMatchObject({ failure: { code: 'stream_cut' }, cost: 'unknown' });
  });

  test('that stops has its limit, and never looks complete', async () => {
    gateway.simulator.setFault('first', 'stall', { times: 1 });
    const response = await speak('stalled', 'mp3');
    expect(await outcomeOf(response)).toBe('broken');
    expect(last()).toMatchObject({ failure: { code: 'stream_stalled' } });
  });

  test('a client that leaves takes the call to the provider with it', async () => {
    gateway.simulator.clear();
    gateway.simulator.setFault('first', 'stall', { times: 1 });
    const leaving = new AbortController();
    const response = await speak('sim/first', 'mp3', leaving.signal);
    const reader = response.body?.getReader();
    await reader?.read();
    leaving.abort();
    await until(() => last()?.failure?.code === 'client_gone');
    await until(() => gateway.simulator.entries().at(-1)?.clientGoneMs !== null);
  });
});

const SMALL = new Uint8Array(1_000).fill(7);

function form(parts: readonly (readonly [string, string | File])[]): FormData {
  const made = new FormData();
  for (const [name, value] of parts) made.append(name, value);
  return made;
}

function hear(body: RequestInit['body'], headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${gateway.url}/audio/transcriptions`, { method: 'POST', headers, body });
}

async function refusalOf(response: Response): Promise<readonly [number, string, string]> {
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  return [response.status, error.code, error.message];
}

describe('forms', () => {
  const file = new File([SMALL], 'a.mp3');

  test('fields that Clew does not know, and several of a name, arrive', async () => {
    const response = await hear(
      form([
        ['file', file],
        ['timestamp_granularities[]', 'word'],
        ['timestamp_granularities[]', 'segment'],
        ['unknown', 'Grüße'],
        ['model', 'sim/hear'],
      ]),
    );
    expect(response.status).toBe(200);
    expect(JSON.stringify(await response.json())).toContain(`1000 bytes, checksum ${Bun.hash.crc32(SMALL)}`);
  });

  test('a file that is larger than the limit, told or not', async () => {
    const large = form([
      ['model', 'sim/hear'],
      ['file', new File([new Uint8Array(80_000)], 'a.mp3')],
    ]);
    const [status, code] = await refusalOf(await hear(large));
    expect([status, code]).toEqual([413, 'payload_too_large']);
    const type = 'multipart/form-data; boundary=B';
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(8_192));
      },
    });
    const response = await hear(endless, { 'content-type': type });
    expect((await refusalOf(response))[1]).toBe('payload_too_large');
  });

  test.each<[what: string, body: string, type: string, field: string]>([
    [
      'cut',
      '--B\r\ncontent-disposition: form-data; name="model"\r\n\r\nsim/hear',
      'multipart/form-data; boundary=B',
      'whole form',
    ],
    ['without its boundary', 'nothing', 'multipart/form-data; boundary=B', 'whole form'],
    ['empty', '', 'multipart/form-data; boundary=B', 'whole form'],
    ['that says no boundary', '--B--', 'multipart/form-data', 'not valid JSON'],
    [
      'without a model',
      '--B\r\ncontent-disposition: form-data; name="x"\r\n\r\n1\r\n--B--',
      'multipart/form-data; boundary=B',
      '`model` is missing',
    ],
    [
      'whose model is a file',
      '--B\r\ncontent-disposition: form-data; name="model"; filename="m"\r\n\r\nsim/hear\r\n--B--',
      'multipart/form-data; boundary=B',
      '`model` is missing',
    ],
    ['that is none', 'model=sim/hear', 'application/x-www-form-urlencoded', 'not valid JSON'],
  ])('one %s is refused', async (_what, body, type, said) => {
    const [status, code, message] = await refusalOf(await hear(body, { 'content-type': type }));
    expect([status, code]).toEqual([400, 'invalid_request']);
    expect(message).toContain(said);
  });

  test('go to operations that take them, and to no other', async () => {
    const body = form([['model', 'sim/first']]);
    const response = await fetch(`${gateway.url}/embeddings`, { method: 'POST', body });
    expect((await refusalOf(response))[2]).toContain('not valid JSON');
  });

  test('with a boundary that stands in the file too', async () => {
    const bytes = new TextEncoder().encode('\r\n--B is no boundary, nor is --B--\r\n');
    const head = '--BB\r\ncontent-disposition: form-data; name="model"\r\n\r\nsim/hear\r\n--BB\r\n';
    const part = 'content-disposition: form-data; name="file"; filename="a"\r\n\r\n';
    const body = new Blob([head, part, bytes, '\r\n--BB--\r\n']);
    const response = await hear(body, { 'content-type': 'multipart/form-data; boundary=BB' });
    expect(JSON.stringify(await response.json())).toContain(`checksum ${Bun.hash.crc32(bytes)}`);
  });
});
