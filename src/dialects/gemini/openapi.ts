// JSON Schema as the OpenAPI subset of models that do not take `parametersJsonSchema` and `responseJsonSchema`. One
// keyword that the API does not know fails the whole request, so each is converted, or left out and told.

import { asArray, asObject, isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { Loss } from '#canonical/loss.ts';
import { sameJson } from './fields.ts';
import { jsonSchemaOf } from './schema.ts';

const DEPTH_MAX = 32;
/** References make a small text a large tree: beyond so many nodes objects are left open. */
const NODES_MAX = 10_000;
const FORMATS = new Set(['enum', 'date-time', 'int32', 'int64', 'float', 'double']);
/** ai.google.dev/api/caching#Schema. */
const KEPT = new Set(
  'title description minimum maximum minItems maxItems minLength maxLength minProperties maxProperties pattern required propertyOrdering'.split(
    ' ',
  ),
);
/** Without meaning for a model. */
const SILENT = new Set([
  '$schema',
  '$id',
  '$comment',
  '$anchor',
  '$defs',
  'definitions',
  '$ref',
  'examples',
  'default',
]);
const READ = new Set(
  'type enum const format properties items prefixItems anyOf oneOf allOf nullable'.split(' '),
);

export interface Converted {
  readonly schema: Json;
  /** What was left out or weakened: keywords, each once. */
  readonly weakened: readonly string[];
}

export function openApiOf(schema: Json): Converted {
  const weakened = new Set<string>();
  const budget = { nodes: NODES_MAX };
  const converted = convert(schema, { root: asObject(schema) ?? {}, weakened, seen: [], budget });
  return { schema: converted, weakened: [...weakened] };
}

/** Declares what a schema of this path lost: keyword by keyword, else that it is written in another way. */
export function loseKeywords(
  schema: Json,
  { schema: converted, weakened }: Converted,
  path: string,
): readonly Loss[] {
  const did = 'approximated';
  if (weakened.length > 0)
    return weakened.map((keyword) => ({ path, did, why: `Its \`${keyword}\` has no exact equal here.` }));
  if (sameMeaning(jsonSchemaOf(converted), schema)) return [];
  return [{ path, did, why: 'The model takes a subset of OpenAPI: what says nothing to it is left out.' }];
}

/** Equal whatever the order of members. */
function sameMeaning(a: Json | undefined, b: Json | undefined): boolean {
  if (!isObject(a) || !isObject(b)) {
    const [list, other] = [asArray(a), asArray(b)];
    if (list === undefined || other === undefined) return sameJson(a, b);
    return list.length === other.length && list.every((item, index) => sameMeaning(item, other[index]));
  }
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => sameMeaning(a[key], b[key]));
}

interface Place {
  readonly root: JsonObject;
  readonly weakened: Set<string>;
  /** References on the way here: one that repeats is a cycle. */
  readonly seen: readonly string[];
  readonly budget: { nodes: number };
}

function convert(value: Json, place: Place): JsonObject {
  const { object: schema, seen } = resolve(value, place);
  place.budget.nodes -= 1;
  if (schema === undefined || seen.length > DEPTH_MAX || place.budget.nodes < 0) {
    if (value !== true) place.weakened.add('$ref');
    return { type: 'object' };
  }
  const here = { ...place, seen };
  const draft: JsonDraft = {};
  for (const key in schema) {
    if (KEPT.has(key)) draft[key] = schema[key];
    else if (!SILENT.has(key) && !READ.has(key) && !bound(key, schema[key], draft, schema)) {
      if (!(key === 'additionalProperties' && schema[key] === false)) place.weakened.add(key);
    }
  }
  convertType(schema, draft, here);
  convertValues(schema, draft, place);
  convertInner(schema, draft, here);
  return draft;
}

