// Messages, from the centre's words to contents. Instructions at the beginning become `systemInstruction`; results of
// tools stand together in one content of the user, in the order of the calls.

import { asObject, isObject, parseJson } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Part, TextPart, ToolCallPart, ToolResultPart } from '#canonical/part.ts';
import type { ChatRequest, Message } from '#canonical/request.ts';
import { JOINED, ROLE } from './decode-message.ts';
import { resultText } from './decode-part.ts';
import { encodeParts, NO_CACHE_MARKS } from './encode-part.ts';
import type { PartWriting } from './encode-part.ts';
import { addCarried, addExtras, isEmpty, noted, present } from './fields.ts';
import { encodeMedia, relabelled } from './media.ts';
import { wantsSignatures } from './thinking.ts';
import { ID, SKIP_SIGNATURE } from './wire.ts';

interface Writing {
  /** The request came in this language: what is in it is as its client wanted it. */
  readonly own: boolean;
  readonly model: string;
  readonly losses: Loss[];
  /** Names of the functions by the ids of their calls, the place of each call in its turn, and whether it is written bare. */
  readonly calls: Map<string, { readonly name: string; readonly order: number; readonly bare: boolean }>;
}

export interface EncodedHistory {
  readonly system: Json | undefined;
  readonly contents: readonly JsonObject[];
}

export function encodeHistory(request: ChatRequest, model: string, losses: Loss[]): EncodedHistory {
  const { messages } = request;
  const own = fieldsFor(ID, request.extras) !== undefined;
  const writing: Writing = { own, model, losses, calls: new Map() };
  const headLength = headLengthOf(messages);
  const contents: JsonDraft[] = [];
  const lastTurn = lastTurnOf(messages);
  messages.forEach((message, index) => {
    const path = `messages[${index}]`;
    if (message.name !== undefined)
      losses.push({ path: `${path}.name`, did: 'dropped', why: 'Messages have no names here.' });
    if (index < headLength) return;
    const content = encodeMessage(message, path, writing, index >= lastTurn);
    const parts = content['parts'] as readonly Json[];
    const before = contents.at(-1);
    if (before !== undefined && joins(message, messages[index - 1])) {
      before['parts'] = [...(before['parts'] as readonly Json[]), ...parts];
    } else if (parts.length > 0 || own) contents.push(content);
    else losses.push({ path, did: 'dropped', why: 'An empty message is refused.' });
  });
  return { system: encodeSystem(messages.slice(0, headLength), writing), contents };
}

/** Instructions at the beginning. Contents must not be empty: with nothing else to say, the user says the last one. */
function headLengthOf(messages: readonly Message[]): number {
  const first = messages.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  return first === -1 ? Math.max(0, messages.length - 1) : first;
}

/** Where the turn of the model begins that is not over: after the last thing that the user said. */
export function lastTurnOf(messages: readonly Message[]): number {
  return messages.findLastIndex(({ role }) => role === 'user') + 1;
}

/** What stood together, and results that other languages have in messages of their own. */
function joins(message: Message, before: Message | undefined): boolean {
  if (noted(message.extras, JOINED) === true) return true;
  const foreign = fieldsFor(ID, message.extras) === undefined;
  return foreign && message.role === 'tool' && before?.role === 'tool' && !isOurs(message);
}

function isOurs(message: Message): boolean {
  return message.parts.some(
    (part) => part.kind === 'tool-result' && fieldsFor(ID, part.extras) !== undefined,
  );
}

function encodeSystem(head: readonly Message[], writing: Writing): Json | undefined {
  if (head.length === 0) return undefined;
  const parts = head.flatMap((message, index) => {
    const path = `messages[${index}]`;
    const indexes: number[] = [];
    const texts = message.parts.filter((part, at) => {
      if (part.kind === 'text' || fieldsFor(ID, 'extras' in part ? part.extras : undefined)) {
        indexes.push(at);
        return true;
      }
      writing.losses.push({
        path: `${path}.parts[${at}]`,
        did: 'dropped',
        why: 'Instructions are text only.',
      });
      return false;
    });
    return encodeParts(texts, { ...partWriting(`${path}.parts`, writing), indexes });
  });
  return addExtras({ parts }, head[0]?.extras);
}

function partWriting(path: string, { losses }: Writing): PartWriting {
  return { path, to: 'provider', lose: (at, did, why) => losses.push({ path: at, did, why }) };
}

function encodeMessage(message: Message, path: string, writing: Writing, current: boolean): JsonDraft {
  const written = noted(message.extras, ROLE);
  const usual = message.role === 'assistant' ? 'model' : 'user';
  const role = written === null ? undefined : typeof written === 'string' ? written : usual;
  return { ...addExtras({ role, parts: encodeBody(message, path, writing, current) }, message.extras) };
}

function encodeBody(
  message: Message,
  path: string,
  writing: Writing,
  current: boolean,
): readonly JsonObject[] {
  switch (message.role) {
    case 'tool':
      return encodeResults(message, path, writing);
    case 'assistant':
      return encodeAnswer(message.parts, path, writing, current);
    case 'system':
    case 'developer':
      return encodeLateInstruction(message, path, writing);
    default:
      return withoutEmpty(encodeParts(message.parts, partWriting(`${path}.parts`, writing)), writing);
  }
}

/** A text that says nothing is refused by some models. Where it carries a signature it says something. */
function withoutEmpty(parts: readonly JsonObject[], { own }: Writing): readonly JsonObject[] {
  const says = (part: JsonObject): boolean => part['text'] !== '' || part['thoughtSignature'] !== undefined;
  return own ? parts : parts.filter(says);
}

