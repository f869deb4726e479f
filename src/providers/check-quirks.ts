// Quirks of an entry against the vocabularies of the dialects. An argument, since this folder knows no dialect.

import { nearest } from '#base/nearest.ts';
import type { DialectId } from '#canonical/foreign.ts';
import type { QuirkVocabulary, QuirkValue } from '#canonical/quirk.ts';
import type { ProviderEntry } from './entry.ts';

export interface QuirkProblem {
  /** From the root of the entry: `['speaks', dialect, 'quirks', name]`. */
  readonly path: readonly string[];
  readonly message: string;
  /** What would be right, as a phrase. */
  readonly expected?: string | undefined;
  readonly nearest?: string | undefined;
}

export function checkQuirks(
  entry: Pick<ProviderEntry, 'speaks'>,
  vocabularies: Readonly<Record<DialectId, QuirkVocabulary>>,
): readonly QuirkProblem[] {
  return Object.entries(entry.speaks).flatMap(([dialect, { quirks }]) => {
    if (!Object.hasOwn(vocabularies, dialect)) return [unknownDialect(dialect, Object.keys(vocabularies))];
    const vocabulary = vocabularies[dialect] ?? {};
    return Object.entries(quirks).flatMap(([name, value]) =>
      checkQuirk(['speaks', dialect, 'quirks', name], value, vocabulary),
    );
  });
}

function unknownDialect(dialect: string, known: readonly string[]): QuirkProblem {
  return {
    path: ['speaks', dialect],
    message: `unknown dialect "${dialect}"`,
    expected: `one of ${known.join(', ')}`,
    nearest: nearest(dialect, known)[0],
  };
}

function checkQuirk(
  path: readonly string[],
  value: QuirkValue,
  vocabulary: QuirkVocabulary,
): readonly QuirkProblem[] {
  const name = path.at(-1) ?? '';
  const known = Object.keys(vocabulary);
  const rule = Object.hasOwn(vocabulary, name) ? vocabulary[name] : undefined;
  if (rule === undefined) {
    return [
      {
        path,
        message: `unknown quirk "${name}"`,
        expected: known.length === 0 ? 'no quirks: the dialect has none' : `one of ${known.join(', ')}`,
        nearest: nearest(name, known)[0],
      },
    ];
  }
  if (rule.values.includes(value)) return [];
  const expected = `one of ${rule.values.map((legal) => JSON.stringify(legal)).join(', ')}`;
  return [{ path, message: `is ${JSON.stringify(value)}`, expected }];
}
