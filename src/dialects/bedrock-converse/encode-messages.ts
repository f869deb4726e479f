// The conversation, from the centre's words to Bedrock's: instructions apart, roles that alternate and begin with the user,
// all results of a turn in one message.

import type { JsonObject } from '#base/json.ts';
import type { Message } from '#canonical/request.ts';
import { encodeParts } from './encode-content.ts';
import { lose } from './writing.ts';
import type { Writing } from './writing.ts';

/** Stands where Bedrock wants a turn of the user and there is none. */
const OPENING = '(continue)';
/** A document needs a text beside it. */
const BESIDE_DOCUMENT = '(see the document)';
/** More marks are refused. */
const CACHE_POINTS_MAX = 4;

export interface EncodedConversation {
  readonly system: readonly JsonObject[];
  readonly messages: readonly JsonObject[];
}

interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: JsonObject[];
}

export function encodeConversation(messages: readonly Message[], writing: Writing): EncodedConversation {
  const first = messages.findIndex(({ role }) => !isInstruction(role));
  const leading = first === -1 ? messages.length : first;
  const system = messages
    .slice(0, leading)
    .flatMap((message, index) => encodeInstruction(message, `messages[${index}]`, writing));
  const turns: Turn[] = [];
  for (const [offset, message] of messages.slice(leading).entries()) {
    addTurn(turns, message, `messages[${leading + offset}]`, writing);
  }
  if (turns[0]?.role !== 'user') {
    lose(
      writing,
      'messages',
      'changed',
      'Bedrock wants the user to speak first; a placeholder stands there.',
    );
    turns.unshift({ role: 'user', content: [{ text: OPENING }] });
  }
  for (const turn of turns) besideDocument(turn, writing);
  return { system, messages: turns.map(({ role, content }) => ({ role, content })) };
}

function isInstruction(role: Message['role']): boolean {
  return role === 'system' || role === 'developer';
}

function encodeInstruction(message: Message, path: string, writing: Writing): readonly JsonObject[] {
  loseName(message, path, writing);
  return encodeParts(message.parts, `${path}.parts`, writing).filter((block) => {
    if ('text' in block || 'cachePoint' in block || 'guardContent' in block) return true;
    lose(writing, path, 'dropped', 'Instructions are texts only.');
    return false;
  });
}

function addTurn(turns: Turn[], message: Message, path: string, writing: Writing): void {
  const role = message.role === 'assistant' ? 'assistant' : 'user';
  const content = isInstruction(message.role)
    ? midway(encodeInstruction(message, path, writing), path, writing)
    : encodeParts(message.parts, `${path}.parts`, writing);
  if (!isInstruction(message.role)) loseName(message, path, writing);
  if (content.length === 0) return;
  const last = turns.at(-1);
  if (last?.role === role) last.content.push(...content);
  else turns.push({ role, content: [...content] });
}

/** Moved to the top an instruction would say something else: it stays in its place, marked, in the user's words. */
function midway(blocks: readonly JsonObject[], path: string, writing: Writing): readonly JsonObject[] {
  if (blocks.length === 0) return blocks;
  lose(
    writing,
    `${path}.role`,
    'changed',
    'Bedrock has instructions at the beginning only; this one became a marked text.',
  );
  return blocks.map((block) =>
    typeof block['text'] === 'string' ? { text: `<system>\n${block['text']}\n</system>` } : block,
  );
}

function loseName(message: Message, path: string, writing: Writing): void {
  if (message.name !== undefined)
    lose(writing, `${path}.name`, 'dropped', 'Converse has no names on messages.');
}

function besideDocument(turn: Turn, writing: Writing): void {
  if (turn.role !== 'user' || !turn.content.some((block) => 'document' in block)) return;
  if (turn.content.some((block) => 'text' in block || 'toolResult' in block)) return;
  lose(writing, 'messages', 'changed', 'Bedrock wants a text beside a document; a placeholder was added.');
  turn.content.push({ text: BESIDE_DOCUMENT });
}

/** Families without a prompt cache refuse the marks, and nobody takes more than four: the last ones cover the most. */
export function fitCachePoints(conversation: EncodedConversation, writing: Writing): EncodedConversation {
  const { family } = writing;
  const most = family === 'claude' || family === 'nova' || family === 'unknown' ? CACHE_POINTS_MAX : 0;
  const all = [...conversation.system, ...conversation.messages.flatMap(contentOf)];
  const marks = all.filter((block) => 'cachePoint' in block);
  if (marks.length <= most) return conversation;
  const dropped = new Set(marks.slice(0, marks.length - most));
  const why =
    most === 0 ? 'Models of this family have no prompt cache.' : 'At most four cache marks are taken.';
  lose(writing, 'cache', 'dropped', `${dropped.size} cache marks: ${why}`);
  const keep = (block: JsonObject): boolean => !dropped.has(block);
  return {
    system: conversation.system.filter(keep),
    messages: conversation.messages.map((message) => ({
      ...message,
      content: contentOf(message).filter(keep),
    })),
  };
}

function contentOf(message: JsonObject): readonly JsonObject[] {
  return (message['content'] ?? []) as readonly JsonObject[];
}
