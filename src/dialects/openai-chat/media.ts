// Images, files, audio and video inside messages, both ways. Data URLs become bytes in base64 with their type.

import { asObject, asString } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { MediaPart, MediaSource } from '#canonical/part.ts';
import { addCarried, addFields, carried, FieldReader, present, spelled } from './spelling.ts';
import { ID } from './wire.ts';

const DATA_URL = /^data:([^;,]*)((?:;[^;,]*)*),/;
const NO_MIME = 'application/octet-stream';

/** Names that clients use for a type that has another name. */
const MIMES: ReadonlyMap<string, string> = new Map([['image/jpg', 'image/jpeg']]);

/** `input_audio.format` where it is not the second half of the type. */
const AUDIO_MIMES: ReadonlyMap<string, string> = new Map([['mp3', 'audio/mpeg']]);
const AUDIO_FORMATS: ReadonlyMap<string, string> = new Map([
  ['audio/mpeg', 'mp3'],
  ['audio/x-wav', 'wav'],
  ['audio/wave', 'wav'],
]);

type MediaKind = MediaPart['kind'];

interface UrlRead {
  readonly source: MediaSource;
  /** The beginning of the data URL, where it is not the one that we would write. */
  readonly prefix?: string;
}

export function readUrl(url: string): UrlRead {
  if (!url.startsWith('data:')) return { source: { from: 'url', url } };
  // The beginning alone is looked at: the rest may be megabytes.
  const match = DATA_URL.exec(url.slice(0, 300));
  if (match === null || !(match[2] ?? '').includes(';base64')) return { source: { from: 'url', url } };
  const prefix = match[0];
  const named = (match[1] ?? '').toLowerCase();
  const mime = MIMES.get(named) ?? (named === '' ? NO_MIME : named);
  const source: MediaSource = { from: 'base64', mime, data: url.slice(prefix.length) };
  return prefix === `data:${mime};base64,` ? { source } : { source, prefix };
}

export function writeUrl(source: MediaSource, prefix?: Json): string | undefined {
  if (source.from === 'url') return source.url;
  if (source.from === 'file') return undefined;
  // The prefix that came counts only while it still names the same type.
  const written = asString(prefix);
  const kept = written !== undefined && sameMime(readUrl(written).source, source) ? written : undefined;
  return `${kept ?? `data:${source.mime};base64,`}${source.data}`;
}

function sameMime(a: MediaSource, b: MediaSource): boolean {
  return a.from === 'base64' && b.from === 'base64' && a.mime === b.mime;
}

/** `{type, <field>: {url, …}}`, or the URL as a bare string. Undefined when there is no URL. */
export function decodeUrlPart(kind: MediaKind, field: string, part: JsonObject): MediaPart | undefined {
  const bare = asString(part[field]);
  const inner = asObject(part[field]);
  const url = bare ?? asString(inner?.['url']);
  if (url === undefined) return undefined;
  const fields = new FieldReader(part);
  const { source, prefix } = readUrl(url);
  if (kind === 'document') fields.spell('type', field);
  if (bare !== undefined) fields.spell('bare', true);
  if (prefix !== undefined) fields.spell('prefix', prefix);
  if (inner !== undefined) leaveInner(fields, field, inner, ['url']);
  const name = kind === 'document' ? fields.string('document_name') : undefined;
  const extras = fields.extras(new Set(['type', field, ...(kind === 'document' ? ['document_name'] : [])]));
  return { kind, source, ...(name === undefined ? {} : { name }), ...(extras && { extras }) };
}

export function encodeUrlPart(part: MediaPart, field: string): JsonObject | undefined {
  const url = writeUrl(part.source, spelled(part.extras, 'prefix'));
  if (url === undefined) return undefined;
  const inner = asObject(carried(part.extras)?.[field]);
  const body: JsonDraft = { type: field };
  body[field] = spelled(part.extras, 'bare') === true ? url : { ...inner, url };
  if (part.kind === 'document' && part.name !== undefined) body['document_name'] = part.name;
  return addCarried(body, part.extras);
}

/** `{type: "input_audio", input_audio: {data, format}}` */
export function decodeAudioPart(part: JsonObject): MediaPart | undefined {
  const inner = asObject(part['input_audio']);
  const data = asString(inner?.['data']);
  if (inner === undefined || data === undefined) return undefined;
  const format = asString(inner['format'])?.toLowerCase();
  const mime = format === undefined ? NO_MIME : (AUDIO_MIMES.get(format) ?? `audio/${format}`);
  const fields = new FieldReader(part);
  leaveInner(fields, 'input_audio', inner, ['data', ...(format === undefined ? [] : ['format'])]);
  const extras = fields.extras(new Set(['type', 'input_audio']));
  return { kind: 'audio', source: { from: 'base64', mime, data }, ...(extras && { extras }) };
}

export function encodeAudioPart(part: MediaPart): JsonObject | undefined {
  if (part.source.from !== 'base64') return undefined;
  const { mime, data } = part.source;
  const format = mime === NO_MIME ? undefined : (AUDIO_FORMATS.get(mime) ?? mime.replace(/^audio\//, ''));
  const inner = asObject(carried(part.extras)?.['input_audio']);
  const body = present(addFields({ data, format }, inner));
  return addCarried({ type: 'input_audio', input_audio: body }, part.extras);
}

/** `{type: "file", file: {filename?, file_data?: data URL or URL, file_id?}}` */
export function decodeFilePart(part: JsonObject): MediaPart | undefined {
  const inner = asObject(part['file']);
  const id = asString(inner?.['file_id']);
  const data = asString(inner?.['file_data']);
  if (inner === undefined || (id === undefined) === (data === undefined)) return undefined;
  const { source, prefix }: UrlRead = data === undefined ? { source: fileSource(id ?? '') } : readUrl(data);
  // Neither a data URL nor a URL: bytes of an unknown type, which only the issuer can judge.
  if (source.from === 'url' && !/^[a-z][a-z0-9+.-]*:/i.test(source.url)) return undefined;
  const name = asString(inner['filename']);
  const fields = new FieldReader(part);
  if (prefix !== undefined) fields.spell('prefix', prefix);
  leaveInner(fields, 'file', inner, ['file_id', 'file_data', ...(name === undefined ? [] : ['filename'])]);
  const extras = fields.extras(new Set(['type', 'file']));
  return { kind: 'document', source, ...(name === undefined ? {} : { name }), ...(extras && { extras }) };
}

export function encodeFilePart(part: MediaPart): JsonObject {
  const { source } = part;
  const inner = asObject(carried(part.extras)?.['file']);
  const body: JsonDraft = { filename: part.name };
  if (source.from === 'file') body['file_id'] = source.id;
  else body['file_data'] = writeUrl(source, spelled(part.extras, 'prefix'));
  return addCarried({ type: 'file', file: present(addFields(body, inner)) }, part.extras);
}

function fileSource(id: string): MediaSource {
  return { from: 'file', id, dialect: ID };
}

/** Carries the members of an inner object along that are not understood. */
function leaveInner(fields: FieldReader, key: string, inner: JsonObject, known: readonly string[]): void {
  const rest: JsonDraft = { ...inner };
  for (const name of known) delete rest[name];
  if (Object.keys(rest).length > 0) fields.leave(key, rest);
}
