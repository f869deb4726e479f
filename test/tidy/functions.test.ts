// What the function finder sees in code of all shapes: the proof that sizes are measured and not guessed.

import { expect, test } from 'bun:test';

import { functionsOf } from './functions.ts';
import { readSource } from './source.ts';

/** Code, and for each function in it: name, lines, parameters. */
const CASES: readonly (readonly [code: string, seen: readonly string[]])[] = [
  ['function one(a: A, b = 2): void {\n}', ['one 2 2']],
  ['export async function* two<T, U = Map<A, B>>(a: T) {\n\n}', ['two 3 1']],
  ['const three = (a: A): B => a;', ['an arrow function 1 1']],
  ['const four = async ({ a, b }: C, [d, e]: D) => {\n  return 1;\n};', ['an arrow function 3 2']],
  ['const five = (\n  a: A,\n  b: B,\n) =>\n  call(\n    a,\n  );', ['an arrow function 7 2']],
  ['class A {\n  #six(): Promise<{ a: B }> {\n  }\n}', ['#six 2 0']],
  [
    'class A {\n  constructor(a: A) {}\n  get seven(): B { return 1; }\n  static *[x.y](): C {}\n}',
    ['constructor 1 1', 'seven 1 0', 'a computed name 1 0'],
  ],
  ['function eight(a: A): { readonly b: C; d(): E } | undefined {\n}', ['eight 2 1']],
  ['function nine(a: A): a is B {}', ['nine 1 1']],
  // The function type takes the body for its own: counted twice, never too short.
  ['function ten(): (a: A, b: B) => void {\n  return x;\n}', ['ten 3 0', 'an arrow function 3 2']],
  ['interface A {\n  eleven(a: A, b: B): C;\n}', ['eleven 1 2']],
  ['if (a) {\n}\nfor (const b of c) {\n}\nswitch (d) {\n  case f(1): {\n  }\n}\ncall(a, b, c, d, e);', []],
  ['const x = a ? f(b) : { c: 1 };\nconst y = a ? (b) : { c };', []],
  ['const x = a ? f(b) : (c) => {\n};', ['an arrow function 2 1']],
  ['const x = { twelve(a) {\n} };', ['twelve 2 1']],
  [
    'const brackets = /[({]/.test(a) ? `${b ? `{${c}` : "("}` : 8 / 2; // {\nfunction last() {}',
    ['last 1 0'],
  ],
  ['type F = (a: A, ...rest: B[]) => C;', ['an arrow function 1 2']],
];

test.each(CASES)('%s', (code, seen) => {
  const found = functionsOf(readSource('fixture.ts', code));
  expect(found.map(({ name, lines, parameters }) => `${name} ${lines} ${parameters}`)).toEqual([...seen]);
});
