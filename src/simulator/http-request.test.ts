// The request reader: the same requests whatever the pieces in which their bytes arrive.

import { expect, test } from 'bun:test';

import { RequestReader, type HttpRequest } from './http-request.ts';

const LENGTH = 'POST /v1/x?a=b HTTP/1.1\r\nHost: h\r\nContent-Length: 12\r\n\r\n{"a":"\u00e9\u00e9"}';
const CHUNKED =
  'POST /y HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n';
const PLAIN = 'GET /z HTTP/1.0\r\n\r\n';

function readAll(pieces: readonly Buffer[]): HttpRequest[] {
  const reader = new RequestReader();
  const requests: HttpRequest[] = [];
  for (const piece of pieces) {
    reader.push(piece);
    for (let reading = reader.next(); reading.kind !== 'more'; reading = reader.next()) {
      if (reading.kind !== 'request') throw new Error(reading.kind);
      requests.push(reading.request);
    }
  }
  return requests;
}

test('any split gives the same requests', () => {
  const bytes = Buffer.from(LENGTH + CHUNKED + PLAIN);
  const wanted = [
    ['POST', '/v1/x', 'a=b', '{"a":"\u00e9\u00e9"}', true],
    ['POST', '/y', '', 'hello world', true],
    ['GET', '/z', '', '', false],
  ];
  const splits = Array.from({ length: bytes.length }, (_, at) => [bytes.subarray(0, at), bytes.subarray(at)]);
  const single = Array.from(bytes, (byte) => Buffer.from([byte]));
  for (const pieces of [[bytes], single, ...splits]) {
    const essence = readAll(pieces).map((request) => [
      request.method,
      request.path,
      request.query,
      request.body.toString(),
      request.keepAlive,
    ]);
    expect(essence).toEqual(wanted);
  }
});

test.each([
  ['FOO\r\n\r\n', 400],
  ['get / HTTP/1.1\r\n\r\n', 400],
  ['GET http://elsewhere/ HTTP/1.1\r\n\r\n', 400],
  ['GET / HTTP/2\r\n\r\n', 400],
  ['GET / HTTP/1.1\r\nno colon\r\n\r\n', 400],
  ['POST / HTTP/1.1\r\ncontent-length: 1e3\r\n\r\n', 400],
  ['POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', 400],
  ['POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nfffffff\r\n', 413],
])('%p is refused with %d', (text, status) => {
  const reader = new RequestReader();
  reader.push(Buffer.from(text));
  expect(reader.next()).toMatchObject({ kind: 'refused', status });
});
