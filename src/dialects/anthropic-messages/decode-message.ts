// Turns of a request as the centre's messages. Results of tools stand among a user's blocks here and in messages of their
// own there; a message that continues the turn before it is noted, so that both become one turn again.

import { asArray, asString, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { Opaque } from '#canonical/foreign.ts';
import type { Part } from '#canonical/part.ts';
import type { Message } from '#canonical/request.ts';
import { decodeBlock, decodeContent, isSealOfCall, sealsOfCalls } from './decode-block.ts';
import { Leftovers, OURS } from './notes.ts';
import type { Problems } from './problems.ts';
import { MESSAGE_FIELDS } from './wire.ts';

const ROLES = ['user', 'assistant', 'system'] as const;

export function decodeMessage(value: Json, path: string, problems: Problems): readonly Message[] {
  if (!isObject(value)) {
    problems.refuse(path, 'must be an object with `role` and `content`');
    return [];
  }
  const role = ROLES.find((known) => known === value['role']);
  if (role === undefined) {
    problems.refuse(`${path}.role`, 'must be one of user, assistant, system');
    return [];
  }
  checkContent(value['content'], `${path}.content`, problems);
  const left = new Leftovers(value, MESSAGE_FIELDS);
  if (role === 'system') left.note('in', 'messages');
  const content = asArray(value['content']) ?? [];
  if (role === 'user' && content.some(isResult)) return decodeMixed(content, left);
  const parts =
    role === 'assistant' ? decodeAnswer(value, content, left) : (decodeContent(value['content'], left) ?? []);
  return [{ role, parts, extras: left.extras() ?? OURS }];
}

function decodeAnswer(message: JsonObject, content: readonly Json[], left: Leftovers): readonly Part[] {
  const seals = sealsOfCalls(content);
  if (seals.size === 0) return decodeContent(message['content'], left) ?? [];
  return content.filter((block) => !isSealOfCall(block)).map((block) => withSeal(decodeBlock(block), seals));
}

function withSeal(part: Part, seals: ReadonlyMap<string, Opaque>): Part {
  const seal = part.kind === 'tool-call' ? seals.get(part.id) : undefined;
  return part.kind === 'tool-call' && seal !== undefined ? { ...part, seal } : part;
}

/** Runs of results and of other blocks take turns; each run becomes a message. */
function decodeMixed(content: readonly Json[], left: Leftovers): readonly Message[] {
  const messages: Message[] = [];
  let run: Part[] = [];
  let role: Message['role'] | undefined;
  for (const block of content) {
    const part = decodeBlock(block);
    const belongs = part.kind === 'tool-result' ? 'tool' : 'user';
    if (belongs !== role) {
      run = [];
      role = belongs;
      messages.push({ role, parts: run, extras: extrasOf(messages.length, left) });
    }
    run.push(part);
  }
  return messages;
}

/** What the turn says besides its content stands with its first message. */
function extrasOf(position: number, left: Leftovers): NonNullable<Message['extras']> {
  if (position === 0) return left.extras() ?? OURS;
  const more = new Leftovers({}, MESSAGE_FIELDS);
  more.note('joined', true);
  return more.extras() ?? OURS;
}

function isResult(block: Json): boolean {
  return isObject(block) && block['type'] === 'tool_result' && typeof block['tool_use_id'] === 'string';
}

/** Checks only what we use; the provider judges the rest. */
function checkContent(content: Json | undefined, path: string, problems: Problems): void {
  if (typeof content === 'string') return;
  const list = asArray(content);
  if (list === undefined) {
    problems.refuse(path, 'must be a text or a list of blocks');
    return;
  }
  list.forEach((block, index) => {
    const at = `${path}[${index}]`;
    if (!isObject(block)) problems.refuse(at, 'must be an object with a `type`');
    else if (typeof block['type'] !== 'string')
      problems.refuse(`${at}.type`, 'must be a text such as `text`');
    else checkBlock(block, block['type'], at, problems);
  });
}

const NEEDED: Readonly<Record<string, readonly string[]>> = {
  text: ['text'],
  tool_use: ['id', 'name'],
  tool_result: ['tool_use_id'],
};

function checkBlock(block: JsonObject, type: string, path: string, problems: Problems): void {
  for (const field of NEEDED[type] ?? []) {
    if (asString(block[field]) === undefined) problems.refuse(`${path}.${field}`, 'must be a text');
  }
}

/** The `system` of a request: a text or a list of texts. Undefined when there is none. */
export function decodeSystem(value: Json | undefined, problems: Problems): Message | undefined {
  if (value === undefined) return undefined;
  checkContent(value, 'system', problems);
  const left = new Leftovers({}, MESSAGE_FIELDS);
  return { role: 'system', parts: decodeContent(value, left) ?? [], extras: left.extras() ?? OURS };
}
