// A value that satisfies a JSON Schema, in a simple way: what the schema names is made, what it leaves open is short.
// Not supported: `pattern`, `not`, `if`, `dependent*`; references must be local.

import {
  asArray,
  asNumber,
  asString,
  isObject,
  type Json,
  type JsonDraft,
  type JsonObject,
} from '#base/json.ts';
import type { Draw } from '#base/random.ts';
import { sentence, words } from './words.ts';

/** Below this depth only what is required is made, and the shortest way out of a recursive schema is taken. */
const DEPTH_FULL = 4;
const DEPTH_MAX = 24;
const ITEMS_MAX = 100;

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': '2026-11-22T10:00:00Z',
  date: '2026-11-22',
  time: '10:00:00Z',
  duration: 'PT1H',
  email: 'ariadne@example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.com/thread',
  url: 'https://example.com/thread',
  uuid: '6f1c2a34-5b6d-4e7f-8a9b-0c1d2e3f4a5b',
};

interface Making {
  readonly root: Json;
  readonly draw: Draw;
  readonly depth: number;
}

export function schemaValue(schema: Json, draw: Draw): Json {
  return make(schema, { root: schema, draw, depth: 0 });
}

function make(schema: Json, making: Making): Json {
  if (!isObject(schema) || making.depth > DEPTH_MAX) return null;
  const deeper = { ...making, depth: making.depth + 1 };
  const reference = asString(schema['$ref']);
  if (reference !== undefined) return make(resolve(reference, making.root) ?? null, deeper);
  if (schema['const'] !== undefined) return schema['const'];
  const choices = asArray(schema['enum']);
  if (choices !== undefined) return pick(choices, making.draw) ?? null;
  const branches = asArray(schema['anyOf']) ?? asArray(schema['oneOf']);
  if (branches !== undefined) return make(merge(schema, chooseBranch(branches, making)), deeper);
  const all = asArray(schema['allOf']);
  if (all !== undefined) {
    const parts = all.map((part) => follow(part, making.root));
    return make(parts.reduce<JsonObject>(merge, { ...schema, allOf: undefined }), deeper);
  }
  return makeTyped(schema, deeper);
}

function makeTyped(schema: JsonObject, making: Making): Json {
  switch (typeOf(schema, making)) {
    case 'object':
      return makeObject(schema, making);
    case 'array':
      return makeArray(schema, making);
    case 'string':
      return makeString(schema, making.draw);
    case 'integer':
      return makeNumber(schema, making.draw, 1);
    case 'number':
      return makeNumber(schema, making.draw, 0.01);
    case 'boolean':
      return making.draw() < 0.5;
    default:
      return null;
  }
}

function typeOf(schema: JsonObject, making: Making): string {
  const types = asArray(schema['type']);
  if (types !== undefined) {
    const wanted =
      making.depth > DEPTH_FULL && types.includes('null') ? 'null' : types.find((type) => type !== 'null');
    return asString(wanted) ?? 'null';
  }
  if (schema['properties'] !== undefined) return 'object';
  if (schema['items'] !== undefined || schema['prefixItems'] !== undefined) return 'array';
  return asString(schema['type']) ?? 'string';
}

function makeObject(schema: JsonObject, making: Making): Json {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required = (asArray(schema['required']) ?? []).filter((name) => typeof name === 'string');
  const value: JsonDraft = {};
  const names = making.depth > DEPTH_FULL ? required : new Set([...Object.keys(properties), ...required]);
  for (const name of names) {
    if (name === '__proto__') continue;
    value[name] = make(properties[name] ?? { type: 'string' }, making);
  }
  return value;
}

function makeArray(schema: JsonObject, making: Making): Json {
  const prefix = asArray(schema['prefixItems']) ?? [];
  const least = asNumber(schema['minItems']) ?? 0;
  const most = asNumber(schema['maxItems']) ?? ITEMS_MAX;
  const usual = making.depth > DEPTH_FULL ? 0 : 1 + Math.floor(making.draw() * 2);
  const count = Math.min(Math.max(least, usual, prefix.length), most, ITEMS_MAX);
  return Array.from({ length: count }, (_, index) => {
    const item = prefix[index] ?? schema['items'] ?? { type: 'string' };
    return make(isObject(item) ? item : { type: 'string' }, making);
  });
}

