// Pictures, documents, films and sounds, both ways: Converse names a format where others name a media type, and takes
// bytes or an object in S3, never a web address.

import { asObject, asString } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { MediaPart, MediaSource } from '#canonical/part.ts';
import { ID, ours, present } from './wire.ts';

export type MediaKind = MediaPart['kind'];

const FORMATS: Readonly<Record<MediaKind, Readonly<Record<string, string>>>> = {
  image: {
    'image/png': 'png',
    'image/jpeg': 'jpeg',
    'image/jpg': 'jpeg',
    'image/gif': 'gif',
    'image/webp': 'webp',
  },
  document: {
    'application/pdf': 'pdf',
    'text/csv': 'csv',
    'application/msword': 'doc',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
    'application/vnd.ms-excel': 'xls',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
    'text/html': 'html',
    'text/plain': 'txt',
    'text/markdown': 'md',
  },
  video: {
    'video/mp4': 'mp4',
    'video/quicktime': 'mov',
    'video/x-matroska': 'mkv',
    'video/webm': 'webm',
    'video/x-flv': 'flv',
    'video/mpeg': 'mpeg',
    'video/x-ms-wmv': 'wmv',
    'video/3gpp': 'three_gp',
  },
  audio: {
    'audio/mpeg': 'mp3',
    'audio/mp3': 'mp3',
    'audio/wav': 'wav',
    'audio/x-wav': 'wav',
    'audio/aac': 'aac',
    'audio/flac': 'flac',
    'audio/ogg': 'ogg',
    'audio/opus': 'opus',
    'audio/mp4': 'mp4',
    'audio/webm': 'webm',
  },
};

/** What the first bytes say, in base64. Bedrock breaks off in mid-stream when the name of a format is wrong. */
const SIGNATURES: readonly (readonly [string, string])[] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
  ['JVBERi', 'application/pdf'],
];

/** The block and what it says instead of the client, or why there is none. */
export type EncodedMedia =
  | { readonly block: JsonObject; readonly relabelled?: string }
  | { readonly why: string };

export function encodeMedia(part: MediaPart, givenName: string): EncodedMedia {
  const source = encodeSource(part.source);
  if (typeof source === 'string') return { why: source };
  const written = fieldsFor(ID, part.extras);
  const said = mimeOf(part.source);
  const sniffed = part.source.from === 'base64' ? sniff(part.kind, part.source.data) : undefined;
  const format = asString(written?.['format']) ?? FORMATS[part.kind][sniffed ?? said];
  if (format === undefined)
    return { why: `Converse has no format for ${said === '' ? 'an unnamed type' : said}.` };
  const name = part.kind === 'document' ? givenName : undefined;
  const block = { [part.kind]: present({ name, format, source, ...without(written, 'format') }) };
  const differs = sniffed !== undefined && FORMATS[part.kind][said] !== FORMATS[part.kind][sniffed];
  return differs && written === undefined ? { block, relabelled: sniffed } : { block };
}

function encodeSource(source: MediaSource): JsonObject | string {
  if (source.from === 'base64') return { bytes: source.data };
  if (source.from === 'file') return `A file of ${source.dialect} cannot be read by Bedrock.`;
  if (source.url.startsWith('s3://')) return { s3Location: { uri: source.url } };
  return 'Bedrock takes bytes or an object in S3, never a web address.';
}

function mimeOf(source: MediaSource): string {
  const mime = (source.mime ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (mime !== '' || source.from !== 'url') return mime;
  const ending = /\.([a-z0-9]+)$/i.exec(source.url)?.[1]?.toLowerCase() ?? '';
  const kinds = Object.values(FORMATS).flatMap((formats) => Object.entries(formats));
  return kinds.find(([, format]) => format === (ending === 'jpg' ? 'jpeg' : ending))?.[0] ?? '';
}

function sniff(kind: MediaKind, data: string): string | undefined {
  if (kind !== 'image' && kind !== 'document') return undefined;
  const found = SIGNATURES.find(([beginning]) => data.startsWith(beginning))?.[1];
  return found !== undefined && Object.hasOwn(FORMATS[kind], found) ? found : undefined;
}

function without(fields: JsonObject | undefined, key: string): JsonObject {
  const { [key]: _taken, ...rest } = fields ?? {};
  return rest;
}

/** Undefined for a source that is neither bytes nor in S3: then the block stays foreign. */
export function decodeMedia(kind: MediaKind, value: JsonObject): MediaPart | undefined {
  const { format, source, name, ...rest } = value;
  const inside = asObject(source);
  const mime = Object.entries(FORMATS[kind]).find(([, known]) => known === format)?.[0];
  const bytes = asString(inside?.['bytes']);
  const uri = asString(asObject(inside?.['s3Location'])?.['uri']);
  if (mime === undefined || (bytes === undefined && uri === undefined)) return undefined;
  const more = asString(name);
  return {
    kind,
    source:
      bytes === undefined ? { from: 'url', url: uri ?? '', mime } : { from: 'base64', mime, data: bytes },
    ...(more === undefined ? {} : { name: more }),
    extras: ours({ format: format ?? null, ...rest }),
  };
}

/**
 * A name for a document that Bedrock accepts: letters, digits, single spaces, hyphens, parentheses and brackets; not twice
 * in a request. `taken` holds those given so far.
 */
export function documentName(wanted: string | undefined, taken: Set<string>): string {
  const clean = (wanted ?? '')
    .replace(/\.[A-Za-z0-9]{1,5}$/, '')
    .replace(/[^A-Za-z0-9\s\-()[\]]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 180);
  const name = clean === '' ? 'Document' : clean;
  let unique = name;
  for (let number = 2; taken.has(unique); number += 1) unique = `${name} ${number}`;
  taken.add(unique);
  return unique;
}
