// The rules of the house (docs/architecture.md), checked on the files themselves. Each rule is also shown a bad tree, and
// a rule that saw less than there is fails: a check that sees nothing must not pass.

import { afterAll, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { FAILURES } from '#canonical/failure.ts';
import { loadDialects } from '../scripts/dialects.ts';
import { functionsOf } from './tidy/functions.ts';
import { deadFiles, importProblems, purityProblems } from './tidy/import-rules.ts';
import { importsOf } from './tidy/imports.ts';
import { packageProblems } from './tidy/package-rules.ts';
import { PLANTED_CODE } from './tidy/planted-code.ts';
import { PLANTED_WORDS } from './tidy/planted-words.ts';
import { ROOMS } from './tidy/rooms.ts';
import { danglingPaths } from './tidy/reference-rules.ts';
import { FILE_LINES_ASKED, longFiles, sizeProblems, unreadable } from './tidy/size-rules.ts';
import { placesNamed, promises, skippedTests, unopened } from './tidy/text-rules.ts';
import { isTest, programOf, readTree, roomOf } from './tidy/tree.ts';
import { ALLOWED, vendorNames, vendorProblems, vendorsIn } from './tidy/vendor-rules.ts';
import { catalogueProblems, failureProblems, idleQuirks } from './tidy/vocabulary-rules.ts';
import type { Vocabularies } from './tidy/vocabulary-rules.ts';

const ROOT = join(import.meta.dir, '..');
const tree = readTree(ROOT);

/** Folders of the table in which nothing stands yet. */
const NOT_BUILT: Readonly<Record<string, string>> = {
  admin: 'The admin API comes with the dashboard; health and metrics are served by server/admin-plane.ts.',
};

/** Failure codes that nothing gives yet. */
const RESERVED: Readonly<Record<string, string>> = {};

async function vocabularies(): Promise<Vocabularies> {
  const dialects = await loadDialects();
  expect(dialects.length).toBeGreaterThan(0);
  return Object.fromEntries(dialects.map(({ id, provider }) => [id, provider?.quirks ?? {}]));
}

describe('the check sees all there is', () => {
  const globbed = [...new Bun.Glob('{src,test,bench,scripts,bin}/**/*.{ts,mjs}').scanSync({ cwd: ROOT })];

  test('every code file, by three ways of counting', () => {
    const seen = new Set(tree.sources.map(({ path }) => path));
    expect(globbed.filter((path) => !seen.has(path))).toEqual([]);
    const tracked = (tree.tracked ?? []).filter((path) =>
      /^(?:src|test|bench|scripts|bin)\/.*\.(?:ts|mjs)$/.test(path),
    );
    expect(tracked.filter((path) => !seen.has(path) && globbed.includes(path))).toEqual([]);
    expect(seen.size).toBeGreaterThan(150);
  });

  test('every folder of the table, and no other', () => {
    const rooms = new Set(programOf(tree).map(({ path }) => roomOf(path)));
    rooms.delete('main.ts');
    const built = Object.keys(ROOMS).filter((room) => !(room in NOT_BUILT));
    expect([...rooms].sort()).toEqual(built.sort());
  });

  test('every import, by three ways of counting', () => {
    const bun = new Bun.Transpiler({ loader: 'ts' });
    const missed = tree.sources
      .filter(({ path }) => path.endsWith('.ts'))
      .flatMap((source) => {
        const seen = new Set(importsOf(source).map(({ specifier }) => specifier));
        const byBun = bun.scanImports(source.text).map(({ path }) => path);
        const byLine = source.text.matchAll(/^(?:import|export|\})[^\n]*\bfrom '([^']+)'/gm);
        const all = isTest(source.path) ? byBun : [...byBun, ...[...byLine].map((match) => match[1] ?? '')];
        return all
          .filter((specifier) => !seen.has(specifier))
          .map((specifier) => `${source.path}: ${specifier}`);
      });
    expect(missed).toEqual([]);
    const inside = programOf(tree)
      .flatMap(importsOf)
      .filter(({ file }) => file !== undefined);
    expect(inside.length).toBeGreaterThan(2 * programOf(tree).length);
  });

  test('every arrow function', () => {
    const blind = tree.sources.filter((source) => {
      const arrows = [...source.code.matchAll(/=>/g)].length;
      const groups = [...source.code.matchAll(/\bdescribe\b/g)].length;
      return functionsOf(source).length < arrows - groups;
    });
    expect(blind.map(({ path }) => path)).toEqual([]);
    expect(unreadable(tree)).toEqual([]);
  });

  test('the catalogue and its vendors', () => {
    const files = tree.paths.filter((path) => path.startsWith('src/providers/catalogue/'));
    expect(files.length).toBeGreaterThanOrEqual(13);
    expect(vendorNames(tree).size).toBeGreaterThanOrEqual(files.length);
  });
});

