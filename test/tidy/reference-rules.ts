// Paths that documents and comments name: a map that points to nothing is worse than none.

import { posix } from 'node:path';
import { ROOMS } from './rooms.ts';
import { lineAt } from './source.ts';
import type { Tree } from './tree.ts';

const FOLDERS = ['src', 'docs', 'test', 'bench', 'scripts', 'bin', '.ci'];
const LINK = /\]\((?!https?:|#)([^)#\s]+)/g;
const FROM_ROOT = new RegExp(
  `(?<![\\w/.#-])((?:${FOLDERS.join('|').replace('.', '\\.')})/[\\w./-]*\\w\\.\\w+)`,
  'g',
);
const FROM_SRC = new RegExp(
  `(?<![\\w/.#-])((?:${Object.keys(ROOMS).join('|')})/[\\w./-]*\\w\\.(?:ts|json))`,
  'g',
);

/** Links of documents, and in documents and comments whatever looks like the path of a file of ours. */
export function danglingPaths(tree: Tree): readonly string[] {
  const documents = [...tree.texts].filter(([path]) => path.endsWith('.md'));
  const known = new Set(tree.paths.flatMap(withFolders));
  const links = documents.flatMap(([path, text]) =>
    [...text.matchAll(LINK)].map(({ 1: to = '', index }) => ({
      from: `${path}:${lineAt(text, index)}`,
      to: posix.join(posix.dirname(path), to),
    })),
  );
  const comments = tree.sources.flatMap(({ path, text, comments: all }) =>
    all.flatMap((comment) =>
      pathsIn(comment.text).map((to) => ({ from: `${path}:${lineAt(text, comment.at)}`, to })),
    ),
  );
  const spoken = documents.flatMap(([path, text]) => pathsIn(text).map((to) => ({ from: path, to })));
  return [...links, ...spoken, ...comments]
    .filter(({ to }) => !known.has(to.replace(/\/$/, '')))
    .map(({ from, to }) => `${from} names ${to}, which is not there`);
}

function pathsIn(text: string): readonly string[] {
  return [
    ...[...text.matchAll(FROM_ROOT)].map(({ 1: path = '' }) => path),
    ...[...text.matchAll(FROM_SRC)].map(({ 1: path = '' }) => `src/${path}`),
  ];
}

/** `a/b/c.ts` also makes the folders `a` and `a/b` known. */
function withFolders(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
