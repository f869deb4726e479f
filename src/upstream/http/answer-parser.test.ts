import { describe, expect, test } from 'bun:test';

import { seededDraw } from '#base/random.ts';
import { AnswerParser } from './answer-parser.ts';

interface Parsed {
  readonly status: number | undefined;
  readonly body: string;
  readonly over: boolean;
  readonly malformed: boolean;
  readonly surplus: boolean;
}

/** Cut where `cuts` says; then the connection ends, where `ends`. */
function parse(text: string, cuts: readonly number[] = [], ends = false): Parsed {
  const parser = new AnswerParser();
  const bytes = Buffer.from(text);
  let body = '';
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    // A copy: a parser may do with its bytes what it likes.
    if (cut > from) body += parser.push(Buffer.from(bytes.subarray(from, cut)))?.toString() ?? '';
    from = Math.max(from, cut);
  }
  if (ends) parser.close();
  const { head, over, malformed, surplus } = parser;
  return { status: head?.status, body, over, malformed, surplus };
}

const SIZED = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: 1\r\nx-a:  2 \r\n\r\nhello';
const CHUNKED =
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2;name=value\r\nlo\r\n0\r\nx-trailer: 1\r\n\r\n';
const EARLY = `HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${SIZED}`;
const WHOLE = { status: 200, body: 'hello', over: true, malformed: false, surplus: false };

describe('an answer', () => {
  test.each([SIZED, CHUNKED, EARLY])('is the same however it is cut', (text) => {
    expect(parse(text)).toEqual(WHOLE);
    for (let cut = 1; cut < text.length; cut += 1) expect(parse(text, [cut])).toEqual(WHOLE);
    const every = Array.from({ length: text.length }, (_, index) => index);
    expect(parse(text, every)).toEqual(WHOLE);
    const draw = seededDraw(3);
    for (let round = 0; round < 200; round += 1) {
      expect(
        parse(
          text,
          every.filter(() => draw() < 0.2),
        ),
      ).toEqual(WHOLE);
    }
  });

  test('may last until the connection ends', () => {
    const text = 'HTTP/1.1 200 OK\r\n\r\nhello';
    expect(parse(text)).toMatchObject({ body: 'hello', over: false });
    expect(parse(text, [], true)).toEqual(WHOLE);
  });

  test.each([SIZED.slice(0, -1), CHUNKED.slice(0, -2), CHUNKED.slice(0, -25)])(
    'that was cut is not over when the connection ends',
    (text) => expect(parse(text, [], true).over).toBe(false),
  );

  test('of some kinds has no body', () => {
    expect(parse('HTTP/1.1 204 No Content\r\n\r\n')).toMatchObject({ status: 204, over: true });
    expect(parse('HTTP/1.1 304 Not Modified\r\ncontent-length: 7\r\n\r\n')).toMatchObject({ over: true });
  });

  test.each([SIZED, CHUNKED])('with bytes behind it leaves no clean connection', (text) => {
    expect(parse(`${text}HTTP/1.1 200 OK\r\n\r\n`)).toEqual({ ...WHOLE, surplus: true });
  });

  test('joins headers of one name', () => {
    const parser = new AnswerParser();
    parser.push(Buffer.from(SIZED));
    expect(parser.head?.headers.get('x-a')).toBe('1, 2');
  });

  test.each([
    ['HTTP/1.1', 'keep-alive', true],
    ['HTTP/1.1', 'close', false],
    ['HTTP/1.0', 'close', false],
    ['HTTP/1.0', 'Keep-Alive', true],
  ])('%s with connection: %s', (version, connection, persistent) => {
    const parser = new AnswerParser();
    parser.push(Buffer.from(`${version} 200 OK\r\nconnection: ${connection}\r\ncontent-length: 0\r\n\r\n`));
    expect(parser.head?.persistent).toBe(persistent);
  });

  test.each([
    'SSH-2.0-OpenSSH_9.6\r\n\r\n',
    'HTTP/2 200\r\n\r\n',
    'HTTP/1.1 2OO OK\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\n\r\n',
    'HTTP/1.1 200 OK\r\nno colon\r\n\r\n',
    'HTTP/1.1 200 OK\r\nspace : 1\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfive\r\nhello\r\n',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello!\r\n0\r\n\r\n',
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${'0'.repeat(20_000)}`,
  ])('is none: %j', (text) => expect(parse(text).malformed).toBe(true));

  test('of arbitrary bytes throws nothing', () => {
    const draw = seededDraw(11);
    const parts = ['HTTP/1.1 200 OK\r\n', 'transfer-encoding: chunked\r\n', 'content-length: 3\r\n', '\r\n'];
    for (let round = 0; round < 2_000; round += 1) {
      let text = '';
      for (let part = 0; part < 6; part += 1) {
        text += draw() < 0.6 ? parts[Math.floor(draw() * parts.length)] : String.fromCharCode(draw() * 300);
      }
      parse(text, [Math.floor(draw() * text.length)], draw() < 0.5);
    }
  });
});
