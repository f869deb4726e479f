// Schemas of this vendor's older fields (`parameters`, `responseSchema`: an OpenAPI subset with types in upper case) as
// JSON Schema, which the centre holds. The way back is openapi.ts.

import { asArray, isObject } from '#base/json.ts';
import type { Json, JsonDraft } from '#base/json.ts';

/** Deeper than any schema that is read by a model. */
const DEPTH_MAX = 64;
const COUNTS = new Set(['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties']);
const UNDERSCORES = /_([a-z])/g;

/** Recorded: every model since 2.0 takes JSON Schema in its newer fields. The first generation and Gemma have the older. */
export function takesJsonSchema(model: string): boolean {
  return !/gemini-1\.|gemma/.test(model);
}

export function jsonSchemaOf(schema: Json, depth = 0): Json {
  if (!isObject(schema) || depth > DEPTH_MAX) return schema;
  const draft: JsonDraft = {};
  for (const key in schema) {
    if (key === '__proto__') continue;
    const value = schema[key];
    const name = key.replace(UNDERSCORES, (_, letter: string) => letter.toUpperCase());
    if (value === undefined || name === 'nullable' || name === 'propertyOrdering' || name === 'example')
      continue;
    draft[name] = readMember(name, value, depth);
  }
  return schema['nullable'] === true ? nullable(draft) : draft;
}

function readMember(name: string, value: Json, depth: number): Json {
  switch (name) {
    case 'type':
      return typeof value === 'string' ? value.toLowerCase() : value;
    case 'items':
    case 'additionalProperties':
      return jsonSchemaOf(value, depth + 1);
    case 'anyOf':
    case 'oneOf':
    case 'allOf':
    case 'prefixItems':
      return asArray(value)?.map((item) => jsonSchemaOf(item, depth + 1)) ?? value;
    case 'properties':
    case '$defs': {
      if (!isObject(value)) return value;
      const properties: JsonDraft = {};
      for (const key in value) {
        if (key !== '__proto__') properties[key] = jsonSchemaOf(value[key] ?? {}, depth + 1);
      }
      return properties;
    }
    default:
      // Counts are 64-bit numbers on the wire, which may be written as texts.
      return COUNTS.has(name) && typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  }
}

function nullable(draft: JsonDraft): JsonDraft {
  if (typeof draft['type'] === 'string') draft['type'] = [draft['type'], 'null'];
  const options = asArray(draft['anyOf']);
  if (options !== undefined) draft['anyOf'] = [...options, { type: 'null' }];
  const values = asArray(draft['enum']);
  if (values !== undefined && !values.includes(null)) draft['enum'] = [...values, null];
  return draft;
}
