// The files that the rules look at: read from the disk, and counted against what git knows, so that a check that sees
// nothing cannot pass.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSource } from './source.ts';
import type { Source } from './source.ts';

/** What `.gitignore` names, and git itself. */
const NOT_OURS = new Set([
  '.git',
  'node_modules',
  '.venv',
  '__pycache__',
  'dist',
  'data',
  'coverage',
  '.env',
]);
const CODE = /\.(?:ts|mjs|js|tsx)$/;
const TEXT = /(?:\.(?:py|ts|tsx|mjs|js|json|md|yaml|yml|html|css|sql|sh|txt)|(?:^|\/)(?:LICENSE|run|\.\w+))$/;

export interface Tree {
  readonly root: string;
  /** Every file, from the root, with slashes, in the order of the alphabet. */
  readonly paths: readonly string[];
  /** Code of all folders. */
  readonly sources: readonly Source[];
  /** Files that a person reads, code included, by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** What git tracks; undefined where there is no repository. */
  readonly tracked: readonly string[] | undefined;
}

export function readTree(root: string): Tree {
  const paths = [...walk(root, '')].sort();
  const texts = new Map(
    paths.filter((path) => TEXT.test(path)).map((path) => [path, readFileSync(join(root, path), 'utf8')]),
  );
  const sources = [...texts]
    .filter(([path]) => CODE.test(path))
    .map(([path, text]) => readSource(path, text));
  return { root, paths, sources, texts, tracked: trackedFiles(root) };
}

function* walk(root: string, folder: string): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (NOT_OURS.has(entry.name) || entry.name.endsWith('.log')) continue;
    if (entry.isDirectory()) yield* walk(root, path);
    else if (entry.isFile()) yield path;
  }
}

function trackedFiles(root: string): readonly string[] | undefined {
  const asked = Bun.spawnSync(['git', 'ls-files', '-z', '--', '.'], { cwd: root, stderr: 'ignore' });
  if (!asked.success) return undefined;
  return asked.stdout
    .toString()
    .split('\0')
    .filter((path) => path !== '');
}

export function isTest(path: string): boolean {
  return path.endsWith('.test.ts');
}

/** The program itself: everything in src/ that is not a test. */
export function programOf(tree: Tree): readonly Source[] {
  return tree.sources.filter(({ path }) => path.startsWith('src/') && !isTest(path));
}

/** The folder in src/ that a file stands in: `src/base/json.ts` is in `base`, `src/main.ts` is `main.ts`. */
export function roomOf(path: string): string {
  return path.split('/')[1] ?? '';
}