describe('imports', () => {
  test('each folder imports what the table lets it', () => expect(importProblems(tree)).toEqual([]));
  test('the pure zone has no time, no chance and no outside', () => expect(purityProblems(tree)).toEqual([]));
  test('no file is dead', () => expect(deadFiles(tree)).toEqual([]));
});

describe('sizes', () => {
  test('files, functions and parameters stay within their limits', () => {
    const long = longFiles(tree);
    if (long.length > 0)
      console.log(`Over ${FILE_LINES_ASKED} lines, a question each:\n  ${long.join('\n  ')}`);
    expect(sizeProblems(tree)).toEqual([]);
  });
});

describe('words', () => {
  test('vendors are named in dialects/ and providers/ only', () =>
    expect(vendorProblems(tree, ALLOWED)).toEqual([]));
  test('the exchange names none, whatever is allowed elsewhere', () => {
    const exchange = tree.sources.filter(({ path }) => path === 'src/gateway/exchange.ts');
    expect(exchange).toHaveLength(1);
    expect(exchange.flatMap((source) => vendorsIn(source, vendorNames(tree)))).toEqual([]);
  });
  test('nothing is put off', () => expect(promises(tree)).toEqual([]));
  test('every skipped test says why', () => expect(skippedTests(tree)).toEqual([]));
  test('every file says what it is for', () => expect(unopened(tree)).toEqual([]));
  test('paths in documents and comments lead somewhere', () => expect(danglingPaths(tree)).toEqual([]));
  test('no file names a place that only one machine knows', () => expect(placesNamed(tree)).toEqual([]));
});

describe('what Clew is built on', () => {
  test('few packages, exact versions, a reason each, no install scripts', () => {
    expect(packageProblems(tree)).toEqual([]);
  });
});

describe('closed vocabularies', () => {
  test('catalogue files are data and valid', async () => {
    expect(catalogueProblems(tree, await vocabularies())).toEqual([]);
  });
  test('every quirk is chosen by a provider and named in a test', async () => {
    expect(idleQuirks(tree, await vocabularies())).toEqual([]);
  });
  test('every failure code is documented and can happen', () => {
    expect(failureProblems(tree, { all: Object.keys(FAILURES), reserved: RESERVED })).toEqual([]);
  });
});

describe('each rule finds what is planted for it, and nothing else', () => {
  const garden = mkdtempSync(join(tmpdir(), 'clew-tidy-'));
  afterAll(() => rmSync(garden, { recursive: true }));

  test.each(Object.entries({ ...PLANTED_CODE, ...PLANTED_WORDS }))('%s', (name, { rule, files, finds }) => {
    const root = join(garden, name.replaceAll(' ', '-'));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const found = [...rule(readTree(root))].sort();
    const unexpected = found.filter((problem, index) => !problem.startsWith(finds[index] ?? '\0'));
    expect({ unexpected, count: found.length }).toEqual({ unexpected: [], count: finds.length });
  });
});
