// Results of tools: a message each. What a result shows besides text follows in the user's words, after the last result of
// the turn, since most providers take text only there; a client of this language that put it there is taken at its word.

import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { Part, ToolResultPart } from '#canonical/part.ts';
import type { Message } from '#canonical/request.ts';
import { ERROR_IN_WORDS, partsTellingError } from '../failed-result.ts';
import { encodeContent, encodeContentPart } from './content.ts';
import { fitParts } from './fit-parts.ts';
import type { Writing } from './fit-parts.ts';
import { quirk } from './quirks.ts';
import { addCarried, present, spelled } from './spelling.ts';

export interface Results {
  readonly messages: readonly JsonObject[];
  /** Content for a message of the user's. */
  readonly shown: readonly Json[];
}

export function encodeResults(message: Message, path: string, writing: Writing): Results {
  const messages: JsonObject[] = [];
  const shown: Json[] = [];
  message.parts.forEach((part, index) => {
    if (part.kind !== 'tool-result') return;
    const at = `${path}.parts[${index}]`;
    const asSent = quirk(writing.quirks, 'resultMedia') === 'as-sent';
    const own = asSent && spelled(message.extras, 'content') === 'list';
    const parts = fitParts(partsTellingError(part), `${at}.parts`, writing);
    if (part.isError === true)
      writing.losses.push({ path: `${at}.isError`, did: 'approximated', why: ERROR_IN_WORDS });
    if (part.cache !== undefined)
      writing.losses.push({ path: `${at}.cache`, did: 'dropped', why: 'Marks stand on texts and tools.' });
    messages.push(encodeResult(part, own ? parts : parts.filter(isText), message));
    if (!own) shown.push(...show(part, at, parts, writing));
  });
  return { messages, shown };
}

function isText({ kind }: Part): boolean {
  return kind === 'text';
}

function show(
  result: ToolResultPart,
  path: string,
  parts: readonly Part[],
  { losses }: Writing,
): readonly Json[] {
  const media = parts.filter((part) => !isText(part)).map((part) => encodeContentPart(part));
  const kept = media.filter((part) => part !== undefined);
  result.parts.forEach(({ kind }, index) => {
    if (kind !== 'image' && kind !== 'document' && kind !== 'audio' && kind !== 'video') return;
    const why = 'Results of tools are texts: it follows in the words of the user.';
    losses.push({ path: `${path}.parts[${index}]`, did: 'changed', why });
  });
  return kept.length === 0 ? [] : [{ type: 'text', text: `Shown by the tool call ${result.id}:` }, ...kept];
}

function encodeResult(part: ToolResultPart, content: readonly Part[], message: Message): JsonObject {
  const legacy = spelled(message.extras, 'role') === 'function';
  const noId = spelled(message.extras, 'id') === 'absent' && part.id === '';
  const body: JsonDraft = {
    role: legacy ? 'function' : 'tool',
    tool_call_id: legacy || noId ? undefined : part.id,
    name: part.name,
    content: encodeContent(content, spelled(message.extras, 'content'), ''),
  };
  return present(addCarried(addCarried(body, part.extras), message.extras));
}
