// Made-up canonical requests to every target language: each leaf is found again in what is sent, or told to be lost.

import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';

import { GOALS } from '../fidelity/goals.ts';
import { judge } from '../fidelity/guard.ts';
import { request, SEEDED } from './arbitraries.ts';

const RUNS = 150;

describe('encode, then read again: the same but for declared losses', () => {
  test.each(GOALS.map((goal) => [`${goal.dialect} ${goal.model}`, goal] as const))('%s', (_, goal) => {
    fc.assert(
      fc.property(request, (made) => {
        expect(judge(made, goal).undeclared).toEqual([]);
      }),
      { ...SEEDED, numRuns: RUNS },
    );
  });
});
