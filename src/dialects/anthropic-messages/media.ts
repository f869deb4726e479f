// Images and documents as blocks of a request. What came from this language is written as it came; what came from another
// is fitted: types by what the bytes say, texts as text, and what the API cannot take declared.

import type { JsonDraft, JsonObject } from '#base/json.ts';
import type { MediaPart, MediaSource } from '#canonical/part.ts';
import { encodeCache } from './cache-marks.ts';
import { addCarried, noted, present } from './notes.ts';
import { decodeBase64 } from './seals.ts';
import { ID } from './wire.ts';

/** What became of a part: a block, and why it says less than the part, or why there is none. */
export interface Encoded {
  readonly block?: JsonObject;
  readonly did?: 'dropped' | 'changed' | 'approximated';
  readonly why?: string;
}

/** The first characters of a file's base64, and its type. */
const BEGINNINGS: readonly (readonly [string, string])[] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
  ['JVBERi', 'application/pdf'],
];

/** Texts by nature, whatever their type is called. */
const TEXTUAL = /^(?:text\/|application\/(?:json|xml|yaml|x-yaml|toml|javascript|csv)(?:;|$))/;

/** `own`: the part came in this language, and its labels are the client's affair. */
export function encodeMedia(part: MediaPart, own: boolean): Encoded {
  if (part.kind === 'audio' || part.kind === 'video')
    return { did: 'dropped', why: `The API takes no ${part.kind}.` };
  if (part.source.from === 'file' && part.source.dialect !== ID)
    return { did: 'dropped', why: `Only ${part.source.dialect} has the file ${part.source.id}.` };
  return part.kind === 'image' ? encodeImage(part, own) : encodeDocument(part, own);
}

function encodeImage(part: MediaPart, own: boolean): Encoded {
  const { source } = part;
  const type = source.from === 'base64' && !own ? sniffed(source, 'image/') : undefined;
  if (source.from === 'base64' && type !== undefined && type !== source.mime)
    return {
      block: finished(
        { type: 'image', source: { type: 'base64', media_type: type, data: source.data } },
        part,
      ),
      did: 'changed',
      why: `The bytes are ${type}, whatever the request calls them.`,
    };
  return { block: finished({ type: 'image', source: encodeSource(source) }, part) };
}

function encodeDocument(part: MediaPart, own: boolean): Encoded {
  const { source } = part;
  const title = part.name;
  if (source.from !== 'base64')
    return { block: finished({ type: 'document', source: encodeSource(source), title }, part) };
  const isText = noted(part.extras, 'source') === 'text' || (!own && TEXTUAL.test(source.mime));
  const text = isText ? decodeBase64(source.data) : undefined;
  if (text !== undefined) return encodeText(part, text);
  const type = own ? source.mime : sniffed(source, 'application/pdf');
  if (!own && type !== 'application/pdf')
    return { did: 'dropped', why: `The API takes PDFs and texts, not ${source.mime}.` };
  const bytes = { type: 'base64', media_type: type, data: source.data };
  return { block: finished({ type: 'document', source: bytes, title }, part) };
}

function encodeText(part: MediaPart, text: string): Encoded {
  const mime = part.source.from === 'base64' ? part.source.mime : 'text/plain';
  const source = { type: 'text', media_type: 'text/plain', data: text };
  const block = finished({ type: 'document', source, title: part.name }, part);
  if (/^text\/plain(?:;|$)/.test(mime)) return { block };
  return { block, did: 'approximated', why: `The API takes texts of one type: ${mime} became text/plain.` };
}

function finished(body: JsonDraft, part: MediaPart): JsonObject {
  if (part.cache !== undefined) body['cache_control'] = encodeCache(part.cache);
  return present(addCarried(body, part.extras));
}

function encodeSource(source: MediaSource): JsonObject {
  switch (source.from) {
    case 'base64':
      return { type: 'base64', media_type: source.mime, data: source.data };
    case 'url':
      return { type: 'url', url: source.url };
    default:
      return { type: 'file', file_id: source.id };
  }
}

/** The type that the bytes have, when they have one of this kind; else the one that was named. */
function sniffed(source: MediaSource & { readonly from: 'base64' }, kind: string): string {
  const found = BEGINNINGS.find(([start, type]) => type.startsWith(kind) && source.data.startsWith(start));
  return found?.[1] ?? (source.mime === 'image/jpg' ? 'image/jpeg' : source.mime);
}
