import { afterAll, describe, expect, test } from 'bun:test';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';

import { ANSWER_BYTES_MAX, readAnswer, send } from './http-client.ts';

const calm = new AbortController().signal;
const gzip = { 'content-encoding': 'gzip' };
const PACKERS = {
  gzip: gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
} as const;
const PACKINGS = Object.keys(PACKERS) as (keyof typeof PACKERS)[];
/** A thousandth of its length on the wire. */
const BOMB = gzipSync(Buffer.alloc(ANSWER_BYTES_MAX + 1));

const wall = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  routes: {
    '/plain': new Response('{"a":1}'),
    '/bomb': new Response(BOMB, { headers: gzip }),
    '/packed/:how': ({ params }) => packed(params.how, PACKERS[params.how as 'gzip']('{"a":1}')),
    '/half/:how': ({ params }) => packed(params.how, PACKERS[params.how as 'gzip']('{"a":1}').subarray(0, 8)),
    '/not-packed/:how': ({ params }) => packed(params.how, Buffer.from('plain words')),
  },
});
afterAll(() => wall.stop(true));

function packed(how: string, body: Uint8Array<ArrayBuffer>): Response {
  return new Response(body, { headers: { 'content-encoding': how } });
}

async function answerOf(path: string): Promise<string> {
  const sent = await send({ url: `${wall.url.href}${path}`, headers: {}, body: '{}' }, calm);
  if (!sent.ok) return sent.error.code;
  const read = await readAnswer(sent.value, calm);
  return read.ok ? read.value : read.error.code;
}

describe('an answer in one piece', () => {
  test('is text', async () => {
    expect(await answerOf('plain')).toBe('{"a":1}');
  });

  test.each(PACKINGS)('is unpacked: %s', async (how) => {
    expect(await answerOf(`packed/${how}`)).toBe('{"a":1}');
  });

  test('is measured unpacked: a small body that becomes a large one is a runaway', async () => {
    expect(BOMB.length).toBeLessThan(ANSWER_BYTES_MAX / 500);
    expect(await answerOf('bomb')).toBe('upstream_runaway');
  });

  test.each(PACKINGS)(
    'not %s as it says is a fault of the provider, which would say the same again',
    async (how) => {
      expect(await answerOf(`not-packed/${how}`)).toBe('upstream_protocol');
      expect(await answerOf(`half/${how}`)).toBe('upstream_protocol');
    },
  );
});
