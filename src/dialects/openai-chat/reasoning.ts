// Reasoning on messages, both ways. It comes as a plain text (`reasoning_content` or `reasoning`), as OpenRouter's
// `reasoning_details` (which must be given back unmodified and in order), as Mistral's `thinking` content, or as several
// of these at once, telling the same text twice.

import { asArray, asNumber, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Foreign, Opaque } from '#canonical/foreign.ts';
import type { ReasoningPart } from '#canonical/part.ts';
import { ours } from './spelling.ts';
import { ID, REASONING_FIELDS } from './wire.ts';
import type { ReasoningField } from './wire.ts';

/** How a reasoning part was written: the fields of its `extras`. */
export interface ReasoningSpelling {
  /** Plain fields that tell its text. */
  readonly plain: readonly string[];
  /** Its entry in `reasoning_details`, without text and seals. */
  readonly detail?: JsonObject;
  /** Its entry in a list of content, without text. */
  readonly thinking?: JsonObject;
}

/** Who issued what `format` names (openrouter.ai/docs, reasoning tokens). */
const ISSUERS: ReadonlyMap<string, string> = new Map([
  ['anthropic-claude-v1', 'anthropic-messages'],
  ['openai-responses-v1', 'openai-responses'],
  ['google-gemini-v1', 'gemini'],
]);
const FORMATS: ReadonlyMap<string, string> = new Map(
  [...ISSUERS].map(([format, dialect]) => [dialect, format]),
);
const UNKNOWN_FORMAT = 'unknown';
/** Ours, on a detail: who issued its seal, where the format does not say so. Never sent to a provider. */
const ISSUER_FIELD = 'clew_issuer';

/**
 * Ours, on a signature that comes behind its text: the length of that. Some clients keep only the last piece of a detail, and a
 * signature on another text than its own makes its issuer refuse the whole request.
 */
export const LENGTH_FIELD = 'clew_length';

export interface DetailRead {
  readonly type: string;
  readonly text: string;
  readonly seals: readonly Opaque[];
  /** Everything but text and seals. */
  readonly rest: JsonObject;
}

const NO_SEALS: readonly Opaque[] = [];

export function readDetail(detail: JsonObject): DetailRead {
  const rest: JsonDraft = { ...detail };
  const type = asString(detail['type']) ?? '';
  const format = asString(detail['format']) ?? UNKNOWN_FORMAT;
  const dialect = ISSUERS.get(format) ?? format;
  const textField = type === 'reasoning.summary' ? 'summary' : 'text';
  const text = takeString(rest, textField);
  const signature = takeString(rest, 'signature');
  const data = takeString(rest, 'data');
  const id = asString(detail['id']);
  const issuer = takeString(rest, ISSUER_FIELD);
  const by = issuer === '' ? {} : { issuer };
  const seals: Opaque[] = [];
  const length = asNumber(rest[LENGTH_FIELD]);
  delete rest[LENGTH_FIELD];
  const whole = length === undefined || length === text.length;
  if (signature !== '' && whole) seals.push({ dialect, form: 'signature', value: signature, ...by });
  if (data !== '')
    seals.push({ dialect, form: 'encrypted', value: data, ...(id === undefined ? {} : { id }), ...by });
  return { type, text, seals: seals.length === 0 ? NO_SEALS : seals, rest };
}

/** An empty string stays where it is: it says nothing but was written. */
function takeString(object: JsonDraft, key: string): string {
  const value = object[key];
  if (typeof value !== 'string' || value === '') return '';
  delete object[key];
  return value;
}

/** The reasoning parts of a whole message. `leave` is told of the plain fields that tell another text. */
export function decodeReasoning(
  message: JsonObject,
  leave: (field: string) => void,
): readonly ReasoningPart[] {
  const details = asArray(message['reasoning_details']);
  const told = REASONING_FIELDS.filter((field) => {
    const text = asString(message[field]);
    if (text === undefined || text === '') leave(field);
    return text !== undefined && text !== '';
  });
  if (details === undefined || details.length === 0 || !details.every(isObject)) leave('reasoning_details');
  const parts = details?.every(isObject) === true ? details.map(detailPart) : [];
  const first = told[0];
  if (first === undefined) return parts;

  const plainText = asString(message[first]) ?? '';
  const [same, different] = split(told, (field) => message[field] === plainText);
  different.forEach(leave);
  const detailText = parts.map((part) => part.text).join('');
  if (detailText === plainText) return parts.map((part) => withPlain(part, same));
  if (detailText !== '') {
    same.forEach(leave);
    return parts;
  }
  // The details hold only seals; the text is in the plain field.
  return [plainPart(plainText, same), ...parts];
}

function detailPart(detail: JsonObject): ReasoningPart {
  const { type, text, seals, rest } = readDetail(detail);
  const summary = type === 'reasoning.summary' ? { summary: true } : {};
  const extras = ours({ plain: [], detail: rest });
  return { kind: 'reasoning', text, ...summary, ...(seals.length > 0 && { seals }), extras };
}

function plainPart(text: string, plain: readonly string[]): ReasoningPart {
  return { kind: 'reasoning', text, extras: ours({ plain }) };
}

