// Vectors as numbers and as bytes, whatever comes.

import { describe, expect, test } from 'bun:test';

import type { Json } from '#base/json.ts';
import type { Vector } from '#canonical/operation.ts';
import { missing, readVector, textsOf, toBase64, toNumbers } from './vectors.ts';

const numbers = (...values: number[]): Vector => ({ form: 'numbers', values });
const text = (base64: string): Vector => ({ form: 'base64', text: base64 });

test.each<[value: Json | undefined, expected: Vector | undefined]>([
  [[0.5, -1], numbers(0.5, -1)],
  [[], numbers()],
  ['AAAAPw==', text('AAAAPw==')],
  ['', text('')],
  [undefined, undefined],
  [null, undefined],
  [{}, undefined],
  [1, undefined],
  [['a'], undefined],
  [[null], undefined],
  [[1, 'a'], undefined],
  [[1, null], undefined],
  [[[1]], undefined],
  [[Number.POSITIVE_INFINITY], undefined],
  [[1, Number.NaN], undefined],
])('%p is read as %p', (value, expected) => {
  expect(readVector(value)).toEqual(expected as Vector);
});

describe('numbers and bytes', () => {
  test('are the same, one after the other', () => {
    const values = [0, 1, -1, 0.5, Math.fround(0.1), 3.4028234663852886e38, 1.401298464324817e-45];
    expect(toNumbers(text(toBase64(numbers(...values))))).toEqual(values);
  });

  test('little-endian, four bytes each', () => {
    expect(toBase64(numbers(0.5, 1))).toBe('AAAAPwAAgD8=');
  });

  test.each<[base64: string, expected: readonly number[] | undefined]>([
    ['', []],
    ['AAAAPw==', [0.5]],
    ['AAAAPw', [0.5]],
    ['A', undefined],
    ['AAAA', undefined],
    ['!!!!', undefined],
    ['AAAAPw==AAAAPw==', undefined],
    ['ÄÄÄÄ', undefined],
    ['=', undefined],
    ['\u0000', undefined],
    // Infinity, and what is no number: JSON has neither.
    ['AACAfw==', undefined],
    ['AADAfw==', undefined],
  ])('%p is %p', (base64, expected) => {
    expect(toNumbers(text(base64))).toEqual(expected as number[]);
  });

  test('an unpadded string is read or left, and never throws', () => {
    for (let length = 0; length < 64; length += 1) toNumbers(text('A'.repeat(length)));
  });

  test('a long one', () => {
    const values = Array.from({ length: 65_536 }, (_, index) => Math.fround(index / 7));
    expect(toNumbers(text(toBase64(numbers(...values))))).toEqual(values);
  });
});

test('the texts of a request, and a loss for what has no field', () => {
  const request = { model: 'm', stream: false, inputs: ['a', [1, 2]], user: 'u' } as const;
  expect(textsOf(request)).toEqual(['a', '1 2']);
  expect(missing(request, ['user', 'purpose'], 'Why.')).toEqual([
    { path: 'user', did: 'dropped', why: 'Why.' },
  ]);
});
