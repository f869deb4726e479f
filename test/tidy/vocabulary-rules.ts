// Rules about closed vocabularies: catalogue files, quirks, failure codes. What is in them is used, told and tested.

import { parseDocument } from 'yaml';

import { parseJson } from '#base/json.ts';
import type { QuirkVocabulary } from '#canonical/quirk.ts';
import { parseModels, parseProvider } from '#providers/catalogue.ts';
import { checkQuirks } from '#providers/check-quirks.ts';
import { Brackets } from './brackets.ts';
import { importsOf } from './imports.ts';
import type { Source } from './source.ts';
import { isTest, programOf } from './tree.ts';
import type { Tree } from './tree.ts';

export type Vocabularies = Readonly<Record<string, QuirkVocabulary>>;

const HOME = 'src/providers/';

/** Files of the catalogue are JSON and nothing else, no key twice, right by their schema, with quirks that exist. */
export function catalogueProblems(tree: Tree, vocabularies: Vocabularies): readonly string[] {
  return tree.paths
    .filter((path) => path.startsWith(`${HOME}catalogue/`) || path.startsWith(`${HOME}models/`))
    .flatMap((path) => {
      const text = tree.texts.get(path);
      if (text === undefined || !path.endsWith('.json')) return [`${path} is not a JSON file`];
      return fileProblems(path, text, vocabularies).map((problem) => `${path}: ${problem}`);
    });
}

function fileProblems(path: string, text: string, vocabularies: Vocabularies): readonly string[] {
  const [folder, name = ''] = path.slice(HOME.length).split('/');
  const json = parseJson(text);
  if (json === undefined) return ['not JSON'];
  // JSON.parse keeps the last of two equal keys without a word; YAML, of which JSON is a part, forbids them.
  const twice = parseDocument(text, { uniqueKeys: true }).errors.map(
    (error) => error.message.split('\n')[0] ?? '',
  );
  if (twice.length > 0) return twice;
  if (folder === 'models') {
    const models = parseModels(json);
    return models.ok ? [] : models.error;
  }
  const entry = parseProvider(name.replace(/\.json$/, ''), json);
  if (!entry.ok) return entry.error;
  return checkQuirks(entry.value, vocabularies).map(({ path: at, message }) => `${at.join('.')} ${message}`);
}

/** A quirk that no entry chooses or no test names is a branch that nobody needs. */
export function idleQuirks(tree: Tree, vocabularies: Vocabularies): readonly string[] {
  const entries = [...tree.texts]
    .filter(([path]) => path.startsWith(`${HOME}catalogue/`))
    .map(([, text]) => text);
  const tests = tree.sources.filter(({ path }) => isTest(path));
  return Object.entries(vocabularies).flatMap(([dialect, vocabulary]) =>
    Object.entries(vocabulary).flatMap(([quirk, { optional }]) => [
      ...(optional === true || entries.some((text) => text.includes(`"${quirk}"`))
        ? []
        : [`${dialect}: no catalogue entry has ${quirk}`]),
      ...(tests.some(({ text }) => text.includes(quirk)) ? [] : [`${dialect}: no test names ${quirk}`]),
    ]),
  );
}

export interface Codes {
  readonly all: readonly string[];
  /** Not in use yet, with the reason. */
  readonly reserved: Readonly<Record<string, string>>;
}

const FAILURES_FILE = 'src/canonical/failure.ts';

/** Every code is explained to users and can happen; a reserved one that is in use is reserved no longer. */
export function failureProblems(tree: Tree, { all, reserved }: Codes): readonly string[] {
  const page = tree.texts.get('docs/errors.md') ?? '';
  const spoken = new Set(
    programOf(tree)
      .filter(({ path }) => path !== FAILURES_FILE)
      .flatMap(codesIn),
  );
  return all.flatMap((code) => [
    ...(page.includes(`\`${code}\``) ? [] : [`${code} is not in docs/errors.md`]),
    ...(spoken.has(code) || code in reserved ? [] : [`${code} is used nowhere`]),
    ...(spoken.has(code) && code in reserved ? [`${code} is reserved and in use`] : []),
  ]);
}

/** Strings of files that know failures at all. One in a list is a word of the outside that only looks like a code. */
function codesIn(source: Source): readonly string[] {
  if (!importsOf(source).some(({ file }) => file === FAILURES_FILE)) return [];
  const brackets = new Brackets(source.code);
  return source.literals
    .filter(({ at }) => source.text[at] !== '/' && brackets.around(at) !== '[')
    .map(({ text }) => text);
}