function makeString(schema: JsonObject, draw: Draw): string {
  const known = FORMATS[asString(schema['format']) ?? ''];
  if (known !== undefined) return known;
  const least = asNumber(schema['minLength']) ?? 0;
  const most = asNumber(schema['maxLength']) ?? Math.max(least, 60);
  let text = sentence(1 + Math.floor(draw() * 3), draw);
  while (text.length < least) text += words(1, draw).join('');
  return text.slice(0, most);
}

function makeNumber(schema: JsonObject, draw: Draw, usualStep: number): number {
  const step = asNumber(schema['multipleOf']) ?? usualStep;
  const above = asNumber(schema['exclusiveMinimum']);
  const below = asNumber(schema['exclusiveMaximum']);
  const top = asNumber(schema['maximum']) ?? below;
  const least = asNumber(schema['minimum']) ?? above ?? (top !== undefined && top < 0 ? top - 100 * step : 0);
  // Whole steps, so that an integer is an integer and a multiple a multiple.
  let first = Math.ceil(least / step);
  if (above !== undefined && first * step <= above) first += 1;
  let last = top === undefined ? first + 100 : Math.floor(top / step);
  if (below !== undefined && last * step >= below) last -= 1;
  const value = (first + Math.floor(draw() * Math.max(last - first + 1, 1))) * step;
  return Number(value.toFixed(10));
}

/** Deep down the branch that ends soonest: null, or a plain type, or what refers to nothing. */
function chooseBranch(branches: readonly Json[], making: Making): JsonObject {
  const shapes = branches.map((branch) => follow(branch, making.root));
  const isNull = (shape: JsonObject) => shape['type'] === 'null';
  if (making.depth > DEPTH_FULL) {
    const plain = shapes.find((shape) => !['object', 'array'].includes(asString(shape['type']) ?? 'object'));
    return shapes.find(isNull) ?? plain ?? shapes[0] ?? {};
  }
  return (
    pick(
      shapes.filter((shape) => !isNull(shape)),
      making.draw,
    ) ??
    shapes[0] ??
    {}
  );
}

/** The later schema wins, but both sides' properties and requirements stand. */
function merge(base: JsonObject, over: JsonObject): JsonObject {
  return {
    ...base,
    anyOf: undefined,
    oneOf: undefined,
    ...over,
    ...mergeMember('properties', base, over),
    ...(base['required'] !== undefined || over['required'] !== undefined
      ? { required: [...(asArray(base['required']) ?? []), ...(asArray(over['required']) ?? [])] }
      : {}),
  };
}

function mergeMember(name: string, base: JsonObject, over: JsonObject): JsonObject {
  const [first, second] = [base[name], over[name]];
  if (!isObject(first) && !isObject(second)) return {};
  return { [name]: { ...(isObject(first) ? first : {}), ...(isObject(second) ? second : {}) } };
}

function follow(schema: Json, root: Json): JsonObject {
  let found: Json | undefined = schema;
  for (let steps = 0; steps < DEPTH_MAX && isObject(found); steps += 1) {
    const reference = asString(found['$ref']);
    if (reference === undefined) return found;
    found = resolve(reference, root);
  }
  return {};
}

/** A local reference: `#`, `#/$defs/name`, `#/properties/a/items`. */
function resolve(reference: string, root: Json): Json | undefined {
  if (!reference.startsWith('#')) return undefined;
  let found: Json | undefined = root;
  for (const step of reference
    .slice(1)
    .split('/')
    .filter((part) => part !== '')) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    const list: readonly Json[] | undefined = asArray(found);
    found = list === undefined ? (isObject(found) ? found[name] : undefined) : list[Number(name)];
  }
  return found;
}

function pick<Value>(from: readonly Value[], draw: Draw): Value | undefined {
  return from[Math.floor(draw() * from.length)];
}
