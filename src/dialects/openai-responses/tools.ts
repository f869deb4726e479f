// Tools and the choice among them, both ways. Here a tool is flat, `{type, name, parameters, strict}`; some clients write
// it nested as in Chat Completions, which the API itself refuses.

import { asBoolean, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { CallableTool, Tool, ToolChoice } from '#canonical/request.ts';
import { addCarried, othersOf, present, spelled, withExtras } from './spelling.ts';
import { ID } from './wire.ts';

const FIELDS = {
  function: new Set(['type', 'name', 'description', 'parameters', 'strict']),
  custom: new Set(['type', 'name', 'description', 'format']),
} as const;

/** Undefined when it is no tool at all. What neither a function nor custom is, is hosted. */
export function decodeTool(value: Json): Tool | undefined {
  if (!isObject(value)) return undefined;
  const type = asString(value['type']);
  if (type === 'function' || type === 'custom') return decodeCallable(value, type);
  return type === undefined ? undefined : { form: 'hosted', name: type, dialect: ID, value };
}

function decodeCallable(value: JsonObject, form: CallableTool['form']): CallableTool | undefined {
  const name = asString(value['name']);
  const inner = asObject(value[form]);
  if (name === undefined) {
    const nested = inner === undefined ? undefined : decodeCallable({ ...inner, type: form }, form);
    return nested && { ...nested, ...withExtras({}, { nested: value }) };
  }
  const fields = othersOf(value, FIELDS[form]);
  const description = take(value, 'description', asString, fields);
  // A schema that stands in the nested place beside a flat name is looked at, and written again where it stood.
  const own = form === 'function' ? value['parameters'] : readFormat(value['format']);
  const schema = own ?? (form === 'function' ? inner?.['parameters'] : undefined);
  const strict = form === 'function' ? take(value, 'strict', asBoolean, fields) : undefined;
  // Left out, `strict` means that the API is as strict as the schema allows.
  const implied = form === 'function' && value['strict'] === undefined && isStrictSchema(schema);
  const notes = {
    strict: implied ? 'implied' : undefined,
    schema: own === undefined && schema !== undefined ? 'inner' : undefined,
  };
  return {
    form,
    name,
    ...(description === undefined ? {} : { description }),
    ...(schema === undefined ? {} : { schema }),
    ...(strict === undefined && !implied ? {} : { strict: strict ?? true }),
    ...withExtras(fields, notes, true),
  };
}

function take<Value>(
  object: JsonObject,
  key: string,
  as: (value: Json | undefined) => Value | undefined,
  left: JsonDraft,
): Value | undefined {
  const value = as(object[key]);
  if (value === undefined && object[key] !== undefined) left[key] = object[key];
  return value;
}

/** How deep a schema is looked into for its strictness. */
const DEPTH_MAX = 20;

/** Whether strict mode takes the schema as it is: every object is closed and requires all it has. */
export function isStrictSchema(schema: Json | undefined, depth = 0): boolean {
  if (!isObject(schema) || depth > DEPTH_MAX) return false;
  const properties = asObject(schema['properties']);
  const isObjectType = schema['type'] === 'object' || properties !== undefined;
  if (!isObjectType)
    return depth > 0 && nestedSchemas(schema).every((inner) => isStrictSchema(inner, depth + 1));
  const required = Array.isArray(schema['required']) ? (schema['required'] as readonly Json[]) : [];
  const names = Object.keys(properties ?? {});
  if (schema['additionalProperties'] !== false || !names.every((name) => required.includes(name)))
    return false;
  return names.every((name) => isStrictSchema(properties?.[name], depth + 1));
}

function nestedSchemas(schema: JsonObject): readonly Json[] {
  const listed = ['anyOf', 'oneOf', 'allOf'].flatMap(
    (key) => (Array.isArray(schema[key]) ? schema[key] : []) as Json[],
  );
  return schema['items'] === undefined ? listed : [...listed, schema['items']];
}

/** A grammar is flat here, `{type, syntax, definition}`, and nested in the centre, as in Chat Completions. */
function readFormat(format: Json | undefined): Json | undefined {
  if (!isObject(format) || format['type'] !== 'grammar' || format['grammar'] !== undefined) return format;
  const { type, ...grammar } = format;
  return { type, grammar };
}

function writeFormat(format: Json | undefined): Json | undefined {
  const grammar = isObject(format) ? asObject(format['grammar']) : undefined;
  return grammar === undefined ? format : { type: 'grammar', ...grammar };
}

export function encodeTool(tool: CallableTool): JsonObject {
  const { form, name, description, schema, strict, extras } = tool;
  const nested = asObject(spelled(extras, 'nested'));
  if (nested !== undefined) return nested;
  const body: JsonDraft = { type: form, name, description };
  if (form === 'custom') body['format'] = writeFormat(schema);
  else {
    if (spelled(extras, 'schema') !== 'inner') body['parameters'] = schema;
    // Clients of other languages mean "not strict" by leaving it out.
    const fromUs = extras?.dialect === ID;
    body['strict'] =
      spelled(extras, 'strict') === 'implied' ? undefined : (strict ?? (fromUs ? undefined : false));
    if (!fromUs) body['parameters'] ??= { type: 'object', properties: {} };
  }
  return present(addCarried(body, extras));
}

/** Undefined when the value means nothing to us. */
export function decodeToolChoice(value: Json | undefined): ToolChoice | undefined {
  if (value === 'auto' || value === 'none' || value === 'required') return { kind: value };
  if (!isObject(value)) return undefined;
  const { type } = value;
  if (type === 'function' || type === 'custom') {
    const name = asString(value['name']) ?? asString(asObject(value[type])?.['name']);
    if (name !== undefined) return { kind: 'named', name, form: type };
  }
  return { kind: 'foreign', dialect: ID, value };
}

/** Undefined when only another language has words for it. */
export function encodeToolChoice(choice: ToolChoice): Json | undefined {
  switch (choice.kind) {
    case 'named':
      return { type: choice.form, name: choice.name };
    case 'foreign':
      return choice.dialect === ID ? choice.value : undefined;
    default:
      return choice.kind;
  }
}
