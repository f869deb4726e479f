import { expect, test } from 'bun:test';
import { seededDraw } from './random.ts';
import { editDistance, nearest } from './nearest.ts';

const distances: readonly (readonly [from: string, to: string, limit: number, edits: number])[] = [
  ['', '', 0, 0],
  ['url', 'url', 1, 0],
  ['url', 'ulr', 1, 1],
  ['strategy', 'stratgy', 2, 1],
  ['strategy', 'stratgey', 2, 1],
  ['kitten', 'sitting', 3, 3],
  ['kitten', 'sitting', 2, Infinity],
  ['a', 'abcdef', 4, Infinity],
  ['ab', '', 2, 2],
];

test.each(distances)('%p to %p within %p: %p', (from, to, limit, edits) => {
  expect(editDistance(from, to, limit)).toBe(edits);
  expect(editDistance(to, from, limit)).toBe(edits);
});

const models = ['openai/gpt-5', 'openai/gpt-5-mini', 'openai/gpt-5-nano', 'groq/meta-llama/llama-4-scout'];
const questions: readonly (readonly [name: string, names: readonly string[], found: readonly string[]])[] = [
  ['ulr', ['url', 'auth', 'quirks'], ['url']],
  ['URL', ['url'], ['url']],
  ['gpt5-mini', models, ['openai/gpt-5-mini']],
  ['openai/gpt-5-mnii', models, ['openai/gpt-5-mini', 'openai/gpt-5-nano']],
  ['llama-4', models, ['groq/meta-llama/llama-4-scout']],
  ['claude', models, []],
  ['', ['a', 'b'], []],
  ['x', ['a', 'b'], []],
  ['modl', ['model', 'model'], ['model']],
];

test.each(questions)('%p among %p: %p', (name, names, found) => {
  expect(nearest(name, names)).toEqual([...found]);
});

test('gives no more than asked for, the nearest first', () => {
  const names = ['abcdefxyz', 'abcdefgxy', 'abcdefghx', 'abcdefghi'];
  expect(nearest('abcdefghi', names, 2)).toEqual(['abcdefghi', 'abcdefghx']);
  expect(nearest('abcdefghi', names, 0)).toEqual([]);
});

test('looks at a bounded number of names', () => {
  let given = 0;
  function* endless(): Generator<string> {
    for (;;) {
      given += 1;
      yield `name-${given}`;
    }
  }
  expect(nearest('name-1', endless(), 1)).toEqual(['name-1']);
  expect(given).toBeLessThan(6_000);
});

test('the limit only cuts: what it lets through has its true distance', () => {
  const draw = seededDraw(7);
  const word = () =>
    Array.from({ length: Math.floor(draw() * 7) }, () => 'abc'[Math.floor(draw() * 3)]).join('');
  for (let run = 0; run < 2_000; run += 1) {
    const [from, to] = [word(), word()];
    const edits = editDistance(from, to, 100);
    for (const limit of [0, 1, 2, 3]) {
      expect(editDistance(from, to, limit)).toBe(edits <= limit ? edits : Infinity);
    }
  }
});
