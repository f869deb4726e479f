// Images, documents, audio and video, both ways: bytes stand in `inlineData`, addresses and kept files in `fileData`.

import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { asObject, asString } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { MediaPart, MediaSource } from '#canonical/part.ts';
import { addCarried, Fields, OURS, present } from './fields.ts';
import { FILE_FIELDS, ID, INLINE_FIELDS } from './wire.ts';

const NO_MIME = 'application/octet-stream';
/** Files that the vendor keeps: its file API, and its storage. Of use to nobody else. */
const KEPT = /^(?:https:\/\/generativelanguage\.googleapis\.com\/|gs:\/\/|files\/)/;
const VIDEO_PAGE = /^https?:\/\/(?:www\.|m\.)?(?:youtube\.com|youtu\.be)\//;

/** The types of addresses that do not say theirs: this API wants one. */
const MIMES: ReadonlyMap<string, string> = new Map([
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['webp', 'image/webp'],
  ['gif', 'image/gif'],
  ['heic', 'image/heic'],
  ['pdf', 'application/pdf'],
  ['txt', 'text/plain'],
  ['html', 'text/html'],
  ['csv', 'text/csv'],
  ['mp3', 'audio/mpeg'],
  ['wav', 'audio/wav'],
  ['ogg', 'audio/ogg'],
  ['flac', 'audio/flac'],
  ['mp4', 'video/mp4'],
  ['mov', 'video/mov'],
  ['webm', 'video/webm'],
]);
const USUAL: Readonly<Record<MediaPart['kind'], string | undefined>> = {
  image: 'image/jpeg',
  document: 'application/pdf',
  audio: 'audio/mpeg',
  video: 'video/mp4',
};

export function kindOf(mime: string | undefined, uri = ''): MediaPart['kind'] {
  const family = (mime ?? mimeOfUrl(uri) ?? '').split('/')[0];
  if (family === 'image' || family === 'audio' || family === 'video') return family;
  return mime === undefined && VIDEO_PAGE.test(uri) ? 'video' : 'document';
}

/** `inlineData` or `fileData`, with the other fields of its part. Undefined when it holds neither bytes nor an address. */
export function decodeMedia(part: Fields): MediaPart | undefined {
  const inline = part.object('inlineData');
  const file = inline === undefined ? part.object('fileData') : undefined;
  const key = inline === undefined ? 'fileData' : 'inlineData';
  const inner = new Fields(inline ?? file ?? {}, inline === undefined ? FILE_FIELDS : INLINE_FIELDS);
  const mime = inner.string('mimeType');
  const source = inline === undefined ? fileSource(inner, mime) : inlineSource(inner, mime);
  if (source === undefined) return undefined;
  const name = inner.string('displayName');
  part.leave(key, inner.rest());
  if (isUrlSafe(asString(inline?.['data']))) part.leave('$data', 'url-safe');
  if (inline !== undefined && mime === undefined) part.leave('$mime', 'absent');
  // Always there: what came in this language is not corrected.
  const extras = part.extras() ?? OURS;
  const kind = kindOf(mime, source.from === 'url' ? source.url : '');
  return { kind, source, ...(name === undefined ? {} : { name }), extras };
}

function inlineSource(inner: Fields, mime: string | undefined): MediaSource | undefined {
  const data = inner.string('data');
  return data === undefined ? undefined : { from: 'base64', mime: mime ?? NO_MIME, data: standard(data) };
}

/** The official Python client writes bytes in the other alphabet of base 64, which no other vendor reads. */
function isUrlSafe(data: string | undefined): boolean {
  return data !== undefined && (data.includes('-') || data.includes('_'));
}

function standard(data: string): string {
  return isUrlSafe(data) ? data.replaceAll('-', '+').replaceAll('_', '/') : data;
}

function asWritten(data: string, fields: JsonObject | undefined): string {
  return fields?.['$data'] === 'url-safe' ? data.replaceAll('+', '-').replaceAll('/', '_') : data;
}

function fileSource(inner: Fields, mime: string | undefined): MediaSource | undefined {
  const uri = inner.string('fileUri');
  if (uri === undefined) return undefined;
  const type = mime === undefined ? {} : { mime };
  if (KEPT.test(uri)) return { from: 'file', id: uri, dialect: ID, ...type };
  return { from: 'url', url: uri, ...type };
}

/** Undefined for a file that another vendor keeps. */
export function encodeMedia(part: MediaPart, withName: boolean): JsonObject | undefined {
  const { source, name } = part;
  if (source.from === 'file' && source.dialect !== ID) return undefined;
  const fields = fieldsFor(ID, part.extras);
  const body: JsonDraft = {};
  const displayName = withName || fields !== undefined ? name : undefined;
  if (source.from === 'base64') {
    const mimeType = fields?.['$mime'] === 'absent' ? undefined : fields ? source.mime : trueMime(source);
    body['inlineData'] = member(
      { mimeType, data: asWritten(source.data, fields), displayName },
      fields?.['inlineData'],
    );
  } else {
    const fileUri = source.from === 'url' ? source.url : source.id;
    const mimeType = source.mime ?? (fields === undefined ? guessedMime(part, fileUri) : undefined);
    body['fileData'] = member({ mimeType, fileUri, displayName }, fields?.['fileData']);
  }
  return present(addCarried(body, fields));
}

/** The type that the bytes have, where the request called them otherwise. */
export function relabelled({ source, extras }: MediaPart): string | undefined {
  if (source.from !== 'base64' || fieldsFor(ID, extras) !== undefined) return undefined;
  const mime = trueMime(source);
  return mime === source.mime || source.mime === NO_MIME ? undefined : mime;
}

function member(known: JsonDraft, carried: Json | undefined): JsonObject {
  return present(addCarried(known, asObject(carried)));
}

/** How files of a type begin, in base64. */
const BEGINNINGS: readonly (readonly [string, string])[] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
  ['JVBERi', 'application/pdf'],
];

/** Clients name wrong types of pictures, and none for documents; the API refuses what it cannot read. */
function trueMime({ mime, data }: { readonly mime: string; readonly data: string }): string {
  if (mime !== NO_MIME && !mime.startsWith('image/')) return mime;
  const found = BEGINNINGS.find(([beginning]) => data.startsWith(beginning))?.[1];
  return found === undefined || (found === 'image/webp' && mime === NO_MIME) ? mime : found;
}

/** From the ending of the address, else the most usual of the kind. A page of videos needs none. */
function guessedMime({ kind }: MediaPart, url: string): string | undefined {
  return VIDEO_PAGE.test(url) ? undefined : (mimeOfUrl(url) ?? USUAL[kind]);
}

function mimeOfUrl(url: string): string | undefined {
  const ending = /\.([a-z0-9]{2,5})(?:[?#]|$)/i.exec(url.slice(-300))?.[1];
  return ending === undefined ? undefined : MIMES.get(ending.toLowerCase());
}
