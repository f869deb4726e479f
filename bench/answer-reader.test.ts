// The generator must see a wrong answer as wrong, however it arrives.

import { describe, expect, test } from 'bun:test';
import { AnswerReader, TERMINAL_EVENT } from './answer-reader.ts';
import { PIECES } from './wire.ts';

const EVENTS_IN_STREAM = 204;

function read(bytes: Buffer, sizeOfRead: number): AnswerReader {
  const reader = new AnswerReader();
  for (let at = 0; at < bytes.length; at += sizeOfRead) reader.push(bytes.subarray(at, at + sizeOfRead));
  return reader;
}

describe('AnswerReader', () => {
  const stream = Buffer.concat([...PIECES.flood]);
  const unary = Buffer.concat([...PIECES.unary]);

  test.each([1, 2, 3, 7, 64, 1_000, 1_000_000])('reads whole answers in reads of %i bytes', (sizeOfRead) => {
    const streamed = read(stream, sizeOfRead);
    expect([streamed.done, streamed.status, streamed.events]).toEqual([true, 200, EVENTS_IN_STREAM]);
    expect(streamed.tail).toBe(TERMINAL_EVENT);
    const once = read(unary, sizeOfRead);
    const length = unary.length - unary.indexOf('\r\n\r\n') - 4;
    expect([once.done, once.status, once.bodyBytes]).toEqual([true, 200, length]);
  });

  test('is not done before the last byte', () => {
    for (const bytes of [stream, unary]) expect(read(bytes.subarray(0, -1), 100).done).toBe(false);
  });

  test('reads the next answer after a reset', () => {
    const reader = read(stream, 100);
    reader.reset();
    reader.push(unary);
    expect([reader.done, reader.events]).toEqual([true, 0]);
  });

  test.each([
    ['no length', 'HTTP/1.1 200 OK\r\n\r\nbody'],
    ['no chunk size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nwhat\r\n'],
    ['more than one answer', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nHTTP/1.1 200 OK\r\n'],
  ])('throws at %s', (_what, text) => {
    expect(() => read(Buffer.from(text), 1_000)).toThrow();
  });
});
