// What a file imports: statically, by `export … from`, dynamically, or as a worker by its URL.

import { posix } from 'node:path';
import { lineAt } from './source.ts';
import type { Piece, Source } from './source.ts';

export interface Import {
  readonly from: string;
  readonly line: number;
  readonly specifier: string;
  /** The file from the root, when it is one of ours; it need not exist. */
  readonly file: string | undefined;
  /** The package, when it is one: `zod`, `@scope/name`, `node:fs`. */
  readonly package: string | undefined;
  /** Gone before the program runs. */
  readonly typeOnly: boolean;
}

const STATEMENT =
  /(?:^|[\s;}])(import|export)\b(\s+type\b(?!\s+from\b|\s*,))?[^;'"]*?\bfrom\s*$|(?:^|[\s;}])import\s*$/;
const CALL = /\b(?:import|require|new\s+URL)\s*\(\s*$/;
/** As far back as an import statement is looked for. */
const STATEMENT_LENGTH_MAX = 4_000;

export function importsOf(source: Source): readonly Import[] {
  return source.literals.flatMap((literal) => {
    const found = importAt(source, literal);
    return found === undefined ? [] : [found];
  });
}

/** Lines with an import whose target is computed: a rule cannot see where it leads. */
export function blindImports({ path, code }: Source): readonly string[] {
  return [...code.matchAll(/\b(?:import|require)\s*\(\s*(?!['"`\s])/g)].map(
    ({ index }) => `${path}:${lineAt(code, index)} imports what only the running program knows`,
  );
}

function importAt({ path, code, text }: Source, { at, text: specifier }: Piece): Import | undefined {
  const before = code.slice(Math.max(0, at - STATEMENT_LENGTH_MAX), at);
  const statement = /\b(?:from|import)\s*$/.test(before) ? STATEMENT.exec(lastStatement(before)) : null;
  const call = statement === null ? CALL.exec(before) : null;
  if (statement === null && call === null) return undefined;
  const isUrl = call?.[0].startsWith('new') === true;
  if (isUrl && !/^[^,)]*,\s*import\.meta\.url/.test(text.slice(at))) return undefined;
  return {
    from: path,
    line: lineAt(text, at),
    specifier,
    file: resolve(path, specifier, isUrl),
    package: packageOf(specifier, isUrl),
    typeOnly: statement?.[2] !== undefined,
  };
}

/** From the last `import` or `export` that begins a line. */
function lastStatement(before: string): string {
  const starts = [...before.matchAll(/^[ \t]*(?:import|export)\b/gm)];
  return before.slice(starts.at(-1)?.index ?? 0);
}

function resolve(from: string, specifier: string, isUrl: boolean): string | undefined {
  if (specifier.startsWith('#')) return posix.normalize(`src/${specifier.slice(1)}`);
  if (specifier.startsWith('.') || isUrl) return posix.join(posix.dirname(from), specifier);
  return undefined;
}

function packageOf(specifier: string, isUrl: boolean): string | undefined {
  if (isUrl || specifier.startsWith('#') || specifier.startsWith('.')) return undefined;
  if (specifier.startsWith('node:') || specifier.startsWith('bun:')) return specifier;
  const [scope = '', name] = specifier.split('/');
  return scope.startsWith('@') && name !== undefined ? `${scope}/${name}` : scope;
}