/** The language has instructions at the beginning only. Moving one there would change what came before it. */
function encodeLateInstruction(message: Message, path: string, writing: Writing): readonly JsonObject[] {
  writing.losses.push({
    path: `${path}.role`,
    did: 'changed',
    why: 'Instructions stand at the beginning only; this one is said by the user.',
  });
  const marked = message.parts.map((part) =>
    part.kind === 'text' ? { ...part, text: `<system>\n${part.text}\n</system>` } : part,
  );
  return encodeParts(marked, partWriting(`${path}.parts`, writing));
}

function encodeAnswer(
  parts: readonly Part[],
  path: string,
  writing: Writing,
  current: boolean,
): readonly JsonObject[] {
  const calls = parts.filter((part): part is ToolCallPart => part.kind === 'tool-call');
  calls.forEach(({ id, name, extras }, order) =>
    writing.calls.set(id, { name, order, bare: fieldsFor(ID, extras)?.['$id'] === 'absent' }),
  );
  const written = withoutEmpty(encodeParts(parts, partWriting(`${path}.parts`, writing)), writing);
  const first = written.findIndex((part) => part['functionCall'] !== undefined);
  const call = calls[0];
  if (
    !current ||
    call === undefined ||
    !wantsSignatures(writing.model) ||
    written[first]?.['thoughtSignature'] !== undefined
  )
    return written;
  writing.losses.push({
    path: `${path}.parts[${parts.indexOf(call)}].seal`,
    did: 'approximated',
    why: 'The model insists on a signature that the history does not have; it is told to do without.',
  });
  return written.map((part, at) => (at === first ? { ...part, thoughtSignature: SKIP_SIGNATURE } : part));
}

function encodeResults(message: Message, path: string, writing: Writing): readonly JsonObject[] {
  const results = message.parts.flatMap((part, index) =>
    part.kind === 'tool-result' ? [{ part, path: `${path}.parts[${index}]` }] : [],
  );
  const order = ({ part }: { readonly part: ToolResultPart }): number =>
    writing.calls.get(part.id)?.order ?? 0;
  const sorted = isOurs(message) ? results : results.toSorted((a, b) => order(a) - order(b));
  return sorted.flatMap(({ part, path: at }) => encodeResult(part, at, writing));
}

function encodeResult(part: ToolResultPart, path: string, writing: Writing): readonly JsonObject[] {
  const fields = fieldsFor(ID, part.extras);
  const { losses } = writing;
  if (part.cache !== undefined) losses.push({ path: `${path}.cache`, did: 'dropped', why: NO_CACHE_MARKS });
  const name = part.name ?? writing.calls.get(part.id)?.name;
  if (name === undefined)
    losses.push({
      path: `${path}.name`,
      did: 'approximated',
      why: 'No call of this id; the id stands for its name.',
    });
  const media = encodeResultMedia(part, path, writing);
  const inside = fields !== undefined || wantsSignatures(writing.model);
  if (media.length > 0 && !inside) {
    const why = 'Results of tools are text here; the media stands beside them.';
    losses.push({ path: `${path}.parts`, did: 'changed', why });
  }
  const body: JsonDraft = {
    id: isBare(part, writing) ? undefined : part.id,
    name: name ?? part.id,
    response: encodeResponseObject(part, fields?.['$response']),
    parts: inside && media.length > 0 ? media : undefined,
  };
  const response = present(addCarried(body, asObject(fields?.['functionResponse'])));
  return [present(addCarried({ functionResponse: response }, fields)), ...(inside ? [] : media)];
}

/** A result has an id where its call has one: a client of another language gives one to all. */
function isBare(part: ToolResultPart, { calls }: Writing): boolean {
  const fields = fieldsFor(ID, part.extras);
  if (fields !== undefined) return fields['$id'] === 'absent' || part.id === '';
  return part.id === '' || calls.get(part.id)?.bare === true;
}

function encodeResultMedia(part: ToolResultPart, path: string, { losses }: Writing): readonly JsonObject[] {
  return part.parts.flatMap((piece, index): readonly JsonObject[] => {
    const at = `${path}.parts[${index}]`;
    const lose = (field: string, why: string): void => {
      losses.push({ path: `${at}.${field}`, did: 'dropped', why });
    };
    if ('cache' in piece && piece.cache !== undefined) lose('cache', NO_CACHE_MARKS);
    if (piece.kind === 'text') return [];
    if ('name' in piece && piece.name !== undefined) lose('name', 'Files have no names here.');
    if (piece.kind === 'foreign' && piece.dialect === ID && isObject(piece.value)) return [piece.value];
    const known =
      piece.kind === 'image' || piece.kind === 'document' || piece.kind === 'audio' || piece.kind === 'video';
    const media = known ? encodeMedia(piece, false) : undefined;
    const mime = known ? relabelled(piece) : undefined;
    if (mime !== undefined)
      losses.push({ path: `${at}.source.mime`, did: 'changed', why: `The bytes are ${mime}.` });
    if (media === undefined) losses.push({ path: at, did: 'dropped', why: 'A result cannot hold this.' });
    return media === undefined ? [] : [media];
  });
}

/** As it was written while it says the same; else an object that holds the text, or that the text is. */
function encodeResponseObject(part: ToolResultPart, written: Json | undefined): Json | undefined {
  const texts = part.parts.filter((piece): piece is TextPart => piece.kind === 'text');
  const text = texts.map((piece) => piece.text).join('\n');
  if (written !== undefined) {
    const response = written === 'absent' ? undefined : written;
    const said = resultText(response);
    if (said.text === text && said.isError === (part.isError === true)) return response;
  }
  if (part.isError === true) return { error: text };
  const parsed = text.trimStart().startsWith('{') ? parseJson(text) : undefined;
  return isObject(parsed) && !isEmpty(parsed) ? parsed : { result: text };
}
