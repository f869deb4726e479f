// The `content` of a message, both ways: null, a text, or a list of typed parts.

import { asArray, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { CacheMark, MediaPart, Part, RefusalPart, TextPart } from '#canonical/part.ts';
import {
  decodeAudioPart,
  decodeFilePart,
  decodeUrlPart,
  encodeAudioPart,
  encodeFilePart,
  encodeUrlPart,
} from './media.ts';
import { decodeThinking, encodeThinking } from './reasoning.ts';
import { addCarried, FieldReader, spelled } from './spelling.ts';
import { ID } from './wire.ts';

/** How content was written where our usual way would differ. */
export type ContentSpelling = 'absent' | 'null' | 'empty' | 'list';

export interface ContentRead {
  readonly parts: readonly Part[];
  readonly spelling?: ContentSpelling;
}

const TEXT_FIELDS: ReadonlySet<string> = new Set(['type', 'text', 'cache_control']);
const REFUSAL_FIELDS: ReadonlySet<string> = new Set(['type', 'refusal']);

/** Each gives undefined for a part that it cannot read: then the part stays foreign. */
const READERS: ReadonlyMap<string, (part: JsonObject) => Part | undefined> = new Map<
  string,
  (part: JsonObject) => Part | undefined
>([
  ['text', decodeTextPart],
  ['refusal', decodeRefusalPart],
  ['image_url', (part) => decodeUrlPart('image', 'image_url', part)],
  ['video_url', (part) => decodeUrlPart('video', 'video_url', part)],
  ['document_url', (part) => decodeUrlPart('document', 'document_url', part)],
  ['input_audio', decodeAudioPart],
  ['file', decodeFilePart],
  ['thinking', decodeThinking],
]);

/** `empty` is what content without parts means for this role: null for the assistant, a text for the others. */
export function decodeContent(content: Json | undefined, empty: 'null' | 'empty'): ContentRead {
  if (typeof content === 'string') {
    if (content !== '') return { parts: [{ kind: 'text', text: content }] };
    return empty === 'empty' ? { parts: [] } : { parts: [], spelling: 'empty' };
  }
  const list = asArray(content);
  if (list === undefined) {
    const spelling = content === undefined ? 'absent' : 'null';
    return spelling === empty ? { parts: [] } : { parts: [], spelling };
  }
  const parts = list.map(decodeContentPart);
  return isPlain(parts) || parts.length === 0 ? { parts, spelling: 'list' } : { parts };
}

export function decodeContentPart(value: Json): Part {
  const part = isObject(value) ? READERS.get(asString(value['type']) ?? '')?.(value) : undefined;
  return part ?? { kind: 'foreign', dialect: ID, value };
}

/** The parts of one message's content; reasoning only where it was written as content. */
export function encodeContent(
  parts: readonly Part[],
  spelling: Json | undefined,
  empty: Json,
): Json | undefined {
  if (parts.length === 0) {
    if (spelling === 'absent') return undefined;
    if (spelling === 'list') return [];
    return spelling === 'null' ? null : spelling === 'empty' ? '' : empty;
  }
  const only = parts[0];
  if (spelling !== 'list' && isPlain(parts) && only?.kind === 'text') return only.text;
  return parts.map(encodeContentPart).filter((part) => part !== undefined);
}

/** Undefined when this language has no words for the part. */
export function encodeContentPart(part: Part): Json | undefined {
  switch (part.kind) {
    case 'text': {
      const body: JsonDraft = { type: 'text', text: part.text };
      if (part.cache !== undefined) body['cache_control'] = encodeCache(part.cache);
      return addCarried(body, part.extras);
    }
    case 'refusal':
      return addCarried({ type: 'refusal', refusal: part.text }, part.extras);
    case 'reasoning':
      return encodeThinking(part);
    case 'image':
      return encodeUrlPart(part, 'image_url');
    case 'video':
      return encodeUrlPart(part, 'video_url');
    case 'audio':
      return encodeAudioPart(part);
    case 'document':
      return isDocumentUrl(part) ? encodeUrlPart(part, 'document_url') : encodeFilePart(part);
    case 'foreign':
      return part.dialect === ID ? part.value : undefined;
    default:
      return undefined;
  }
}

/** A refusal written as a part of the content, and not in the message's own `refusal`. */
export function isRefusalInContent(part: Part): boolean {
  return part.kind === 'refusal' && spelled(part.extras, 'in') === 'content';
}

export function isDocumentUrl(part: MediaPart): boolean {
  return spelled(part.extras, 'type') === 'document_url';
}

function isPlain(parts: readonly Part[]): boolean {
  const only = parts[0];
  return parts.length === 1 && only?.kind === 'text' && only.cache === undefined && only.extras === undefined;
}

function decodeTextPart(part: JsonObject): TextPart | undefined {
  const text = asString(part['text']);
  if (text === undefined) return undefined;
  const fields = new FieldReader(part);
  const cache = decodeCache(fields);
  const extras = fields.extras(TEXT_FIELDS);
  return { kind: 'text', text, ...(cache && { cache }), ...(extras && { extras }) };
}

function decodeRefusalPart(part: JsonObject): RefusalPart | undefined {
  const text = asString(part['refusal']);
  if (text === undefined) return undefined;
  const fields = new FieldReader(part);
  fields.spell('in', 'content');
  const extras = fields.extras(REFUSAL_FIELDS);
  return { kind: 'refusal', text, ...(extras && { extras }) };
}

/** `cache_control: {type: "ephemeral", ttl?}`; any other shape is carried along. */
export function decodeCache(fields: FieldReader): CacheMark | undefined {
  const control = asObject(fields.raw('cache_control'));
  const { type, ttl, ...rest } = control ?? {};
  const known = type === 'ephemeral' && (ttl === undefined || ttl === '5m' || ttl === '1h');
  if (!known || Object.keys(rest).length > 0) {
    fields.leave('cache_control');
    return undefined;
  }
  return ttl === '5m' || ttl === '1h' ? { ttl } : {};
}

export function encodeCache(cache: CacheMark): JsonObject {
  return { type: 'ephemeral', ...(cache.ttl && { ttl: cache.ttl }) };
}
