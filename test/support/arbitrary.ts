// Arbitrary JSON for fuzz tests, made of words that mean something to a dialect, so that it gets beyond the first check.

import type { Json, JsonDraft } from '#base/json.ts';
import type { Draw } from '#base/random.ts';

const DEPTH_MAX = 5;
const NUMBERS = [0, -1, 1e308, 2 ** 53, 0.1, 1, 2, 3];
const TEXTS = ['', '\ud800', '{"a":1}', 'data:image/png;base64,AA==', 'stop', 'https://example.com/a.png'];

export function arbitraryJson(draw: Draw, words: readonly string[], depth = 0): Json {
  const oneOf = <Item>(list: readonly Item[]): Item => list[Math.floor(draw() * list.length)] as Item;
  switch (Math.floor(draw() * (depth > DEPTH_MAX ? 6 : 10))) {
    case 0:
      return null;
    case 1:
      return draw() < 0.5;
    case 2:
      return oneOf(NUMBERS);
    case 3:
    case 4:
      return oneOf(words);
    case 5:
      return oneOf(TEXTS);
    case 6:
    case 7:
      return Array.from({ length: Math.floor(draw() * 4) }, () => arbitraryJson(draw, words, depth + 1));
    default:
      return arbitraryObject(draw, words, depth);
  }
}

/** An own member `__proto__`, as JSON.parse makes it, is among them where it is among the words. */
export function arbitraryObject(draw: Draw, words: readonly string[], depth = 0): JsonDraft {
  const object: JsonDraft = {};
  for (let count = Math.floor(draw() * 6); count > 0; count -= 1) {
    Object.defineProperty(object, words[Math.floor(draw() * words.length)] ?? 'a', {
      value: arbitraryJson(draw, words, depth + 1),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object;
}
