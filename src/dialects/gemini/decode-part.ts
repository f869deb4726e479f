// One part of a content, from the wire's words to the centre's. A signature on a text becomes a reasoning part of its own
// behind it, so that clients of other languages can carry it; encode-part.ts puts it back where it was.

import { asObject, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { Part, ReasoningPart, ToolCallPart, ToolResultPart } from '#canonical/part.ts';
import { Fields, OURS, ours } from './fields.ts';
import { decodeMedia } from './media.ts';
import { readSeal } from './seal.ts';
import { CALL_FIELDS, ID, PART_FIELDS, PART_KINDS, RESULT_FIELDS } from './wire.ts';

/** The note on a seal that stood on the text before it, or on an empty text of its own. */
export const ON = '$on';

export interface PartIds {
  call(given: string | undefined, name: string): string;
  /** Absent where no results are expected: in answers. */
  result?(given: string | undefined, name: string): string;
}

export function decodeParts(list: readonly Json[], ids: PartIds): readonly Part[] {
  const parts = list.flatMap((value) => decodePart(value, ids));
  return parts.some(isOfOthers) ? withWholeThoughts(parts) : parts;
}

/** A thought that another vendor sealed: it came in pieces, of which clients keep each, and the seal with the last. */
function isOfOthers(part: Part): part is ReasoningPart {
  if (part.kind !== 'reasoning') return false;
  return part.seals?.some(({ dialect, issuer }) => dialect !== ID || issuer !== undefined) === true;
}

function withWholeThoughts(parts: readonly Part[]): readonly Part[] {
  const whole: Part[] = [];
  for (const part of parts) {
    if (!isOfOthers(part) || part.seals === undefined) {
      whole.push(part);
      continue;
    }
    let { text } = part;
    for (
      let last = whole.at(-1);
      last?.kind === 'reasoning' && last.seals === undefined;
      last = whole.at(-1)
    ) {
      text = last.text + text;
      whole.pop();
    }
    whole.push({ kind: 'reasoning', text, seals: part.seals });
  }
  return whole;
}

export function decodePart(value: Json, ids: PartIds): readonly Part[] {
  if (typeof value === 'string') return [{ kind: 'text', text: value }];
  if (!isObject(value)) return [{ kind: 'foreign', dialect: ID, value }];
  const fields = new Fields(value, PART_FIELDS);
  const kind = PART_KINDS.find((key) => fields.see(key) !== undefined);
  const known = kind === undefined ? decodeText(fields) : decodeOther(kind, fields, ids);
  if (known !== undefined) return known;
  return [{ kind: 'foreign', dialect: ID, value: new Fields(value, PART_FIELDS).rest() ?? {} }];
}

function decodeText(fields: Fields): readonly Part[] | undefined {
  const written = fields.string('text');
  const signature = fields.string('thoughtSignature');
  if (written === undefined && signature === undefined) return undefined;
  const text = written ?? '';
  const thought = fields.see('thought') === true;
  if (thought) fields.take('thought');
  if (written === undefined) fields.leave('$text', 'absent');
  const extras = fields.extras();
  if (thought) {
    const seals = signature === undefined ? {} : { seals: [readSeal(signature)] };
    return [{ kind: 'reasoning', text, ...seals, extras: extras ?? OURS }];
  }
  if (signature === undefined) return [{ kind: 'text', text, ...(extras && { extras }) }];
  if (text === '') return [sealPart(signature, { ...extras?.fields, [ON]: 'itself' })];
  return [{ kind: 'text', text, ...(extras && { extras }) }, sealPart(signature, { [ON]: 'text' })];
}

export function sealPart(signature: string, notes: JsonObject): ReasoningPart {
  return { kind: 'reasoning', text: '', seals: [readSeal(signature)], extras: ours(notes) };
}

function decodeOther(
  kind: (typeof PART_KINDS)[number],
  fields: Fields,
  ids: PartIds,
): readonly Part[] | undefined {
  // Pictures among the thoughts are drafts, not the answer.
  if (fields.see('thought') === true && kind !== 'functionCall') return undefined;
  switch (kind) {
    case 'functionCall':
      return one(decodeCall(fields, ids));
    case 'functionResponse':
      return ids.result === undefined ? undefined : one(decodeResult(fields, ids.result.bind(ids)));
    case 'inlineData':
    case 'fileData':
      return one(decodeMedia(fields));
    default:
      return undefined;
  }
}

function one(part: Part | undefined): readonly Part[] | undefined {
  return part === undefined ? undefined : [part];
}

function decodeCall(fields: Fields, ids: PartIds): ToolCallPart | undefined {
  const call = fields.object('functionCall');
  if (call === undefined) return undefined;
  const inner = new Fields(call, CALL_FIELDS);
  const name = inner.string('name') ?? '';
  const given = inner.string('id');
  const args = inner.take('args');
  if (args === undefined || args === null) fields.leave('$args', args === undefined ? 'absent' : null);
  if (given === undefined) fields.leave('$id', 'absent');
  const signature = fields.string('thoughtSignature');
  fields.leave('functionCall', inner.rest());
  return {
    kind: 'tool-call',
    id: ids.call(given, name),
    name,
    arguments: args === undefined || args === null ? '{}' : JSON.stringify(args),
    form: 'function',
    ...(signature === undefined ? {} : { seal: readSeal(signature) }),
    extras: fields.extras() ?? OURS,
  };
}

/** Members whose text alone is the result. */
const RESULT_TEXTS = ['result', 'output', 'error'] as const;

function decodeResult(
  fields: Fields,
  idOf: (given: string | undefined, name: string) => string,
): ToolResultPart | undefined {
  const answer = fields.object('functionResponse');
  if (answer === undefined) return undefined;
  const inner = new Fields(answer, RESULT_FIELDS);
  const name = inner.string('name') ?? '';
  const given = inner.string('id');
  const response = inner.take('response');
  const media = (inner.array('parts') ?? []).flatMap((part) => decodePart(part, { call: idOf }));
  if (given === undefined) fields.leave('$id', 'absent');
  fields.leave('$response', response ?? 'absent');
  fields.leave('functionResponse', inner.rest());
  const { text, isError } = resultText(response);
  return {
    kind: 'tool-result',
    id: idOf(given, name),
    name,
    parts: [{ kind: 'text', text }, ...media],
    ...(isError ? { isError } : {}),
    extras: fields.extras() ?? OURS,
  };
}

/** An object with one usual member is that text; any other is JSON. */
export function resultText(response: Json | undefined): { readonly text: string; readonly isError: boolean } {
  if (response === undefined || response === null) return { text: '', isError: false };
  const object = asObject(response);
  const keys = object === undefined ? [] : Object.keys(object);
  const key = RESULT_TEXTS.find((usual) => keys.length === 1 && keys[0] === usual);
  const isError = key === 'error';
  const text = key === undefined ? undefined : object?.[key];
  return { text: typeof text === 'string' ? text : JSON.stringify(response), isError };
}
