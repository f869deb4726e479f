// Functions, their lines and parameters, found by their brackets: `name(…) {`, `name(…): Type {`, `(…) =>` in all forms,
// and signatures. Not a parser: it knows the code as the formatter leaves it, and the fixtures in tidy.test.ts are its proof.

import { Brackets, countItems, skipSpace } from './brackets.ts';
import { lineAt } from './source.ts';
import type { Source } from './source.ts';

export interface FunctionFacts {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
  readonly parameters: number;
}

/** Words that stand before a parenthesis and make no function of what follows it. */
const STATEMENTS = new Set(['if', 'for', 'while', 'switch', 'catch', 'with', 'await']);
/** Words before the parenthesis of an arrow function. */
const BEFORE_ARROW = new Set([
  'async',
  'return',
  'default',
  'yield',
  'case',
  'of',
  'in',
  'typeof',
  'extends',
  'new',
]);
/** Words in a type after which a brace begins another type. */
const TYPE_WORDS = new Set([
  'extends',
  'is',
  'asserts',
  'keyof',
  'typeof',
  'readonly',
  'new',
  'infer',
  'unique',
]);
/** Words that cannot stand in a type: what looked like one was a label of a `case` or a branch of a `?:`. */
const NO_TYPE = new Set([
  'if',
  'for',
  'while',
  'switch',
  'return',
  'const',
  'let',
  'throw',
  'try',
  'await',
  'break',
  'yield',
]);

/** A group of tests is a folder, not a function: its length is that of the file. */
const GROUP = /\bdescribe(?:\.\w+)*(?:\([^()]*\))?\(\s*(['"`])\s*\1,\s*(?:async\s*)?$/;
const SIGNATURE = /^\s*(?:abstract\s+|static\s+)?#?[\w$]+$/;

export function functionsOf({ code }: Source): readonly FunctionFacts[] {
  const brackets = new Brackets(code);
  const found: FunctionFacts[] = [];
  for (let at = code.indexOf('('); at !== -1; at = code.indexOf('(', at + 1)) {
    if (GROUP.test(code.slice(Math.max(0, at - 200), at))) continue;
    const name = nameBefore(brackets, at);
    const end = endOf(brackets, at, name);
    if (end === undefined) continue;
    const line = lineAt(code, at);
    found.push({
      name: name ?? 'an arrow function',
      line,
      lines: lineAt(code, end) - line + 1,
      parameters: countItems(brackets, at + 1, brackets.partner(at)),
    });
  }
  return found;
}

/** The word before a parameter list, past type parameters; undefined for an arrow function. */
function nameBefore({ code }: Brackets, at: number): string | undefined {
  let end = at;
  while (code[end - 1] === ' ') end -= 1;
  if (code[end - 1] === '>' && code[end - 2] !== '=') end = angleStart(code, end - 1);
  if (code[end - 1] === ']' || code[end - 1] === "'") return 'a computed name';
  const word = /#?[\w$]+$/.exec(code.slice(Math.max(0, end - 80), end))?.[0];
  return word === undefined || BEFORE_ARROW.has(word) ? undefined : word;
}

function angleStart(code: string, close: number): number {
  let depth = 0;
  for (let at = close; at >= 0; at -= 1) {
    if (code[at] === '>' && code[at - 1] !== '=') depth += 1;
    else if (code[at] === '<') depth -= 1;
    if (depth === 0) return at;
  }
  return 0;
}

/** The last offset of the function whose parameters open at `at`; undefined when it is no function. */
function endOf(brackets: Brackets, at: number, name: string | undefined): number | undefined {
  const { code } = brackets;
  if (name !== undefined && STATEMENTS.has(name)) return undefined;
  const after = skipSpace(code, brackets.partner(at) + 1);
  if (code.startsWith('=>', after)) return bodyEnd(brackets, after + 2);
  if (code[after] === '{') return name === undefined ? undefined : brackets.partner(after);
  if (code[after] !== ':') return undefined;
  const stop = typeEnd(brackets, after + 1);
  if (code.startsWith('=>', stop)) return name === undefined ? bodyEnd(brackets, stop + 2) : undefined;
  if (name === undefined) return undefined;
  if (code[stop] === '{') return brackets.partner(stop);
  const before = code.slice(code.lastIndexOf('\n', at) + 1, at).replace(/<.*>$/, '');
  return code[stop] === ';' && SIGNATURE.test(before) ? stop : undefined;
}

/** The end of an arrow function's body: of its block, or of its expression. */
function bodyEnd(brackets: Brackets, from: number): number {
  const { code } = brackets;
  const start = skipSpace(code, from);
  if (code[start] === '{') return brackets.partner(start);
  for (let at = start; at < code.length; at += 1) {
    const char = code[at] as string;
    if (char === '(' || char === '[' || char === '{') at = brackets.partner(at);
    else if (/[,;)\]}]/.test(char)) return at - 1;
  }
  return code.length - 1;
}

/** Where the type that begins at `from` is over: at the brace or arrow of a body, or at whatever cannot be in a type. */
function typeEnd(brackets: Brackets, from: number): number {
  const { code } = brackets;
  let at = from;
  let angles = 0;
  /** A type or a part of it must follow; a brace here is an object type. */
  let open = true;
  let afterGroup = false;
  for (;;) {
    at = skipSpace(code, at);
    const char = code[at];
    if (char === undefined) return at;
    const word = /^[\w$]+/.exec(code.slice(at, at + 80))?.[0];
    if (word !== undefined) {
      if (NO_TYPE.has(word)) return at;
      open = TYPE_WORDS.has(word);
      afterGroup = false;
      at += word.length;
    } else if (char === '(' || char === '[' || (char === '{' && open)) {
      afterGroup = char === '(';
      open = false;
      at = brackets.partner(at) + 1;
    } else if (code.startsWith('=>', at)) {
      if (!afterGroup) return at;
      open = true;
      afterGroup = false;
      at += 2;
    } else if (char === '<' || char === '|' || char === '&' || char === '.' || (char === ',' && angles > 0)) {
      if (char === '<') angles += 1;
      open = char !== '.';
      afterGroup = false;
      at += 1;
    } else if (char === '>' && angles > 0) {
      angles -= 1;
      open = false;
      at += 1;
    } else if (char === "'" || char === '"' || char === '`') {
      open = false;
      at = code.indexOf(char, at + 1) + 1;
    } else return at;
  }
}
