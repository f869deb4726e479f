import { expect, test } from 'bun:test';

import type { StreamFraming } from '#base/frame.ts';
import { openFrameWriter } from './frame-writer.ts';

const write = (framing: StreamFraming, frames: readonly string[]): string => {
  const writer = openFrameWriter(framing);
  return frames.map((data) => writer.write({ data })).join('') + writer.end();
};

test('an array is whole JSON after its end, however many frames it has', () => {
  expect(JSON.parse(write('json-array', []))).toEqual([]);
  expect(JSON.parse(write('json-array', ['{"a":1}']))).toEqual([{ a: 1 }]);
  expect(JSON.parse(write('json-array', ['{"a":1}', '{"b":2}', '3']))).toEqual([{ a: 1 }, { b: 2 }, 3]);
});

test('server-sent events need no end', () => {
  expect(write('sse', ['{"a":1}', '{"b":2}'])).toBe('data: {"a":1}\n\ndata: {"b":2}\n\n');
});
