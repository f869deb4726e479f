// JSON Schemas from other languages, made acceptable. They stay as they are, nested and required parts included, but for
// what the API is known to refuse; each change is declared. Sources: platform.claude.com/docs/en/agents-and-tools/tool-use
// (input_schema), platform.claude.com/docs/en/build-with-claude/structured-outputs (JSON Schema limitations).

import { asArray, asObject, isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { Loss } from '#canonical/loss.ts';
import type { CallableTool } from '#canonical/request.ts';
import { CUSTOM_FIELD } from './tool-input.ts';

const ALTERNATIVES = ['anyOf', 'oneOf', 'allOf'] as const;

/** The schema of a tool's input, which must be an object. */
export function toolSchema(tool: CallableTool, path: string, losses: Loss[]): Json {
  if (tool.form === 'custom') {
    return {
      type: 'object',
      properties: { [CUSTOM_FIELD]: { type: 'string' } },
      required: [CUSTOM_FIELD],
    };
  }
  const schema = asObject(tool.schema);
  if (schema === undefined) return { type: 'object', properties: {} };
  const typed = schema['type'] === undefined ? { type: 'object', ...schema } : schema;
  if (!ALTERNATIVES.some((keyword) => typed[keyword] !== undefined)) return typed;
  const why = 'The API refuses alternatives at the top of a tool’s schema: their properties are joined.';
  losses.push({ path: `${path}.schema`, did: 'approximated', why });
  return joined(typed);
}

/** All properties of all alternatives; required is what every one of them requires. */
function joined(schema: JsonObject): JsonObject {
  const body: JsonDraft = { ...schema, type: 'object' };
  const properties: JsonDraft = {};
  const required = new Set((asArray(schema['required']) ?? []).filter((name) => typeof name === 'string'));
  for (const keyword of ALTERNATIVES) {
    const branches = (asArray(schema[keyword]) ?? []).filter(isObject);
    delete body[keyword];
    for (const branch of branches) Object.assign(properties, asObject(branch['properties']));
    const lists = branches.map((branch) => asArray(branch['required']) ?? []);
    for (const name of lists.flat()) {
      const always = keyword === 'allOf' || lists.every((list) => list.includes(name));
      if (typeof name === 'string' && always) required.add(name);
    }
  }
  body['properties'] = { ...properties, ...asObject(schema['properties']) };
  if (required.size > 0) body['required'] = [...required];
  return body;
}

/** Refused in the schema of an answer; the limits are told to the model in words instead, as the vendor's clients do. */
const REFUSED: readonly string[] =
  'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength maxItems uniqueItems minProperties maxProperties patternProperties propertyNames'.split(
    ' ',
  );
/** Deeper schemas are left to the provider's judgement. */
const DEPTH_MAX = 64;

/** The schema of an answer. The same value when nothing had to change. */
export function answerSchema(schema: Json, losses: Loss[]): Json {
  const adapted = adapt(schema, 0);
  if (adapted !== schema) {
    const why =
      'The API wants closed objects and refuses limits on numbers, texts and lists; those are told in words.';
    losses.push({ path: 'output.schema', did: 'changed', why });
  }
  return adapted;
}

function adapt(value: Json, depth: number): Json {
  if (depth > DEPTH_MAX || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return mapped(value as readonly Json[], (item) => adapt(item, depth + 1));
  const schema = value as JsonObject;
  const body: JsonDraft = {};
  let changed = false;
  for (const [key, inner] of Object.entries(schema)) {
    if (inner === undefined) continue;
    const next = isVerbatim(key)
      ? inner
      : key === 'properties'
        ? members(inner, depth)
        : adapt(inner, depth + 1);
    changed ||= next !== inner;
    if (key !== '__proto__') body[key] = next;
  }
  const fitted = fitKeywords(body);
  return fitted || changed ? body : value;
}

/** Values that are data and not schemas. */
function isVerbatim(key: string): boolean {
  return key === 'enum' || key === 'const' || key === 'default' || key === 'examples' || key === 'required';
}

function members(value: Json, depth: number): Json {
  if (!isObject(value)) return value;
  const body: JsonDraft = {};
  let changed = false;
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined || key === '__proto__') continue;
    body[key] = adapt(inner, depth + 1);
    changed ||= body[key] !== inner;
  }
  return changed ? body : value;
}

/** Whether anything changed. */
function fitKeywords(body: JsonDraft): boolean {
  const told: string[] = [];
  for (const keyword of REFUSED) {
    if (body[keyword] === undefined) continue;
    told.push(`${keyword}: ${JSON.stringify(body[keyword])}`);
    delete body[keyword];
  }
  const least = body['minItems'];
  if (least !== undefined && least !== 0 && least !== 1) {
    told.push(`minItems: ${JSON.stringify(least)}`);
    delete body['minItems'];
  }
  if (told.length > 0) {
    const said = typeof body['description'] === 'string' ? `${body['description']}\n\n` : '';
    body['description'] = `${said}{${told.join(', ')}}`;
  }
  const open = isObjectSchema(body) && body['additionalProperties'] !== false;
  if (open) body['additionalProperties'] = false;
  return open || told.length > 0;
}

function isObjectSchema(body: JsonObject): boolean {
  const type = body['type'];
  return (
    type === 'object' || (Array.isArray(type) && type.includes('object')) || isObject(body['properties'])
  );
}

function mapped(list: readonly Json[], change: (item: Json) => Json): readonly Json[] {
  let changed = false;
  const next = list.map((item) => {
    const after = change(item);
    changed ||= after !== item;
    return after;
  });
  return changed ? next : list;
}
