// Rules about who imports whom.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { blindImports, importsOf } from './imports.ts';
import type { Import } from './imports.ts';
import { PURE_EXCEPT, ROOMS, ROOT, isPure } from './rooms.ts';
import { programOf, roomOf } from './tree.ts';
import type { Tree } from './tree.ts';

/** Every import of the program breaks no rule, leads somewhere, and can be seen. */
export function importProblems(tree: Tree): readonly string[] {
  return programOf(tree).flatMap((source) => {
    const broken = importsOf(source).flatMap((made) => {
      const problem = problemOf(made, tree.root);
      return problem === undefined ? [] : [`${made.from}:${made.line} imports ${made.specifier}: ${problem}`];
    });
    return [...broken, ...blindImports(source)];
  });
}

function problemOf(made: Import, root: string): string | undefined {
  if (made.from !== ROOT && ROOMS[roomOf(made.from)] === undefined) return 'no folder that the table knows';
  if (made.file === undefined) return packageProblem(made);
  if (!existsSync(join(root, made.file))) return 'no such file';
  if (made.from === ROOT) return undefined;
  return pathProblem(made, made.file) ?? roomProblem(made, made.file);
}

/** Relative within a folder, `#folder/…` out of it, and never out of src/. */
function pathProblem(made: Import, file: string): string | undefined {
  if (!file.startsWith('src/')) return 'outside src/';
  const leaves = made.specifier.startsWith('.') && roomOf(file) !== roomOf(made.from);
  return leaves ? 'a relative path that leaves its folder' : undefined;
}

function roomProblem(made: Import, file: string): string | undefined {
  if (file === ROOT) return 'nothing imports the composition root';
  const from = roomOf(made.from);
  const to = roomOf(file);
  if (from === to) return from === 'dialects' ? siblingProblem(made.from, file) : undefined;
  const room = ROOMS[from];
  if (room?.may.includes(to) === true) return undefined;
  if (room?.types?.includes(to) === true)
    return made.typeOnly ? undefined : `${from} may use types of ${to} only`;
  return `${from} may not import ${to}`;
}

/** The list of all of them. */
const DIALECT_LIST = 'src/dialects/index.ts';

/** What dialects share stands beside their folders, not in one of them; the list alone knows them all. */
function siblingProblem(from: string, to: string): string | undefined {
  if (from === DIALECT_LIST) return undefined;
  if (to === DIALECT_LIST) return 'a dialect does not know the others';
  const mine = dialectOf(from);
  const theirs = dialectOf(to);
  if (theirs === undefined || mine === theirs) return undefined;
  return mine === undefined ? 'what all dialects share knows none of them' : 'another dialect';
}

function dialectOf(path: string): string | undefined {
  const [, , folder, file] = path.split('/');
  return file === undefined ? undefined : folder;
}

function packageProblem(made: Import): string | undefined {
  const name = made.package ?? '';
  if (made.from === ROOT) return undefined;
  const platform = name.startsWith('node:') || name === 'bun' || name.startsWith('bun:');
  if (platform) return isPure(made.from) && !made.typeOnly ? 'the pure zone has no platform' : undefined;
  const allowed = ROOMS[roomOf(made.from)]?.packages?.includes(name) === true;
  return allowed ? undefined : `not a package for ${roomOf(made.from)}`;
}

/** Names that bring time, chance or the outside with them. In code only: strings and comments may speak of them. */
const BANNED: readonly (readonly [name: string, form: RegExp])[] = [
  ['fetch', /(?<![\w.#$])fetch\s*\(/],
  ['process', /(?<![\w.#$'"])process\s*(?:\.|\[)/],
  ['Date.now', /\bDate\s*\.\s*now\b/],
  ['new Date()', /\bnew\s+Date\b(?:\(\s*\)|(?!\())|(?<!new\s)\bDate\(/],
  ['Math.random', /\bMath\s*\.\s*random\b/],
  ['a timer', /(?<![\w.#$])(?:setTimeout|setInterval|setImmediate)\b/],
  ['Bun', /(?<![\w.#$'"])Bun\s*(?:\.|\[)/],
  ['performance', /(?<![\w.#$'"])performance\s*(?:\.|\[)/],
  ['crypto', /(?<![\w.#$'"])crypto\s*(?:\.|\[)/],
  ['globalThis', /\bglobalThis\b/],
  ['console', /(?<![\w.#$])console\s*\./],
  ['import.meta', /\bimport\s*\.\s*meta\b/],
];

/** What a file does by itself that pure code may not. */
function impurities(code: string): readonly string[] {
  return BANNED.filter(([, form]) => form.test(code)).map(([name]) => name);
}

/** The pure zone uses no banned name, nor a file that does: purity is not lost through a helper. */
export function purityProblems(tree: Tree): readonly string[] {
  const program = programOf(tree);
  const tainted = new Map<string, string>();
  for (const { path, code } of program) {
    const [name] = impurities(code);
    if (name !== undefined) tainted.set(path, name);
    else if (PURE_EXCEPT.test(path)) tainted.set(path, 'the file system');
  }
  return program
    .filter(({ path }) => isPure(path))
    .flatMap((source) => {
      const own = impurities(source.code).map((name) => `${source.path} uses ${name} in the pure zone`);
      const borrowed = importsOf(source)
        .filter(({ typeOnly }) => !typeOnly)
        .flatMap(({ file = '', line }) => {
          const why = tainted.get(file);
          return why === undefined ? [] : [`${source.path}:${line} imports ${file}, which uses ${why}`];
        });
      return [...own, ...borrowed];
    });
}

/** Every file of src/ is reached from the program, a script, a benchmark or a cross-cutting test: a unit test keeps nothing alive. */
export function deadFiles(tree: Tree): readonly string[] {
  const edges = new Map(tree.sources.map((source) => [source.path, importsOf(source)]));
  const reached = new Set<string>();
  const waiting = tree.sources
    .map(({ path }) => path)
    .filter((path) => path === ROOT || !path.startsWith('src/'));
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    for (const { file } of edges.get(path) ?? []) if (file !== undefined) waiting.push(file);
  }
  const dead = programOf(tree).filter(({ path }) => !reached.has(path));
  return dead.map(({ path }) => `${path} is reached from nowhere`);
}
