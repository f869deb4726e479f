// The centre's messages as `system` and turns. The rules of the API: the first turn is the user's, all results of a turn's
// calls stand in the next turn of the user, before anything else, and neighbours of one role are one turn.

import { asString } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Part } from '#canonical/part.ts';
import type { Message } from '#canonical/request.ts';
import { encodeBlocks, encodeContent } from './encode-block.ts';
import { addCarried, isOurs, noted } from './notes.ts';

interface Turn {
  readonly role: 'user' | 'assistant' | 'system';
  readonly blocks: JsonObject[];
  /** Its messages; a turn of one message is written as that was. */
  readonly from: Message[];
}

export interface Turns {
  readonly system: Json | undefined;
  readonly messages: readonly JsonObject[];
}

const BEGIN = 'Continue the conversation.';

export function encodeTurns(messages: readonly Message[], losses: Loss[]): Turns {
  const leading: Message[] = [];
  const system: JsonObject[] = [];
  const turns: Turn[] = [];
  for (const [index, message] of messages.entries()) {
    const path = `messages[${index}]`;
    const blocks = [...encodeBlocks(message.parts, `${path}.parts`, { losses, own: isOurs(message.extras) })];
    if (message.name !== undefined)
      losses.push({ path: `${path}.name`, did: 'dropped', why: 'The API has no names of speakers.' });
    if (isSystem(message) && turns.length === 0 && noted(message.extras, 'in') === undefined) {
      leading.push(message);
      system.push(...blocks);
    } else addTurn(turns, isSystem(message) ? later(message, blocks, path, losses) : turnOf(message, blocks));
  }
  fitEnds(turns, losses);
  return {
    system: encodeSystem(leading, system),
    messages: turns.filter(isWritten).map(encodeTurn),
  };
}

function isSystem({ role }: Message): boolean {
  return role === 'system' || role === 'developer';
}

function turnOf(message: Message, blocks: JsonObject[]): Turn {
  return { role: message.role === 'assistant' ? 'assistant' : 'user', blocks, from: [message] };
}

/** Instructions between the turns: in place, and never moved to the top, where they would mean something else. */
function later(message: Message, blocks: JsonObject[], path: string, losses: Loss[]): Turn {
  if (isOurs(message.extras)) return { role: 'system', blocks, from: [message] };
  losses.push({
    path: `${path}.role`,
    did: 'approximated',
    why: 'Few models take instructions between the turns: they stand in the user’s words, marked.',
  });
  const marked = blocks.map((block) => {
    const text = asString(block['text']);
    return text === undefined ? block : { ...block, text: `<system>\n${text}\n</system>` };
  });
  // As a message of nobody's, so that it joins its neighbours.
  return { role: 'user', blocks: marked, from: [{ role: 'user', parts: message.parts }] };
}

function addTurn(turns: Turn[], turn: Turn): void {
  const last = turns.at(-1);
  const [message] = turn.from;
  const bothOurs = isOurs(last?.from[0]?.extras) && isOurs(message?.extras);
  const joins = bothOurs ? noted(message?.extras, 'joined') === true : turn.role !== 'system';
  if (last === undefined || last.role !== turn.role || !joins) {
    turns.push(turn);
    return;
  }
  last.from.push(...turn.from);
  // Results that come late still go before what the user said.
  const at = bothOurs ? last.blocks.length : last.blocks.findLastIndex(isResult) + 1;
  if (turn.blocks.every(isResult) && !bothOurs) last.blocks.splice(at, 0, ...turn.blocks);
  else last.blocks.push(...turn.blocks);
}

function isResult(block: JsonObject): boolean {
  return block['type'] === 'tool_result';
}

/** Turns of our own are left as they are: the provider judges them. */
function fitEnds(turns: Turn[], losses: Loss[]): void {
  const first = turns.find(isWritten);
  if (first === undefined || (first.role === 'assistant' && !isOurs(first.from[0]?.extras))) {
    turns.unshift({ role: 'user', blocks: [{ type: 'text', text: BEGIN }], from: [] });
    losses.push({
      path: 'messages',
      did: 'changed',
      why: 'The API wants the user to begin; a word was put first.',
    });
  }
  const last = turns.at(-1);
  const block = last?.blocks.at(-1);
  const text = asString(block?.['text']);
  if (last?.role !== 'assistant' || isOurs(last.from[0]?.extras) || block === undefined || text === undefined)
    return;
  if (block['type'] !== 'text' || text === text.trimEnd()) return;
  last.blocks[last.blocks.length - 1] = { ...block, text: text.trimEnd() };
  const why = 'The API refuses an answer to continue that ends in blanks.';
  losses.push({ path: 'messages', did: 'changed', why });
}

/** A turn of which nothing is left is not written, unless it was sent empty. */
function isWritten({ blocks, from }: Turn): boolean {
  return blocks.length > 0 || isOurs(from[0]?.extras);
}

function encodeTurn({ role, blocks, from }: Turn): JsonObject {
  const [only] = from;
  const spelling = noted(only?.extras, 'content');
  const content =
    only !== undefined && from.length === 1 ? encodeContent(partsOf(only, blocks), spelling, blocks) : blocks;
  return addCarried({ role, content: content ?? [] }, only?.extras);
}

/** The text of a marked instruction is not that of its part. */
function partsOf(message: Message, blocks: readonly JsonObject[]): readonly Part[] {
  return message.parts.length === blocks.length ? message.parts : [];
}

function encodeSystem(leading: readonly Message[], blocks: readonly JsonObject[]): Json | undefined {
  const [only] = leading;
  if (only === undefined) return undefined;
  if (leading.length > 1) return blocks.length === 0 ? undefined : blocks;
  return encodeContent(partsOf(only, blocks), noted(only.extras, 'content'), blocks);
}
