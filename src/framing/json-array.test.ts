import { describe, expect, test } from 'bun:test';

import { joinBytes, toBytes } from '#base/bytes.ts';
import type { Frame } from '#base/frame.ts';
import { seededDraw } from '#base/random.ts';
import { openFrameWriter } from './frame-writer.ts';
import { JsonArrayFramer } from './json-array.ts';

function readInPieces(bytes: Uint8Array, cuts: readonly number[]): { frames: Frame[]; taken: Uint8Array[] } {
  const framer = new JsonArrayFramer();
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

const CASES: readonly (readonly [name: string, text: string, elements: readonly string[]])[] = [
  ['an empty array', '[]', []],
  ['nothing', '', []],
  ['one element', '[{"a":1}]', ['{"a":1}']],
  ['several on lines of their own', '[{"a":1}\n,\r\n{"b":[1,2]}\n]\n', ['{"a":1}', '{"b":[1,2]}']],
  [
    'brackets and quotes in texts',
    '[{"a":"]},{\\"[\\\\"},{"b":"\\\\"}]',
    ['{"a":"]},{\\"[\\\\"}', '{"b":"\\\\"}'],
  ],
  ['characters of several bytes', '[{"a":"zażółć 🧵"}]', ['{"a":"zażółć 🧵"}']],
  ['nested arrays', '[[1,[2]],[3]]', ['[1,[2]]', '[3]']],
  ['numbers, words and texts', '[1, true ,"x",null]', ['1', 'true', '"x"', 'null']],
  ['an object that stands alone', '{"error":{"code":400}}\n', ['{"error":{"code":400}}']],
  ['a byte order mark', '\ufeff[{"a":1}]', ['{"a":1}']],
  ['something after the array', '[{"a":1}] {"b":2}', ['{"a":1}']],
];

describe('JsonArrayFramer', () => {
  test.each([...CASES])('reads %s, wherever the bytes are cut', (_, text, elements) => {
    const expected = elements.map((data) => ({ data }));
    const bytes = toBytes(text);
    expect(readInPieces(bytes, []).frames).toEqual(expected);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(readInPieces(bytes, [cut]).frames).toEqual(expected);
    }
    const everyByte = Array.from({ length: bytes.length }, (_unused, index) => index);
    expect(readInPieces(bytes, everyByte).frames).toEqual(expected);
  });

  test('an element that was cut off is no frame', () => {
    for (const text of ['[{"a":1},{"b":', '[{"a":1},{"b":"x', '[{"a":1},']) {
      expect(readInPieces(toBytes(text), []).frames).toEqual([{ data: '{"a":1}' }]);
    }
  });

  test('gives back the bytes up to the last whole element', () => {
    const framer = new JsonArrayFramer();
    framer.push(toBytes('[{"a":1},\n{"b":2},{"c"'));
    expect(new TextDecoder().decode(framer.taken())).toBe('[{"a":1},\n{"b":2}');
    expect(framer.push(toBytes(':3}]'))).toEqual([{ data: '{"c":3}' }]);
  });

  test('gives up an element over the limit instead of holding it', () => {
    const framer = new JsonArrayFramer(1000);
    framer.push(toBytes('[{"a":"'));
    for (let piece = 0; piece < 50; piece += 1) framer.push(toBytes('x'.repeat(100)));
    expect(framer.overflowed).toBe(true);
    expect(framer.push(toBytes('"},{"b":1}]'))).toEqual([]);
    expect(framer.finish()).toEqual([]);
  });

  test('never throws on arbitrary bytes, and cuts change nothing', () => {
    const draw = seededDraw(13);
    const letters = toBytes('[]{},:"\\ a1\n');
    for (let round = 0; round < 3_000; round += 1) {
      const bytes = Uint8Array.from({ length: 30 }, () =>
        draw() < 0.9 ? (letters[Math.floor(draw() * letters.length)] as number) : Math.floor(draw() * 256),
      );
      const whole = readInPieces(bytes, []).frames;
      expect(readInPieces(bytes, [Math.floor(draw() * 30)]).frames).toEqual(whole);
    }
  });
});

test('frames survive the way out and in again, a failure last', () => {
  const frames = [{ data: '{"a":1}' }, { data: '{"b":"\\n"}' }, { data: '{"error":{"code":503}}' }];
  const writer = openFrameWriter('json-array');
  const text = frames.map((frame) => writer.write(frame)).join('') + writer.end();
  expect(JSON.parse(text)).toHaveLength(3);
  const pieces = [...toBytes(text)].map((byte) => Uint8Array.of(byte));
  const framer = new JsonArrayFramer();
  expect(pieces.flatMap((piece) => framer.push(piece))).toEqual(frames);
  expect(joinBytes(pieces).length).toBe(text.length);
});
