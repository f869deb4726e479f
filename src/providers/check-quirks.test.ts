import { expect, test } from 'bun:test';
import type { Quirks, QuirkVocabulary } from '#canonical/quirk.ts';
import { checkQuirks } from './check-quirks.ts';
import type { QuirkProblem } from './check-quirks.ts';

const vocabulary: QuirkVocabulary = {
  seedField: { about: 'The field for the seed.', values: ['seed', 'random_seed'] },
  retries: { about: 'How often.', values: [0, 1] },
};
const path = (name: string): readonly string[] => ['speaks', 'chat', 'quirks', name];

const entries: readonly (readonly [quirks: Quirks, problems: readonly QuirkProblem[]])[] = [
  [{}, []],
  [{ seedField: 'random_seed', retries: 1 }, []],
  [
    { seedField: 'sed' },
    [{ path: path('seedField'), message: 'is "sed"', expected: 'one of "seed", "random_seed"' }],
  ],
  [{ retries: '1' }, [{ path: path('retries'), message: 'is "1"', expected: 'one of 0, 1' }]],
  [
    { seedFeild: 'seed' },
    [
      {
        path: path('seedFeild'),
        message: 'unknown quirk "seedFeild"',
        expected: 'one of seedField, retries',
        nearest: 'seedField',
      },
    ],
  ],
  [
    { toString: true },
    [
      {
        path: path('toString'),
        message: 'unknown quirk "toString"',
        expected: 'one of seedField, retries',
        nearest: undefined,
      },
    ],
  ],
];

test.each(entries)('%p: %p', (quirks, problems) => {
  const entry = { speaks: { chat: { url: 'https://api.example.com', quirks } } };
  expect(checkQuirks(entry, { chat: vocabulary })).toEqual([...problems]);
});

test('a dialect that nobody speaks', () => {
  const entry = { speaks: { caht: { url: 'https://api.example.com', quirks: { seedField: 'seed' } } } };
  expect(checkQuirks(entry, { chat: vocabulary })).toEqual([
    { path: ['speaks', 'caht'], message: 'unknown dialect "caht"', expected: 'one of chat', nearest: 'chat' },
  ]);
});
