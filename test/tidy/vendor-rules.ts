// No vendor's name in src/ outside dialects/ and providers/: not in identifiers, not in strings, not in comments.

import { programOf } from './tree.ts';
import type { Tree } from './tree.ts';
import { lineAt } from './source.ts';
import type { Source } from './source.ts';

/** Vendors and their product lines, whether or not the catalogue has them. */
const KNOWN =
  'openai anthropic claude gemini google vertex bedrock cohere azure mistral openrouter ollama groq deepseek xai perplexity vllm';

/** Ids that are English words: they count only as a whole string, or as the first part of `vendor/model`. */
const ORDINARY = new Set(['together']);

const HOMES = /^src\/(?:dialects|providers)\//;

export interface Allowed {
  /** A file, or a folder when it ends with a slash. */
  readonly path: string;
  /** Absent: any of them. */
  readonly vendor?: string;
  readonly why: string;
}

export const ALLOWED: readonly Allowed[] = [
  {
    path: 'src/simulator/dialects/',
    why: 'The simulator speaks the provider side of every dialect, a file each.',
  },
  {
    path: 'src/upstream/cloud/',
    why: 'A way to authorise is a protocol with its vendor’s name, a file each.',
  },
];

/** Ids and display names of the catalogue's providers, and what everybody knows: in lower case, in one word. */
export function vendorNames(tree: Tree): ReadonlySet<string> {
  const names = new Set(KNOWN.split(' '));
  for (const [path, text] of tree.texts) {
    const id = /^src\/providers\/catalogue\/(.+)\.json$/.exec(path)?.[1];
    if (id === undefined) continue;
    const displayed = /^\s*"name"\s*:\s*"([^"]+)"/m.exec(text)?.[1] ?? id;
    for (const name of [id, displayed]) names.add(name.toLowerCase().replace(/[^a-z0-9]/g, ''));
  }
  return names;
}

/** An allowance that nothing needs is a problem too. */
export function vendorProblems(tree: Tree, allowed: readonly Allowed[]): readonly string[] {
  const names = vendorNames(tree);
  const needed = new Set<Allowed>();
  const problems = programOf(tree)
    .filter(({ path }) => !HOMES.test(path))
    .flatMap((source) =>
      vendorsIn(source, names).flatMap(({ at, name }) => {
        const allowance = allowed.find(
          ({ path, vendor = name }) => vendor === name && covers(path, source.path),
        );
        if (allowance === undefined) return [`${source.path}:${lineAt(source.text, at)} names ${name}`];
        needed.add(allowance);
        return [];
      }),
    );
  const idle = allowed.filter((entry) => !needed.has(entry));
  return [
    ...problems,
    ...idle.map(({ path, vendor }) => `${path} does not need its allowance for ${vendor ?? 'vendors'}`),
  ];
}

function covers(allowed: string, path: string): boolean {
  return allowed.endsWith('/') ? path.startsWith(allowed) : path === allowed;
}

interface Named {
  readonly at: number;
  readonly name: string;
}

export function vendorsIn({ text, literals }: Source, names: ReadonlySet<string>): readonly Named[] {
  const words = literals.flatMap(({ at, text: literal }) => {
    const [first = ''] = literal.split('/');
    return ORDINARY.has(first) ? [{ at, name: first }] : [];
  });
  return [...words, ...spelled(text, names)];
}

/** The humps of `someNames`, `SOME_NAMES` and `Some Names` are the same words; three of them make the longest name. */
const HUMP = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+/g;
const HUMPS_MAX = 3;
const GAP = /^[ ._-]?$/;

function spelled(text: string, names: ReadonlySet<string>): readonly Named[] {
  const humps = [...text.matchAll(HUMP)];
  return humps.flatMap(({ index: at }, first) => {
    let name = '';
    let end = at;
    for (const { 0: hump, index } of humps.slice(first, first + HUMPS_MAX)) {
      if (!GAP.test(text.slice(end, index))) break;
      name += hump.toLowerCase();
      end = index + hump.length;
      if (names.has(name) && !ORDINARY.has(name)) return [{ at, name }];
    }
    return [];
  });
}
