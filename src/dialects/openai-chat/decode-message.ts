// One message of a request, from the client's words to the centre's.

import { asArray, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { Part, RefusalPart, ToolCallPart, ToolResultPart } from '#canonical/part.ts';
import type { Message } from '#canonical/request.ts';
import { decodeContent } from './content.ts';
import { decodeReasoning } from './reasoning.ts';
import type { Problems } from './problems.ts';
import { FieldReader, ours } from './spelling.ts';
import { decodeToolCall, legacyCallId } from './tools.ts';
import { decodeMessageAudio, decodeMessageImages } from './message-media.ts';
import { MESSAGE_FIELDS } from './wire.ts';

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool'] as const;

export function decodeMessage(value: Json, path: string, problems: Problems): Message {
  if (!isObject(value)) {
    problems.refuse(path, 'must be an object with `role` and `content`');
    return { role: 'user', parts: [] };
  }
  const plain = decodePlain(value);
  if (plain !== undefined) return plain;
  const word = asString(value['role']);
  if (word === undefined)
    problems.refuse(`${path}.role`, 'must be one of system, developer, user, assistant, tool');
  checkContent(value['content'], `${path}.content`, problems);
  const fields = new FieldReader(value);
  const role = ROLES.find((known) => known === word) ?? (word === 'function' ? 'tool' : 'user');
  // A role that we do not know may still mean something to the provider.
  if (role !== word) fields.spell('role', word ?? '');
  const parts =
    role === 'tool' ? [decodeResult(fields)] : decodeParts(fields, value, { role, path, problems });
  const name = role === 'tool' ? undefined : fields.string('name');
  const extras = fields.extras(MESSAGE_FIELDS);
  return { role, parts, ...(name === undefined ? {} : { name }), ...(extras && { extras }) };
}

/** Nearly every message is a role and a text: a fifth of the time of the general way. */
function decodePlain(message: JsonObject): Message | undefined {
  const { role, content } = message;
  if (typeof content !== 'string' || content === '') return undefined;
  if (role !== 'user' && role !== 'assistant' && role !== 'system') return undefined;
  for (const key in message) if (key !== 'role' && key !== 'content') return undefined;
  return { role, parts: [{ kind: 'text', text: content }] };
}

/** Checks only what we use; the provider judges the rest. */
function checkContent(content: Json | undefined, path: string, problems: Problems): void {
  if (content === undefined || content === null || typeof content === 'string') return;
  const list = asArray(content);
  if (list === undefined) {
    problems.refuse(path, 'must be a text or a list of parts');
    return;
  }
  list.forEach((part, index) => {
    const at = `${path}[${index}]`;
    if (!isObject(part)) problems.refuse(at, 'must be an object with a `type`');
    else if (typeof part['type'] !== 'string') problems.refuse(`${at}.type`, 'must be a text such as `text`');
    else if (part['type'] === 'text' && typeof part['text'] !== 'string')
      problems.refuse(`${at}.text`, 'must be a text');
    else if (part['type'] === 'image_url') checkImage(part['image_url'], `${at}.image_url`, problems);
  });
}

function checkImage(image: Json | undefined, path: string, problems: Problems): void {
  if (typeof image === 'string') return;
  if (typeof asObject(image)?.['url'] !== 'string')
    problems.refuse(`${path}.url`, 'must be a URL or a data URL');
}

interface Place {
  readonly role: Message['role'];
  readonly path: string;
  readonly problems: Problems;
}

function decodeParts(
  fields: FieldReader,
  message: JsonObject,
  { role, path, problems }: Place,
): readonly Part[] {
  const content = decodeContent(message['content'], role === 'assistant' ? 'null' : 'empty');
  if (content.spelling !== undefined) fields.spell('content', content.spelling);
  if (role !== 'assistant') {
    for (const field of MESSAGE_FIELDS)
      if (field !== 'role' && field !== 'content' && field !== 'name') fields.leave(field);
    return content.parts;
  }
  return [
    ...decodeReasoning(message, (field) => fields.leave(field)),
    ...content.parts,
    ...decodeRefusal(fields),
    ...decodeMessageImages(fields),
    ...decodeMessageAudio(fields),
    ...decodeCalls(fields, path, problems),
    ...keepUnused(fields),
  ];
}

/** Annotations belong to the answer they came with; only their issuer makes use of them here. */
function keepUnused(fields: FieldReader): readonly Part[] {
  fields.leave('annotations');
  fields.leave('tool_call_id');
  return [];
}

export function decodeRefusal(fields: FieldReader): readonly RefusalPart[] {
  const text = asString(fields.raw('refusal'));
  if (text === undefined || text === '') {
    fields.leave('refusal');
    return [];
  }
  return [{ kind: 'refusal', text }];
}

function decodeCalls(fields: FieldReader, path: string, problems: Problems): readonly ToolCallPart[] {
  const list = asArray(fields.raw('tool_calls'));
  if (list === undefined || list.length === 0) {
    fields.leave('tool_calls');
    return decodeLegacyCall(fields);
  }
  const calls: ToolCallPart[] = [];
  list.forEach((value, index) => {
    const call = decodeToolCall(value, '');
    if (call !== undefined && call.name !== '') calls.push(call);
    else
      problems.refuse(`${path}.tool_calls[${index}].function.name`, 'must name the function that was called');
  });
  return [...calls, ...decodeLegacyCall(fields)];
}

export function decodeLegacyCall(fields: FieldReader): readonly ToolCallPart[] {
  const call = asObject(fields.raw('function_call'));
  const name = asString(call?.['name']);
  // Some providers fill every field that an answer may have: a call of nothing is no call, and clients that are shown it call it.
  if (call === undefined || name === undefined || name === '') {
    if (name !== '') fields.leave('function_call');
    return [];
  }
  const text = asString(call['arguments']) ?? '';
  const extras = ours({ legacy: true });
  return [{ kind: 'tool-call', id: legacyCallId(name), name, arguments: text, form: 'function', extras }];
}

/** A `tool` message, or a legacy `function` message, which has a name instead of an id. */
function decodeResult(fields: FieldReader): ToolResultPart {
  const content = decodeContent(fields.raw('content'), 'empty');
  if (content.spelling !== undefined) fields.spell('content', content.spelling);
  else if (content.parts.some(({ kind }) => kind !== 'text')) fields.spell('content', 'list');
  const name = fields.string('name');
  const id = fields.string('tool_call_id');
  const legacy = fields.raw('role') === 'function';
  if (id === undefined && !legacy) fields.spell('id', 'absent');
  for (const field of MESSAGE_FIELDS) {
    if (!['role', 'content', 'name', 'tool_call_id'].includes(field)) fields.leave(field);
  }
  return {
    kind: 'tool-result',
    id: id ?? (legacy ? legacyCallId(name ?? '') : ''),
    ...(name === undefined ? {} : { name }),
    parts: content.parts,
  };
}
