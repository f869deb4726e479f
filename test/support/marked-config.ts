// Configurations with marks: `▸` stands where a problem must be told; the problems follow, in the same order.

import { describe, expect, test } from 'bun:test';
import { loadConfig } from '#config/load.ts';
import type { LoadOptions } from '#config/load.ts';
import { printProblem } from '#config/problem.ts';
import { testCatalogue, VOCABULARIES } from './catalogue.ts';

const catalogue = testCatalogue();
const env = { ACME_API_KEY: 'acme-secret', KEY: 'client-secret', SAME: 'client-secret', SPACED: 'two words' };

export function problems(text: string, more: Partial<LoadOptions> = {}): readonly string[] {
  const loaded = loadConfig({ text, env, catalogue, vocabularies: VOCABULARIES, ...more });
  return loaded.ok ? [] : loaded.error.map((problem) => printProblem(problem));
}

export type MarkedCases = Readonly<
  Record<string, readonly (readonly [marked: string, ...problems: string[]])[]>
>;

/** A test for each case, by topic. */
export function checkMarked(topics: MarkedCases): void {
  for (const [title, cases] of Object.entries(topics)) {
    describe(title, () => {
      test.each(cases.map(([marked, ...expected]) => ({ marked, expected })))(
        '$marked',
        ({ marked, expected }) => {
          const { text, places } = unmark(marked);
          const lines = expected.map((line, index) => `clew.yaml:${places[index] ?? places.at(-1)}  ${line}`);
          expect(problems(text)).toEqual(lines);
        },
      );
    });
  }
}

/** The text without its marks, and their lines and columns. */
function unmark(marked: string): { text: string; places: readonly string[] } {
  const pieces = marked.split('▸');
  const places = pieces.slice(1).map((_, index) => {
    const before = pieces
      .slice(0, index + 1)
      .join('')
      .split('\n');
    return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
  });
  return { text: pieces.join(''), places };
}
