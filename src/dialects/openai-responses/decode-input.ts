// The input of a request, from items to messages. What the model said and did in one turn is one message, whatever number
// of items it took; results side by side are one message of results.

import { asArray, asString, isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { Foreign } from '#canonical/foreign.ts';
import type { Part, ToolResultPart } from '#canonical/part.ts';
import type { Message } from '#canonical/request.ts';
import { decodeContentPart } from './content.ts';
import { decodeItem, foreign, isMessage } from './decode-items.ts';
import type { Problems } from './problems.ts';
import { othersOf, withExtras } from './spelling.ts';
import { isCallType, isResultType, MESSAGE_FIELDS, RESULT_TYPES } from './wire.ts';

const RESULT_FIELDS: ReadonlySet<string> = new Set(['type', 'call_id', 'output']);
const ROLES = ['user', 'system', 'developer'] as const;
/** Items that the client says without being asked by a call of ours: not the model's turn. */
const CLIENT_ITEMS = /(?:_output|_response)$|^additional_tools$/;

/** A draft: the parts of a turn are gathered over several items. */
interface Turn {
  readonly role: Message['role'];
  readonly parts: Part[];
  readonly extras?: Foreign;
}

export function decodeItems(items: readonly Json[], problems: Problems): readonly Message[] {
  const turns: Turn[] = [];
  items.forEach((value, index) => {
    const path = `input[${index}]`;
    if (!isObject(value)) problems.refuse(path, 'must be an object');
    else if (checkItem(value, path, problems)) addItem(value, turns);
  });
  return turns;
}

function addItem(item: JsonObject, turns: Turn[]): void {
  const { type } = item;
  if (isResultType(type)) {
    turnOf('tool', turns).push(decodeResult(item, RESULT_TYPES[type]));
    return;
  }
  if (isMessage(item) && item['role'] !== 'assistant') {
    turns.push(decodeMessage(item));
    return;
  }
  if (typeof type === 'string' && CLIENT_ITEMS.test(type)) {
    turns.push({ role: 'user', parts: [foreign(item)], ...withExtras({}, { items: true }) });
    return;
  }
  turnOf('assistant', turns).push(...decodeItem(item));
}

/** The parts of the turn that is being gathered; a new one where another had spoken. */
function turnOf(role: 'assistant' | 'tool', turns: Turn[]): Part[] {
  const last = turns.at(-1);
  if (last?.role === role) return last.parts;
  const turn: Turn = { role, parts: [] };
  turns.push(turn);
  return turn.parts;
}

/** Checks only what we use; the provider judges the rest. */
function checkItem(item: JsonObject, path: string, problems: Problems): boolean {
  const { type } = item;
  const text = (field: string): boolean => typeof item[field] === 'string' && item[field] !== '';
  if (isMessage(item)) return checkContent(item['content'], `${path}.content`, problems);
  if (type === undefined) return problems.refuse(`${path}.type`, 'must say what the item is');
  if (isCallType(type) || isResultType(type)) {
    if (!text('call_id')) return problems.refuse(`${path}.call_id`, 'must tie a call to its result');
    if (isCallType(type) && !text('name')) return problems.refuse(`${path}.name`, 'must name the tool');
  }
  if (isResultType(type) && typeof item['output'] !== 'string' && !Array.isArray(item['output'])) {
    return problems.refuse(`${path}.output`, 'must be a text or a list of parts');
  }
  return true;
}

function checkContent(content: Json | undefined, path: string, problems: Problems): boolean {
  if (typeof content === 'string') return true;
  const list = asArray(content);
  if (list === undefined) return problems.refuse(path, 'must be a text or a list of parts');
  return list.every((part, index) => {
    const at = `${path}[${index}]`;
    if (!isObject(part)) return problems.refuse(at, 'must be an object with a `type`');
    if (typeof part['type'] !== 'string')
      return problems.refuse(`${at}.type`, 'must be a text such as `input_text`');
    if (part['type'] !== 'input_text' || typeof part['text'] === 'string') return true;
    return problems.refuse(`${at}.text`, 'must be a text');
  });
}

function decodeMessage(item: JsonObject): Turn {
  const role = ROLES.find((known) => known === item['role']);
  // A role that we do not know may still mean something to the provider.
  const fields: JsonDraft = othersOf(item, MESSAGE_FIELDS);
  const notes: JsonDraft = { type: item['type'], role: role === undefined ? item['role'] : undefined };
  const { parts, listed } = decodeContent(item['content']);
  if (listed) notes['content'] = 'list';
  return { role: role ?? 'user', parts, ...withExtras(fields, notes) };
}

/** A list that could be written as a text is noted. */
export function decodeContent(content: Json | undefined): {
  readonly parts: Part[];
  readonly listed: boolean;
} {
  if (typeof content === 'string') return { parts: [{ kind: 'text', text: content }], listed: false };
  const parts = (asArray(content) ?? []).map((value): Part => {
    return (isObject(value) ? decodeContentPart(value, 'input_text') : undefined) ?? foreign(value);
  });
  return { parts, listed: parts.length === 0 || isPlain(parts) };
}

/** One text about which there is nothing more to say. */
export function isPlain(parts: readonly Part[]): boolean {
  const [only] = parts;
  return parts.length === 1 && only?.kind === 'text' && only.cache === undefined && only.extras === undefined;
}

function decodeResult(item: JsonObject, form: 'function' | 'custom'): ToolResultPart {
  const output = item['output'];
  const { parts, listed } = output === '' ? { parts: [], listed: false } : decodeContent(output);
  const notes = { output: listed ? 'list' : undefined, form: form === 'custom' ? form : undefined };
  return {
    kind: 'tool-result',
    id: asString(item['call_id']) ?? '',
    parts,
    ...withExtras(othersOf(item, RESULT_FIELDS), notes, true),
  };
}
