import { describe, expect, test } from 'bun:test';

import { toBytes } from '#base/bytes.ts';
import type { Frame } from '#base/frame.ts';
import { JsonLinesFramer, jsonLineText } from './json-lines.ts';

const FRAMES: readonly Frame[] = [{ data: '{"a":1}' }, { data: '{"text":"zażółć 🧵"}' }, { data: '[]' }];
const CASES: readonly (readonly [string, string])[] = [
  ['line feeds', FRAMES.map(jsonLineText).join('')],
  ['carriage returns before them', FRAMES.map(({ data }) => `${data}\r\n`).join('')],
  ['blank lines between', FRAMES.map(({ data }) => `\n${data}\n \n`).join('')],
  ['no end of the last line', FRAMES.map(({ data }) => data).join('\n')],
];

function read(bytes: Uint8Array, cuts: readonly number[] = []): readonly Frame[] {
  const framer = new JsonLinesFramer();
  const frames: Frame[] = [];
  let start = 0;
  for (const cut of [...cuts, bytes.length]) {
    frames.push(...framer.push(bytes.subarray(start, cut)));
    start = cut;
  }
  return [...frames, ...framer.finish()];
}

describe('JSON lines', () => {
  test.each([...CASES])('with %s, wherever the bytes are cut', (_, text) => {
    const bytes = toBytes(text);
    expect(read(bytes)).toEqual([...FRAMES]);
    for (let cut = 0; cut <= bytes.length; cut += 1) expect(read(bytes, [cut])).toEqual([...FRAMES]);
    expect(
      read(
        bytes,
        Array.from({ length: bytes.length }, (_unused, index) => index),
      ),
    ).toEqual([...FRAMES]);
  });

  test('are given up when one outgrows the limit', () => {
    const framer = new JsonLinesFramer(10);
    expect(framer.push(toBytes('{"a":1}\n12345'))).toEqual([{ data: '{"a":1}' }]);
    expect(framer.overflowed).toBe(false);
    expect(framer.push(toBytes('678901'))).toEqual([]);
    expect(framer.overflowed).toBe(true);
    expect(framer.push(toBytes('\n{}\n'))).toEqual([]);
  });
});
