// Rules about words in files: promises that nobody keeps, tests that do not run, and names of places that only one
// machine or one company knows.

import { lineAt } from './source.ts';
import type { Source } from './source.ts';
import { isTest } from './tree.ts';
import type { Tree } from './tree.ts';

/** Written in two pieces, so that this file does not break its own rule. */
const PROMISE = new RegExp(`\\b(?:${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')})\\b`);

export function promises(tree: Tree): readonly string[] {
  return tree.sources.flatMap(({ path, text }) => {
    const at = text.search(PROMISE);
    return at === -1 ? [] : [`${path}:${lineAt(text, at)} puts something off`];
  });
}

const SKIP = /\.(skip|skipIf|if|todoIf)\s*\(/g;
const NEVER = /\b(?:test|it|describe)\s*\.\s*(only|todo)\s*\(/g;
/** A reason is a sentence in the title or in a comment above: at least so many letters beside the word itself. */
const REASON = /skip(?:ped|s)?\b[^\n]{12,}/i;

export function skippedTests(tree: Tree): readonly string[] {
  return tree.sources
    .filter(({ path }) => isTest(path))
    .flatMap((source) => [
      ...[...source.code.matchAll(NEVER)].map(
        ({ 1: word, index }) => `${place(source, index)} uses .${word}`,
      ),
      ...[...source.code.matchAll(SKIP)]
        .filter(({ index }) => /\b(?:test|it|describe)$/.test(source.code.slice(0, index)))
        .filter(({ index }) => !REASON.test(surroundings(source, index)))
        .map(({ index }) => `${place(source, index)} skips without saying why`),
    ]);
}

/** The strings and comments from three lines above a place to three lines below. */
function surroundings({ text, literals, comments }: Source, index: number): string {
  const line = lineAt(text, index);
  return [...literals, ...comments]
    .filter((piece) => Math.abs(lineAt(text, piece.at) - line) <= 3)
    .map((piece) => piece.text)
    .join('\n');
}

/** Sources that do not begin by saying what they are for. */
export function unopened(tree: Tree): readonly string[] {
  return tree.sources
    .filter(({ path }) => !isTest(path))
    .filter(({ text }) => !/^(?:#!.*\n)?(?:\/\/|\/\*)/.test(text))
    .map(({ path }) => `${path} does not open with a comment that says what it is for`);
}

/** Letters in brackets keep this file from breaking its own rule. */
const PLACES: readonly (readonly [what: string, form: RegExp])[] = [
  ['a path of one machine', /(?<![\w.~-])\/(?:work|root|tmp\/exp|home\/\w+)\//],
  ['a package registry', /\/\/[\w.-]*registr(?:y|ies)[\w-]*\.[a-z]/i],
  [
    'a package registry',
    /\bregistry\.(?:npm|yarn)|npmjs\.(?:org|com)|pypi\.org|python[h]osted|verdacci[o]|artifactor[y]/i,
  ],
];

export function placesNamed(tree: Tree): readonly string[] {
  return [...tree.texts].flatMap(([path, text]) =>
    PLACES.flatMap(([what, form]) => {
      const found = form.exec(text);
      return found === null ? [] : [`${path}:${lineAt(text, found.index)} names ${what}: ${found[0]}`];
    }),
  );
}

function place({ path, text }: Source, index: number): string {
  return `${path}:${lineAt(text, index)}`;
}
