import { describe, expect, test } from 'bun:test';

import { joinBytes, toBytes } from '#base/bytes.ts';
import type { Frame } from '#base/frame.ts';
import { seededDraw } from '#base/random.ts';
import { SseFramer, sseText } from './sse.ts';

function readInPieces(bytes: Uint8Array, cuts: readonly number[]): { frames: Frame[]; taken: Uint8Array[] } {
  const framer = new SseFramer();
  const frames: Frame[] = [];
  const taken: Uint8Array[] = [];
  let start = 0;
  for (const cut of [...cuts, bytes.length]) {
    frames.push(...framer.push(bytes.subarray(start, cut)));
    taken.push(framer.taken().slice());
    start = cut;
  }
  frames.push(...framer.finish());
  return { frames, taken };
}

const CASES: readonly (readonly [name: string, text: string, frames: readonly Frame[]])[] = [
  ['line feeds', 'data: a\n\ndata: b\n\n', [{ data: 'a' }, { data: 'b' }]],
  ['carriage returns', 'data: a\r\rdata: b\r\r', [{ data: 'a' }, { data: 'b' }]],
  ['both', 'data: a\r\n\r\ndata: b\r\n\r\n', [{ data: 'a' }, { data: 'b' }]],
  ['mixed', 'data: a\r\n\ndata: b\n\r\n', [{ data: 'a' }, { data: 'b' }]],
  ['a byte order mark', '\ufeffdata: a\n\n', [{ data: 'a' }]],
  ['comments', ': wait\n\n: wait\n\ndata: a\n\n:\n\n', [{ data: 'a' }]],
  ['event names', 'event: error\ndata: a\n\n', [{ event: 'error', data: 'a' }]],
  ['several data lines', 'data: a\ndata: b\n\n', [{ data: 'a\nb' }]],
  ['no blank line at the end', 'data: a\n\ndata: b', [{ data: 'a' }, { data: 'b' }]],
  ['characters of several bytes', 'data: zażółć 🧵\n\n', [{ data: 'zażółć 🧵' }]],
  ['no space after the colon', 'data:a\n\n', [{ data: 'a' }]],
  ['nothing', '', []],
];

describe('SseFramer', () => {
  test.each([...CASES])('reads %s, wherever the bytes are cut', (_, text, expected) => {
    const bytes = toBytes(text);
    expect(readInPieces(bytes, []).frames).toEqual([...expected]);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(readInPieces(bytes, [cut]).frames).toEqual([...expected]);
    }
    const everyByte = Array.from({ length: bytes.length }, (_unused, index) => index);
    expect(readInPieces(bytes, everyByte).frames).toEqual([...expected]);
  });

  test('gives back the bytes of whole events and holds the rest', () => {
    const text = 'data: one\n\n: note\n\ndata: two\r\n\r\ndata: three\n\n';
    const bytes = toBytes(text);
    const draw = seededDraw(7);
    for (let round = 0; round < 300; round += 1) {
      const cuts = Array.from({ length: 4 }, () => Math.floor(draw() * bytes.length)).sort((a, b) => a - b);
      const { taken } = readInPieces(bytes, cuts);
      expect(new TextDecoder().decode(joinBytes(taken))).toBe(text);
    }
    const framer = new SseFramer();
    framer.push(toBytes('data: one\n\ndata: tw'));
    expect(new TextDecoder().decode(framer.taken())).toBe('data: one\n\n');
  });

  test('gives up an event over the limit instead of holding it', () => {
    const framer = new SseFramer(1000);
    for (let piece = 0; piece < 50; piece += 1) framer.push(toBytes('x'.repeat(100)));
    expect(framer.overflowed).toBe(true);
    expect(framer.push(toBytes('\n\ndata: a\n\n'))).toEqual([]);
    expect(framer.finish()).toEqual([]);
  });

  test('reads a line of one megabyte in pieces of a few bytes', () => {
    const data = 'x'.repeat(1024 * 1024);
    const bytes = toBytes(`data: ${data}\n\n`);
    const framer = new SseFramer();
    const frames: Frame[] = [];
    for (let start = 0; start < bytes.length; start += 7) {
      frames.push(...framer.push(bytes.subarray(start, start + 7)));
    }
    expect(frames).toEqual([{ data }]);
  });

  test('never throws on arbitrary bytes', () => {
    const draw = seededDraw(11);
    for (let round = 0; round < 2_000; round += 1) {
      const bytes = Uint8Array.from({ length: 40 }, () => {
        const pick = draw();
        return pick < 0.3 ? 10 : pick < 0.5 ? 13 : Math.floor(draw() * 256);
      });
      readInPieces(bytes, [Math.floor(draw() * 40)]);
    }
  });
});

test('a frame survives the way out and in again', () => {
  for (const frame of [{ data: 'a' }, { data: 'a\nb' }, { event: 'error', data: '{}' }]) {
    expect(new SseFramer().push(toBytes(sseText(frame)))).toEqual([frame]);
  }
});
