// A call whose arguments come piece by piece, each at a path: `partialArgs: [{jsonPath: "$.a[0].b", stringValue: …,
// willContinue}]`. Pieces of one text are joined; the call is told when it is complete, since a half-built object is no
// JSON (cloud.google.com/vertex-ai/generative-ai/docs: streaming function call arguments).

import { asArray, asString, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { Fields } from './fields.ts';

type Tree = Json | Tree[] | { [key: string]: Tree };

/** Deeper paths and longer lists than any tool has are ignored. */
const STEPS_MAX = 64;
const INDEX_MAX = 10_000;
const STEP = /\.([^.[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/y;
const VALUES = ['stringValue', 'numberValue', 'boolValue'] as const;

export class PartialCall {
  readonly name: string;
  readonly given: string | undefined;
  readonly signature: string | undefined;
  #root: Tree = {};
  /** Characters that were taken in, for the limit on what a stream may hold. */
  length = 0;

  constructor(name: string, given: string | undefined, signature: string | undefined) {
    this.name = name;
    this.given = given;
    this.signature = signature;
  }

  read(call: Fields): void {
    const whole = call.object('args');
    if (whole !== undefined && Object.keys(whole).length > 0) this.#root = { ...whole } as Tree;
    for (const piece of asArray(call.take('partialArgs')) ?? []) if (isObject(piece)) this.#readPiece(piece);
  }

  arguments(): string {
    return JSON.stringify(this.#root);
  }

  #readPiece(piece: JsonObject): void {
    const steps = stepsOf(asString(piece['jsonPath']) ?? asString(piece['json_path']) ?? '');
    if (steps === undefined) return;
    const value = valueOf(piece);
    if (value === undefined) return;
    this.length += typeof value === 'string' ? value.length : 8;
    this.#root = put(this.#root, steps, value);
  }
}

/** Undefined for a piece without a value: it only says that a value goes on. */
function valueOf(piece: JsonObject): Json | undefined {
  if ('nullValue' in piece) return null;
  for (const key of VALUES) if (piece[key] !== undefined) return piece[key];
  return undefined;
}

function stepsOf(path: string): readonly (string | number)[] | undefined {
  if (!path.startsWith('$')) return undefined;
  const steps: (string | number)[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < path.length && steps.length <= STEPS_MAX) {
    const match = STEP.exec(path);
    if (match === null) return undefined;
    const key = match[1] ?? match[3] ?? match[4];
    if (key === '__proto__') return undefined;
    steps.push(key ?? Number(match[2]));
  }
  return steps.length > STEPS_MAX || steps.some((step) => typeof step === 'number' && step > INDEX_MAX)
    ? undefined
    : steps;
}

/** The tree with a value at the end of a path; text is appended to text that is there. */
function put(tree: Tree | undefined, steps: readonly (string | number)[], value: Json): Tree {
  const [step, ...further] = steps;
  if (step === undefined) return typeof tree === 'string' && typeof value === 'string' ? tree + value : value;
  if (typeof step === 'number') {
    const list: Tree[] = Array.isArray(tree) ? tree : [];
    // Holes would be written as null.
    while (list.length < step) list.push(null);
    list[step] = put(list[step], further, value);
    return list;
  }
  const object = (isObject(tree) ? tree : {}) as { [key: string]: Tree };
  object[step] = put(Object.hasOwn(object, step) ? object[step] : undefined, further, value);
  return object;
}

/** Whether a call on the wire is a piece of one that goes on, or its end. */
export function isPiece(call: JsonObject): boolean {
  if (call['partialArgs'] !== undefined || call['partial_args'] !== undefined) return true;
  return call['willContinue'] === true || call['will_continue'] === true;
}
