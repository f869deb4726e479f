import { describe, expect, test } from 'bun:test';

import type { Json, JsonDraft } from './json.ts';
import { spliceJson } from './json-splice.ts';
import { seededDraw } from './random.ts';
import type { Draw } from './random.ts';

const splice = (text: string, edits: Readonly<Record<string, string | undefined>>): string | undefined =>
  spliceJson(text, new Map(Object.entries(edits)));

describe('splicing', () => {
  const cases: readonly [string, string, Readonly<Record<string, string | undefined>>, string][] = [
    ['replaces', '{"a":1,"b":2}', { a: '"x"' }, '{"a":"x","b":2}'],
    ['keeps spaces and order', '{ "a" : 1 ,\n "b": 2 }', { b: '3' }, '{ "a" : 1 ,\n "b": 3 }'],
    ['removes the first', '{"a":1,"b":2}', { a: undefined }, '{"b":2}'],
    ['removes the last', '{"a":1,"b":2}', { b: undefined }, '{"a":1}'],
    ['removes the only one', '{"a":1}', { a: undefined }, '{}'],
    ['puts a new member first', '{"a":1}', { b: '{"c":true}' }, '{"b":{"c":true},"a":1}'],
    ['fills an empty object', ' { } ', { b: '1' }, ' {"b":1} '],
    ['removes nothing that is not there', '{"a":1}', { z: undefined }, '{"a":1}'],
    ['edits every duplicate', '{"a":1,"b":2,"a":3}', { a: '9' }, '{"a":9,"b":2,"a":9}'],
    ['knows escaped keys', '{"mod\\u0065l":"m"}', { model: '"n"' }, '{"mod\\u0065l":"n"}'],
    [
      'leaves nested keys',
      '{"x":{"a":1,"y":["a",{"a":2}]},"a":3}',
      { a: '4' },
      '{"x":{"a":1,"y":["a",{"a":2}]},"a":4}',
    ],
    ['is not fooled by escapes', '{"s":"\\\\\\"}{,\\\\","a":1}', { a: '2' }, '{"s":"\\\\\\"}{,\\\\","a":2}'],
    [
      'keeps big integers',
      '{"seed":9033012299842426001,"a":1}',
      { a: '2' },
      '{"seed":9033012299842426001,"a":2}',
    ],
  ];
  for (const [name, text, edits, expected] of cases) {
    test(name, () => expect(splice(text, edits)).toBe(expected));
  }

  test('refuses what is not an object', () => {
    expect(splice('[1]', { a: '1' })).toBeUndefined();
    expect(splice('', { a: '1' })).toBeUndefined();
  });
});

test('agrees with parsing, editing and writing on random objects', () => {
  const draw = seededDraw(7);
  const keys = ['model', 'a', 'stream_options', '', 'é"', '\\', '\u2028', 'models'];
  for (let run = 0; run < 2_000; run += 1) {
    const object: JsonDraft = {};
    for (const key of keys) if (draw() < 0.5) object[key] = randomJson(draw, 3);
    const text = JSON.stringify(object, null, draw() < 0.5 ? 0 : 2);
    const edits = new Map<string, string | undefined>();
    const expected: JsonDraft = { ...object };
    for (const key of keys) {
      const chance = draw();
      if (chance > 0.5) continue;
      const value = randomJson(draw, 2);
      edits.set(key, chance < 0.25 ? undefined : JSON.stringify(value));
      if (chance < 0.25) delete expected[key];
      else expected[key] = value;
    }
    const spliced = spliceJson(text, edits);
    expect(JSON.parse(spliced ?? '')).toEqual(expected);
  }
});

function randomJson(draw: Draw, depth: number): Json {
  const kinds = depth === 0 ? 5 : 7;
  const pieces = ['"', '\\', '{', '}', '[', ']', ',', ':', ' ', 'model', '\n', '\\"', 'é', '😀'];
  switch (Math.floor(draw() * kinds)) {
    case 0:
      return null;
    case 1:
      return draw() < 0.5;
    case 2:
      return Math.round(draw() * 1e9) / 1e3;
    case 3:
      return -draw() * 1e-7;
    case 4:
      return Array.from(
        { length: Math.floor(draw() * 6) },
        () => pieces[Math.floor(draw() * pieces.length)],
      ).join('');
    case 5:
      return Array.from({ length: Math.floor(draw() * 4) }, () => randomJson(draw, depth - 1));
    default:
      return Object.fromEntries(
        Array.from({ length: Math.floor(draw() * 4) }, (_, index) => [
          `${index}"k`,
          randomJson(draw, depth - 1),
        ]),
      );
  }
}
