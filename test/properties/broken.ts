// Well-formed bodies of each language with one thing wrong somewhere: another type, something missing, a key that names the
// prototype, far too deep.

import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';

import { isObject } from '#base/json.ts';
import type { Json, JsonDraft } from '#base/json.ts';
import { json } from './arbitraries.ts';

const DEEP = JSON.parse('['.repeat(200) + ']'.repeat(200)) as Json;
const LONG = 'x'.repeat(5_000);

/** What stands in the place of something: `undefined` takes it away. */
const wrong: Arbitrary<Json | undefined> = fc.oneof(
  json,
  fc.constantFrom<(Json | undefined)[]>(
    undefined,
    null,
    [],
    {},
    [null],
    '',
    -1,
    0,
    1e308,
    true,
    LONG,
    DEEP,
    JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}') as Json,
  ),
);

/** `body` with up to three places changed. */
export function broken(body: Arbitrary<Json>): Arbitrary<Json> {
  return fc
    .tuple(body, fc.array(fc.tuple(fc.nat(10_000), wrong), { maxLength: 3 }))
    .map(([whole, changes]) => {
      let changed = whole;
      for (const [place, value] of changes) changed = replaced(changed, place, value);
      return changed;
    });
}

/** Counts through the tree; the place where `at` runs out is replaced. */
function replaced(whole: Json, at: number, value: Json | undefined): Json {
  const count = sizeOf(whole);
  let left = at % count;
  const walk = (node: Json): Json | undefined => {
    if (left === 0) {
      left -= 1;
      return value;
    }
    left -= 1;
    if (Array.isArray(node)) return (node as readonly Json[]).map((item) => walk(item) ?? null);
    if (!isObject(node)) return node;
    const draft: JsonDraft = {};
    for (const [key, inner] of Object.entries(node)) {
      const kept = inner === undefined ? undefined : walk(inner);
      if (kept !== undefined)
        Object.defineProperty(draft, key, {
          value: kept,
          enumerable: true,
          writable: true,
          configurable: true,
        });
    }
    return draft;
  };
  return walk(whole) ?? null;
}

function sizeOf(node: Json): number {
  if (Array.isArray(node))
    return (node as readonly Json[]).reduce<number>((sum, item) => sum + sizeOf(item), 1);
  if (!isObject(node)) return 1;
  return Object.values(node).reduce<number>(
    (sum, inner) => sum + (inner === undefined ? 0 : sizeOf(inner)),
    1,
  );
}
