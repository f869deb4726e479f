// Tools, the choice among them, and calls in whole messages, both ways.

import { asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { Foreign } from '#canonical/foreign.ts';
import type { ToolCallPart } from '#canonical/part.ts';
import type { CallableTool, ToolChoice } from '#canonical/request.ts';
import { decodeCache, encodeCache } from './content.ts';
import { addCarried, addFields, carried, FieldReader, present, spelled } from './spelling.ts';
import { ID } from './wire.ts';

const TOOL_FIELDS = {
  function: new Set(['type', 'function', 'cache_control']),
  custom: new Set(['type', 'custom', 'cache_control']),
} as const;
/** The other form's member, which some providers write too, is carried along. */
const CALL_FIELDS = {
  function: new Set(['id', 'type', 'function']),
  custom: new Set(['id', 'type', 'custom']),
} as const;

/** Undefined for a tool that is neither a function nor custom: a hosted one. */
export function decodeTool(tool: JsonObject): CallableTool | undefined {
  const form = formOf(tool);
  const inner = asObject(tool[form ?? '']);
  const name = asString(inner?.['name']);
  if (form === undefined || inner === undefined || name === undefined) return undefined;
  const fields = new FieldReader(tool);
  spellType(fields, form);
  const cache = decodeCache(fields);
  const own = new FieldReader(inner);
  const schemaField = form === 'function' ? 'parameters' : 'format';
  const description = own.string('description');
  const strict = own.boolean('strict');
  const schema = own.raw(schemaField);
  const left = own.extras(new Set(['name', 'description', 'strict', schemaField]));
  if (left !== undefined) fields.leave(form, left.fields);
  const extras = fields.extras(TOOL_FIELDS[form]);
  return {
    form,
    name,
    ...(description === undefined ? {} : { description }),
    ...(schema === undefined ? {} : { schema }),
    ...(strict === undefined ? {} : { strict }),
    ...(cache && { cache }),
    ...(extras && { extras }),
  };
}

export function encodeTool(tool: CallableTool): JsonObject {
  const { form, name, description, schema, strict } = tool;
  const known: JsonDraft = { name, description, strict };
  known[form === 'function' ? 'parameters' : 'format'] = schema;
  const inner = present(addFields(known, asObject(carried(tool.extras)?.[form])));
  const body: JsonDraft = { ...writtenType(tool.extras, form), [form]: inner };
  if (tool.cache !== undefined) body['cache_control'] = encodeCache(tool.cache);
  return addCarried(body, tool.extras);
}

/** The legacy `functions` list: what stands inside a function tool, without the wrapper. */
export function decodeLegacyFunction(value: JsonObject): CallableTool | undefined {
  return decodeTool({ type: 'function', function: value });
}

export function encodeLegacyFunction(tool: CallableTool): Json {
  return encodeTool(tool)['function'] ?? null;
}

/** Undefined when the value means nothing to us. */
export function decodeToolChoice(value: Json | undefined): ToolChoice | undefined {
  if (value === 'auto' || value === 'none' || value === 'required') return { kind: value };
  // Mistral's word.
  if (value === 'any') return { kind: 'required' };
  if (!isObject(value)) return undefined;
  const custom = asString(asObject(value['custom'])?.['name']);
  // The last is Anthropic's shape, `{type: "tool", name}`, which several routers accept here.
  const name = custom ?? asString(asObject(value['function'])?.['name']) ?? asString(value['name']);
  if (name === undefined) return { kind: 'foreign', dialect: ID, value };
  return { kind: 'named', name, form: custom === undefined ? 'function' : 'custom' };
}

export function encodeToolChoice(choice: ToolChoice): Json | undefined {
  switch (choice.kind) {
    case 'named':
      return { type: choice.form, [choice.form]: { name: choice.name } };
    case 'foreign':
      return choice.dialect === ID ? choice.value : undefined;
    default:
      return choice.kind;
  }
}

/** A call in a whole message. Undefined when it is not one. */
export function decodeToolCall(value: Json, fallbackId: string): ToolCallPart | undefined {
  if (!isObject(value)) return undefined;
  const form = formOf(value);
  const inner = asObject(value[form ?? '']);
  if (form === undefined || inner === undefined) return undefined;
  const fields = new FieldReader(value);
  spellType(fields, form);
  const given = fields.string('id');
  if (given === undefined) fields.spell('id', 'absent');
  const textField = form === 'function' ? 'arguments' : 'input';
  const own = new FieldReader(inner);
  const left = own.extras(new Set(['name', textField]));
  if (left !== undefined) fields.leave(form, left.fields);
  const extras = fields.extras(CALL_FIELDS[form]);
  return {
    kind: 'tool-call',
    id: given === undefined || given === '' ? fallbackId : given,
    name: asString(inner['name']) ?? '',
    arguments: argumentsText(inner[textField]),
    form,
    ...(extras && { extras }),
  };
}

export function encodeToolCall(call: ToolCallPart): JsonObject {
  const { form } = call;
  const inner: JsonDraft = { ...asObject(carried(call.extras)?.[form]), name: call.name };
  inner[form === 'function' ? 'arguments' : 'input'] = call.arguments;
  const id = call.id === '' && spelled(call.extras, 'id') === 'absent' ? {} : { id: call.id };
  return addCarried({ ...id, ...writtenType(call.extras, form), [form]: present(inner) }, call.extras);
}

/** Arguments are a string on the wire; some providers send an object, or null for a call without arguments. */
export function argumentsText(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

/** What a function without arguments was called with, in the several ways of saying nothing. */
export function orEmptyObject(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || trimmed === 'null' ? '{}' : text;
}

/** The id that ties a legacy `function_call` to its `function` message: the language itself has none. */
export function legacyCallId(name: string): string {
  return `function_call_${name}`;
}

/** For calls that came without an id. Short enough for every provider, and different in each answer. */
export function madeUpCallId(responseId: string, index: number): string {
  const tail = responseId.replace(/[^A-Za-z0-9]/g, '').slice(-20);
  return tail === '' ? `call_${index}` : `call_${tail}_${index}`;
}

function spellType(fields: FieldReader, form: string): void {
  const type = fields.raw('type');
  if (type !== form) fields.spell('type', type ?? 'absent');
}

function writtenType(extras: Foreign | undefined, form: string): JsonObject {
  const type = spelled(extras, 'type');
  return type === 'absent' ? {} : { type: type ?? form };
}

function formOf(value: JsonObject): 'function' | 'custom' | undefined {
  const type = value['type'];
  if (type === 'custom') return 'custom';
  // Absent, empty or null at several providers, in the presence of `function`.
  if (type === 'function' || type === undefined || type === null || type === '') {
    return isObject(value['function']) ? 'function' : undefined;
  }
  return undefined;
}
