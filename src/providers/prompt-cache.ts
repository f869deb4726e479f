// Marks for vendors that cache a prompt only where it says so: placed for requests that have none, where the operator or
// the client wants it. They stand where they stood in the turn before, so that what was written is read: after the tools,
// after the instructions, and after the last two turns of the user, of which the first is what the turn before has marked.

import type { CacheMark, Part } from '#canonical/part.ts';
import type { CacheRule } from '#canonical/cache-rule.ts';
import type { ChatRequest, Message, Tool } from '#canonical/request.ts';

const MARK: CacheMark = Object.freeze({});
/** Few languages and no code need fewer characters for a token: a mark too many is passed over, one too few is dear. */
const CHARACTERS_PER_TOKEN_MIN = 3;
/** What a picture or a page counts for: vendors see a thousand tokens or more in it. */
const MEDIA_CHARACTERS = 3_000;
const USER_MARKS = 2;

/** The very request that was given, where a client has placed marks itself, or nothing is long enough. */
export function markPrompt(request: ChatRequest, rule: CacheRule): ChatRequest {
  if (hasMarks(request)) return request;
  const places = placesOf(request).slice(-rule.marksMax);
  const long = places.filter(({ characters }) => characters >= rule.tokensMin * CHARACTERS_PER_TOKEN_MIN);
  if (long.length === 0) return request;
  const tool = long.find((place) => place.tool !== undefined)?.tool;
  const parts = new Map(
    long.flatMap(({ message, part }) => (message === undefined ? [] : [[message, part]])),
  );
  return {
    ...request,
    ...(tool === undefined
      ? {}
      : { tools: request.tools.map((one, index) => (index === tool ? { ...one, cache: MARK } : one)) }),
    messages: request.messages.map((message, index) => markMessage(message, parts.get(index))),
  };
}

function markMessage(message: Message, at: number | undefined): Message {
  if (at === undefined) return message;
  const parts = message.parts.map((part, index) =>
    index === at && takesMark(part) ? { ...part, cache: MARK } : part,
  );
  return { ...message, parts };
}

/** Where a mark may stand, in the order of the prompt, with the characters up to there. */
interface CachePlace {
  readonly tool?: number;
  readonly message?: number;
  readonly part?: number;
  readonly characters: number;
}

function placesOf({ tools, messages }: ChatRequest): readonly CachePlace[] {
  let characters = 0;
  const places: CachePlace[] = [];
  for (const tool of tools) characters += lengthOfTool(tool);
  const tool = tools.findLastIndex(isMarkable);
  if (tool >= 0) places.push({ tool, characters });
  let instructions: CachePlace | undefined;
  const turns: CachePlace[] = [];
  for (const [index, { role, parts }] of messages.entries()) {
    for (const part of parts) characters += lengthOf(part);
    const at = parts.findLastIndex(takesMark);
    const place = { message: index, part: at, characters };
    if (role === 'system' || role === 'developer') {
      if (turns.length === 0 && at >= 0) instructions = place;
      continue;
    }
    if (role === 'assistant' || at < 0) continue;
    // Results and what the user says after them are one turn.
    const before = messages[index - 1]?.role;
    if (before === 'user' || before === 'tool') turns.pop();
    turns.push(place);
  }
  return [...places, ...(instructions === undefined ? [] : [instructions]), ...turns.slice(-USER_MARKS)];
}

/** A tool that is loaded later is no part of the prefix. */
function isMarkable(tool: Tool): boolean {
  return tool.form !== 'hosted' && tool.extras?.fields['defer_loading'] !== true;
}

function takesMark(part: Part): boolean {
  if (part.kind === 'text') return part.text.trim() !== '';
  return part.kind === 'tool-result' || part.kind === 'image' || part.kind === 'document';
}

function lengthOf(part: Part): number {
  switch (part.kind) {
    case 'text':
    case 'refusal':
    case 'reasoning':
      return part.text.length;
    case 'tool-call':
      return part.name.length + part.arguments.length;
    case 'tool-result':
      return part.parts.reduce((sum, inner) => sum + lengthOf(inner), 0);
    case 'foreign':
      return 0;
    default:
      return MEDIA_CHARACTERS;
  }
}

function lengthOfTool(tool: Tool): number {
  if (tool.form === 'hosted') return 0;
  const schema = tool.schema === undefined ? 0 : JSON.stringify(tool.schema).length;
  return tool.name.length + (tool.description?.length ?? 0) + schema;
}

function hasMarks({ tools, messages, extras }: ChatRequest): boolean {
  // One on the whole request lets the vendor place the others.
  if (extras?.fields['cache_control'] !== undefined) return true;
  const marked = (part: Part): boolean =>
    ('cache' in part && part.cache !== undefined) || (part.kind === 'tool-result' && part.parts.some(marked));
  return (
    tools.some((tool) => tool.form !== 'hosted' && tool.cache !== undefined) ||
    messages.some(({ parts }) => parts.some(marked))
  );
}
