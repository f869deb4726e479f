import { describe, expect, test } from 'bun:test';
import { EventStreamCodec } from '@smithy/eventstream-codec';

import { joinBytes, toBytes } from '#base/bytes.ts';
import type { Frame } from '#base/frame.ts';
import { seededDraw } from '#base/random.ts';
import { AwsEventStreamFramer, awsEventStreamBytes } from './aws-event-stream.ts';
import { crc32 } from './crc32.ts';

/** Written by others, as the judge. */
const official = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes)),
  (text) => toBytes(text),
);

const FRAMES: readonly Frame[] = [
  { event: 'messageStart', data: '{"role":"assistant"}' },
  { event: 'contentBlockDelta', data: '{"delta":{"text":"zażółć 🧵"}}' },
  { event: 'chunk', data: '' },
  { event: 'throttlingException', data: '{"message":"slow down"}', exception: true },
];
const BYTES = joinBytes(FRAMES.map(awsEventStreamBytes));

function read(bytes: Uint8Array, cuts: readonly number[] = [], limit?: number) {
  const framer = new AwsEventStreamFramer(limit);
  const frames: Frame[] = [];
  let start = 0;
  for (const cut of [...cuts, bytes.length]) {
    frames.push(...framer.push(bytes.subarray(start, cut)));
    start = cut;
  }
  frames.push(...framer.finish());
  return { frames, corrupt: framer.corrupt, overflowed: framer.overflowed };
}

const fine = (frames: readonly Frame[]) => ({ frames: [...frames], corrupt: false, overflowed: false });

describe('AWS event streams', () => {
  test('CRC-32 of the published check value', () => {
    expect(crc32(toBytes('xx123456789'), 2, 11)).toBe(0xcb_f4_39_26);
  });

  test('are read the same wherever the bytes are cut', () => {
    expect(read(BYTES)).toEqual(fine(FRAMES));
    for (let cut = 0; cut <= BYTES.length; cut += 1) expect(read(BYTES, [cut])).toEqual(fine(FRAMES));
    const everyByte = Array.from({ length: BYTES.length }, (_unused, index) => index);
    expect(read(BYTES, everyByte)).toEqual(fine(FRAMES));
  });

  test('are what the official codec writes and reads', () => {
    for (const frame of FRAMES) {
      const message = official.decode(awsEventStreamBytes(frame));
      expect(new TextDecoder().decode(message.body)).toBe(frame.data);
      const kind = frame.exception === true ? 'exception' : 'event';
      expect(message.headers[`:${kind}-type`]).toEqual({ type: 'string', value: frame.event ?? '' });
      expect(read(official.encode(message))).toEqual(fine([frame]));
    }
  });

  test('have headers of every type, of which only the text counts', () => {
    const bytes = official.encode({
      headers: {
        a: { type: 'boolean', value: true },
        b: { type: 'boolean', value: false },
        c: { type: 'byte', value: 1 },
        d: { type: 'short', value: 2 },
        e: { type: 'integer', value: 3 },
        g: { type: 'binary', value: new Uint8Array([1, 2, 3]) },
        h: { type: 'timestamp', value: new Date(0) },
        i: { type: 'uuid', value: '01234567-89ab-cdef-0123-456789abcdef' },
        ':message-type': { type: 'string', value: 'event' },
        ':event-type': { type: 'string', value: 'chunk' },
      },
      body: toBytes('{}'),
    });
    expect(read(bytes)).toEqual(fine([{ event: 'chunk', data: '{}' }]));
  });

  test('tell an error that has only headers', () => {
    const bytes = official.encode({
      headers: {
        ':message-type': { type: 'string', value: 'error' },
        ':error-code': { type: 'string', value: 'InternalError' },
        ':error-message': { type: 'string', value: 'it broke' },
      },
      body: new Uint8Array(0),
    });
    const frame: Frame = { event: 'InternalError', data: '{"message":"it broke"}', exception: true };
    expect(read(bytes)).toEqual(fine([frame]));
  });

  test('are refused when any bit of a message is flipped, and what came before stands', () => {
    const first = awsEventStreamBytes({ event: 'first', data: '{}' });
    const second = awsEventStreamBytes({ event: 'second', data: '{"n":1}' });
    for (let bit = 0; bit < second.length * 8; bit += 1) {
      const flipped = second.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      const told = read(joinBytes([first, flipped, first]));
      expect(told).toEqual({ frames: [{ event: 'first', data: '{}' }], corrupt: true, overflowed: false });
    }
  });

  test('give nothing for a message that is cut off', () => {
    for (let end = 0; end < BYTES.length; end += 1) {
      const { frames, corrupt } = read(BYTES.subarray(0, end));
      expect(corrupt).toBe(false);
      expect(frames).toEqual(FRAMES.slice(0, frames.length));
      expect(frames.length).toBeLessThan(FRAMES.length);
    }
  });

  test('are given up when a message is larger than the limit, before it has arrived', () => {
    const large = awsEventStreamBytes({ event: 'chunk', data: 'x'.repeat(2_000) });
    expect(read(large.subarray(0, 12), [], 1_000)).toEqual({ frames: [], corrupt: false, overflowed: true });
    expect(read(large, [], large.length)).toMatchObject({ overflowed: false });
  });

  test('never throw on arbitrary bytes', () => {
    const draw = seededDraw(3);
    for (let round = 0; round < 20_000; round += 1) {
      const noise = Uint8Array.from({ length: Math.floor(draw() * 60) }, () => Math.floor(draw() * 256));
      // Half of them begin with a prelude that is right, and some are right all through but for their headers.
      if (round % 2 === 0 && noise.length >= 20) repair(noise, round % 4 === 0);
      read(
        noise,
        [Math.floor(draw() * 30)].filter((cut) => cut <= noise.length),
      );
    }
  });
});

function repair(bytes: Uint8Array, whole: boolean): void {
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length);
  view.setUint32(4, (bytes[19] as number) % (bytes.length - 15));
  view.setUint32(8, crc32(bytes, 0, 8));
  if (whole) view.setUint32(bytes.length - 4, crc32(bytes, 0, bytes.length - 4));
}