function withPlain(part: ReasoningPart, plain: readonly string[]): ReasoningPart {
  return part.text === '' ? part : { ...part, extras: ours({ ...part.extras?.fields, plain }) };
}

function split<Item>(
  items: readonly Item[],
  first: (item: Item) => boolean,
): [readonly Item[], readonly Item[]] {
  return [items.filter(first), items.filter((item) => !first(item))];
}

/** Undefined when the part comes from another dialect. */
export function reasoningSpelling(extras: Foreign | undefined): ReasoningSpelling | undefined {
  const fields = fieldsFor(ID, extras);
  if (fields === undefined) return undefined;
  const detail = asObject(fields['detail']);
  const thinking = asObject(fields['thinking']);
  const plain = (asArray(fields['plain']) ?? []).filter((name): name is ReasoningField =>
    (REASONING_FIELDS as readonly Json[]).includes(name),
  );
  return { plain, ...(detail && { detail }), ...(thinking && { thinking }) };
}

/** One entry of `reasoning_details` for each part that had one, or one for each seal and text of another dialect. */
export function encodeDetails(parts: readonly ReasoningPart[]): readonly JsonObject[] {
  return parts.flatMap((part, index) => encodeDetail(part, index));
}

function encodeDetail(part: ReasoningPart, index: number): readonly JsonObject[] {
  const spelling = reasoningSpelling(part.extras);
  if (spelling !== undefined) return spelling.detail === undefined ? [] : [rebuilt(part, spelling.detail)];
  return foreignDetails(part, index);
}

function rebuilt(part: ReasoningPart, detail: JsonObject): JsonObject {
  const body: JsonDraft = { ...detail };
  if (part.text !== '') body[detail['type'] === 'reasoning.summary' ? 'summary' : 'text'] = part.text;
  for (const seal of part.seals ?? []) body[seal.form === 'signature' ? 'signature' : 'data'] = seal.value;
  return body;
}

/** A signature belongs to its text; what is encrypted stands alone. */
export function foreignDetails(part: ReasoningPart, index: number): readonly JsonObject[] {
  const signature = part.seals?.find((seal) => seal.form === 'signature');
  const closed = (part.seals ?? []).filter((seal) => seal.form !== 'signature');
  const entries: JsonObject[] = [];
  if (part.text !== '' || signature !== undefined) {
    const told =
      part.summary === true
        ? { type: 'reasoning.summary', summary: part.text }
        : { type: 'reasoning.text', text: part.text };
    const seal = signature === undefined ? {} : { signature: signature.value, ...issuerOf(signature) };
    entries.push({ ...told, ...seal, format: formatOf(signature ?? closed[0]), index });
  }
  for (const seal of closed) {
    const id = seal.id === undefined ? {} : { id: seal.id };
    const by = issuerOf(seal);
    entries.push({
      type: 'reasoning.encrypted',
      data: seal.value,
      ...id,
      format: formatOf(seal),
      ...by,
      index,
    });
  }
  return entries;
}

/** A seal on a call is told as an encrypted thought that names its call, as routers with this field do. */
export function callSeals(callId: string, seals: readonly Opaque[]): ReasoningPart {
  const named = seals.map((seal) => ({ ...seal, form: 'encrypted', id: callId }) as const);
  return { kind: 'reasoning', text: '', seals: named };
}

function issuerOf({ issuer }: Opaque): JsonObject {
  return issuer === undefined ? {} : { [ISSUER_FIELD]: issuer };
}

function formatOf(seal: Opaque | undefined): string {
  if (seal === undefined) return UNKNOWN_FORMAT;
  return FORMATS.get(seal.dialect) ?? (seal.dialect === ID ? UNKNOWN_FORMAT : seal.dialect);
}

/** The format of what targets of one language think, whether it is sealed or not. */
export function formatOfDialect(dialect: string | undefined): string {
  return FORMATS.get(dialect ?? '') ?? UNKNOWN_FORMAT;
}

/** `{type: "thinking", thinking: [{type: "text", text}, …], …}`, an entry in a list of content. */
export function decodeThinking(part: JsonObject): ReasoningPart | undefined {
  const { type: _type, thinking: written, ...rest } = part;
  if (typeof written === 'string') return thinkingPart(written, { ...rest, $written: written });
  const pieces = asArray(written);
  const texts = pieces?.map((piece) => {
    return isObject(piece) && piece['type'] === 'text' ? asString(piece['text']) : undefined;
  });
  if (pieces === undefined || texts === undefined || texts.includes(undefined)) return undefined;
  const usual = pieces.length === 1 && Object.keys(pieces[0] as JsonObject).length === 2;
  return thinkingPart(texts.join(''), usual ? rest : { ...rest, $written: pieces });
}

function thinkingPart(text: string, thinking: JsonObject): ReasoningPart {
  return { kind: 'reasoning', text, extras: ours({ plain: [], thinking }) };
}

/** As it was written, where that still says the same. */
export function encodeThinking(part: ReasoningPart): JsonObject {
  const { $written: written, ...rest } = reasoningSpelling(part.extras)?.thinking ?? {};
  const same = written !== undefined && decodeThinking({ thinking: written })?.text === part.text;
  return { ...rest, type: 'thinking', thinking: same ? written : [{ type: 'text', text: part.text }] };
}