function resolve(
  value: Json,
  { root, seen }: Place,
): { readonly object: JsonObject | undefined; readonly seen: readonly string[] } {
  const schema = asObject(value);
  const reference = schema?.['$ref'];
  if (typeof reference !== 'string') return { object: schema, seen: [...seen, ''] };
  if (seen.includes(reference)) return { object: undefined, seen };
  let found: Json | undefined = root;
  for (const step of reference.replace(/^#\/?/, '').split('/').filter(Boolean)) {
    found = isObject(found) && Object.hasOwn(found, step) ? found[step] : undefined;
  }
  const target = asObject(found);
  const { $ref: _reference, ...beside } = schema ?? {};
  return { object: target && { ...target, ...beside }, seen: [...seen, reference] };
}

/** Exclusive bounds of integers become inclusive ones; of other numbers the nearest inclusive bound is one too wide. */
function bound(key: string, value: Json | undefined, draft: JsonDraft, schema: JsonObject): boolean {
  const side = key === 'exclusiveMinimum' ? 'minimum' : key === 'exclusiveMaximum' ? 'maximum' : undefined;
  if (side === undefined || typeof value !== 'number') return false;
  const integer = schema['type'] === 'integer';
  draft[side] = integer ? (side === 'minimum' ? Math.floor(value) + 1 : Math.ceil(value) - 1) : value;
  return integer;
}

function convertType(schema: JsonObject, draft: JsonDraft, { weakened }: Place): void {
  const types = asArray(schema['type']) ?? [schema['type']];
  const named = types.filter((type) => typeof type === 'string' && type !== 'null');
  if (named.length < types.length && types.includes('null')) draft['nullable'] = true;
  if (schema['nullable'] === true) draft['nullable'] = true;
  if (named.length > 1) draft['anyOf'] = named.map((type) => ({ type: type as string }));
  else if (named[0] !== undefined) draft['type'] = named[0];
  else if (schema['properties'] !== undefined) draft['type'] = 'object';
  const format = schema['format'];
  if (typeof format === 'string' && FORMATS.has(format)) draft['format'] = format;
  else if (format !== undefined) weakened.add('format');
}

/** Values are texts here: `const` is a list of one, numbers are written out. */
function convertValues(schema: JsonObject, draft: JsonDraft, { weakened }: Place): void {
  const values = asArray(schema['enum']) ?? (schema['const'] === undefined ? undefined : [schema['const']]);
  if (values === undefined) return;
  const texts = values
    .filter((value) => value !== null)
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  if (texts.length < values.length) draft['nullable'] = true;
  if (
    !sameJson(
      texts,
      values.filter((value) => value !== null),
    )
  )
    weakened.add('enum');
  if (texts.length === 0) return;
  draft['enum'] = texts;
  draft['type'] = 'string';
}

function convertInner(schema: JsonObject, draft: JsonDraft, place: Place): void {
  const properties = asObject(schema['properties']);
  if (properties !== undefined && Object.keys(properties).length > 0) {
    const converted: JsonDraft = {};
    for (const key in properties)
      if (key !== '__proto__') converted[key] = convert(properties[key] ?? {}, place);
    draft['properties'] = converted;
  }
  const tuple = asArray(schema['prefixItems']) ?? asArray(schema['items']);
  if (tuple !== undefined) {
    place.weakened.add('prefixItems');
    draft['items'] =
      tuple.length === 1
        ? convert(tuple[0] ?? {}, place)
        : { anyOf: tuple.map((item) => convert(item, place)) };
  } else if (isObject(schema['items'])) draft['items'] = convert(schema['items'], place);
  const options = asArray(schema['anyOf']) ?? asArray(schema['oneOf']);
  if (options !== undefined) convertOptions(options, draft, place);
  for (const piece of asArray(schema['allOf']) ?? []) merge(draft, convert(piece, place));
}

/** A null among the options makes the rest nullable. */
function convertOptions(options: readonly Json[], draft: JsonDraft, place: Place): void {
  const isNull = (option: Json): boolean => isObject(option) && option['type'] === 'null';
  const others = options.filter((option) => !isNull(option)).map((option) => convert(option, place));
  if (others.length < options.length) draft['nullable'] = true;
  const [only] = others;
  if (others.length === 1 && only !== undefined) merge(draft, only);
  else if (others.length > 1) draft['anyOf'] = others;
}

function merge(draft: JsonDraft, more: JsonObject): void {
  for (const key in more) {
    const before = draft[key];
    const value = more[key];
    if (isObject(before) && isObject(value)) draft[key] = { ...before, ...value };
    else if (key === 'required' && Array.isArray(before) && Array.isArray(value))
      draft[key] = [...new Set([...(before as Json[]), ...(value as Json[])])];
    else draft[key] ??= value;
  }
}
