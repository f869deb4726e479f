// Contents, from the client's words to the centre's messages. One content of a user may hold results of tools and more:
// it becomes several messages, and a note says that they stood together.

import { asArray, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { Part } from '#canonical/part.ts';
import type { Message } from '#canonical/request.ts';
import type { HistoryIds } from './call-ids.ts';
import { decodeParts } from './decode-part.ts';
import { Fields, ours } from './fields.ts';
import type { Problems } from './problems.ts';
import { CONTENT_FIELDS } from './wire.ts';

/** The note on a message that stood in one content with the message before it. */
export const JOINED = '$joined';
/** The note of a role that is not the usual one. Null: none was written. */
export const ROLE = '$role';

/** Clients write one content without its list, and one part without its list; texts alone too. */
export function listOf(value: Json | undefined): readonly Json[] {
  return asArray(value) ?? (value === undefined || value === null ? [] : [value]);
}

export function decodeContents(
  list: readonly Json[],
  ids: HistoryIds,
  problems: Problems,
): readonly Message[] {
  const messages: Message[] = [];
  list.forEach((content, index) => {
    // A bare part or text, as some clients write it, is a content of the user.
    const whole = isObject(content) && ('parts' in content || 'role' in content) ? content : undefined;
    if (!isObject(content) && typeof content !== 'string')
      problems.refuse(`contents[${index}]`, 'must be an object with `role` and `parts`');
    const fields = new Fields(whole ?? { role: 'user', parts: [content] }, CONTENT_FIELDS);
    checkParts(fields.see('parts'), `contents[${index}].parts`, problems);
    messages.push(...decodeContent(fields, ids));
  });
  return messages;
}

function checkParts(parts: Json | undefined, path: string, problems: Problems): void {
  listOf(parts).forEach((part, at) => {
    if (typeof part === 'string') return;
    if (!isObject(part)) problems.refuse(`${path}[${at}]`, 'must be an object such as `{"text": …}`');
    else if (part['text'] !== undefined && typeof part['text'] !== 'string')
      problems.refuse(`${path}[${at}].text`, 'must be a text');
  });
}

function decodeContent(fields: Fields, ids: HistoryIds): readonly Message[] {
  const written = fields.string('role');
  const model = written === 'model' || written === 'assistant';
  if (model) ids.newTurn();
  const parts = decodeParts(listOf(fields.take('parts')), {
    call: (given, name) => ids.call(given, name),
    ...(model ? {} : { result: (given, name) => ids.result(given, name) }),
  });
  if (written !== (model ? 'model' : 'user')) fields.leave(ROLE, written ?? null);
  if (model) return [message('assistant', parts, fields.rest())];
  const segments = segmentsOf(parts);
  return segments.map((segment, index) => {
    const role = segment[0]?.kind === 'tool-result' ? 'tool' : 'user';
    return message(role, segment, index === 0 ? fields.rest() : { [JOINED]: true });
  });
}

function message(role: Message['role'], parts: readonly Part[], fields: JsonObject | undefined): Message {
  return { role, parts, ...(fields === undefined ? {} : { extras: ours(fields) }) };
}

/** Runs of results and runs of anything else. */
function segmentsOf(parts: readonly Part[]): readonly (readonly Part[])[] {
  const segments: Part[][] = [];
  for (const part of parts) {
    const last = segments.at(-1);
    const same = last !== undefined && (last[0]?.kind === 'tool-result') === (part.kind === 'tool-result');
    if (same) last.push(part);
    else segments.push([part]);
  }
  return segments.length === 0 ? [[]] : segments;
}

/** A content, parts, or a text. */
export function decodeSystem(value: Json | undefined, ids: HistoryIds): Message | undefined {
  if (value === undefined || value === null) return undefined;
  const whole = isObject(value) && 'parts' in value ? value : { parts: value };
  const fields = new Fields(whole, CONTENT_FIELDS);
  const parts = decodeParts(listOf(fields.take('parts')), { call: (given, name) => ids.call(given, name) });
  return message('system', parts, fields.rest());
}
