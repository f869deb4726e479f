// The beginnings of a prompt, one for each message, as numbers: what a provider may have in its cache from an earlier turn.
// A long text counts by its length, its first and its last characters, so that a long prompt costs no more than a short one;
// two prompts that are taken for one make an estimate wrong, and nothing else.

import type { CacheMark, Part } from '#canonical/part.ts';
import type { ChatRequest } from '#canonical/request.ts';

export interface Prefix {
  readonly hash: number;
  /** Characters of the prompt up to here. */
  readonly characters: number;
}

/** The last so many beginnings are kept, and the first: what a next turn or another conversation may share. */
const PREFIXES_MAX = 8;
/** Characters at each end of a text that count. */
const END_LENGTH = 48;

/** From the shortest to the longest; `marked` says whether the client asked for any caching, and for how long. */
export interface Prefixes {
  readonly prefixes: readonly Prefix[];
  readonly marked: boolean;
  readonly longTtl: boolean;
}

interface Walk {
  hash: number;
  characters: number;
  marked: boolean;
  longTtl: boolean;
}

export function prefixesOf(request: ChatRequest): Prefixes {
  const walk: Walk = { hash: 0x811c9dc5, characters: 0, marked: false, longTtl: false };
  for (const tool of request.tools) {
    mixText(tool.name, walk);
    if (tool.form !== 'hosted') {
      mixText(tool.description ?? '', walk);
      note(tool.cache, walk);
    }
  }
  const prefixes: Prefix[] = [];
  for (const message of request.messages) {
    mixText(message.role, walk);
    for (const part of message.parts) mixPart(part, walk);
    if (prefixes.length === PREFIXES_MAX) prefixes.splice(1, 1);
    prefixes.push({ hash: walk.hash >>> 0, characters: walk.characters });
  }
  return { prefixes, marked: walk.marked, longTtl: walk.longTtl };
}

function mixPart(part: Part, walk: Walk): void {
  switch (part.kind) {
    case 'text':
      mixText(part.text, walk);
      note(part.cache, walk);
      break;
    case 'refusal':
    case 'reasoning':
      mixText(part.text, walk);
      break;
    case 'tool-call':
      mixText(part.name, walk);
      mixText(part.arguments, walk);
      break;
    case 'tool-result':
      mixText(part.id, walk);
      for (const inner of part.parts) mixPart(inner, walk);
      note(part.cache, walk);
      break;
    case 'foreign':
      break;
    default:
      mixText(part.kind, walk);
      if (part.source.from === 'base64') mixText(part.source.data, walk);
      else if (part.source.from === 'url') mixText(part.source.url, walk);
      else mixText(part.source.id, walk);
      note(part.cache, walk);
  }
}

function note(mark: CacheMark | undefined, walk: Walk): void {
  if (mark === undefined) return;
  walk.marked = true;
  if (mark.ttl === '1h') walk.longTtl = true;
}

/** FNV-1a over UTF-16 code units. */
function mixText(text: string, walk: Walk): void {
  const { length } = text;
  walk.characters += length;
  let hash = Math.imul(walk.hash ^ length, 0x01000193);
  const whole = length <= 2 * END_LENGTH;
  const headEnd = whole ? length : END_LENGTH;
  for (let at = 0; at < headEnd; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  for (let at = whole ? length : length - END_LENGTH; at < length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  walk.hash = hash;
}
