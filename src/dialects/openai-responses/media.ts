// Images, files and audio among the content, both ways. Data URLs become bytes in base64 with their type.

import { asObject, asString } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { MediaPart, MediaSource } from '#canonical/part.ts';
import { addCarried, carried, othersOf, present, spelled, withExtras } from './spelling.ts';
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

const IMAGE_FIELDS: ReadonlySet<string> = new Set(['type', 'image_url', 'file_id']);
const FILE_FIELDS: ReadonlySet<string> = new Set(['type', 'file_data', 'file_url', 'file_id', 'filename']);
const AUDIO_FIELDS: ReadonlySet<string> = new Set(['type', 'input_audio']);

interface UrlRead {
  readonly source: MediaSource;
  /** The beginning of the data URL, where it is not the one that we would write. */
  readonly prefix?: string;
}

function readUrl(url: string): UrlRead {
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

function writeUrl(source: MediaSource, prefix: Json | undefined): string | undefined {
  if (source.from === 'url') return source.url;
  if (source.from === 'file') return undefined;
  // The prefix that came counts only while it still names the same type.
  const written = asString(prefix);
  const again = written === undefined ? undefined : readUrl(written).source;
  const kept = again?.from === 'base64' && again.mime === source.mime ? written : undefined;
  return `${kept ?? `data:${source.mime};base64,`}${source.data}`;
}

/** `{type: "input_image", image_url | file_id, detail}`. Undefined when it has neither. */
export function decodeImage(part: JsonObject): MediaPart | undefined {
  const url = asString(part['image_url']);
  const id = asString(part['file_id']);
  // Both, or one beside a null, is somebody's own way of writing: the part stays as it is.
  if ((url === undefined) === (id === undefined)) return undefined;
  if (part['image_url'] === null || part['file_id'] === null) return undefined;
  const { source, prefix }: UrlRead = url === undefined ? { source: fileSource(id ?? '') } : readUrl(url);
  return { kind: 'image', source, ...withExtras(othersOf(part, IMAGE_FIELDS), { prefix }) };
}

/** `{type: "input_file", file_data (a data URL) | file_url | file_id, filename?}`. */
export function decodeFile(part: JsonObject): MediaPart | undefined {
  const found = readFile(part);
  if (found === undefined) return undefined;
  const { source, prefix } = found;
  const named = part['filename'];
  const name = asString(named);
  if (named !== undefined && name === undefined) return undefined;
  const extras = withExtras(othersOf(part, FILE_FIELDS), { prefix });
  return { kind: 'document', source, ...(name === undefined ? {} : { name }), ...extras };
}

function readFile(part: JsonObject): UrlRead | undefined {
  const written = ['file_data', 'file_url', 'file_id'].filter((field) => part[field] !== undefined);
  const [field] = written;
  const value = asString(part[field ?? '']);
  if (written.length !== 1 || field === undefined || value === undefined) return undefined;
  if (field === 'file_id') return { source: fileSource(value) };
  const read = readUrl(value);
  // Neither a data URL nor a URL: bytes of an unknown type, which only the issuer can judge.
  return (read.source.from === 'base64') === (field === 'file_data') ? read : undefined;
}

/** `{type: "input_audio", input_audio: {data, format}}` */
export function decodeAudio(part: JsonObject): MediaPart | undefined {
  const inner = asObject(part['input_audio']);
  const data = asString(inner?.['data']);
  const format = asString(inner?.['format'])?.toLowerCase();
  if (inner === undefined || data === undefined || format === undefined) return undefined;
  const { data: _data, format: _format, ...rest } = inner;
  const fields = othersOf(part, AUDIO_FIELDS);
  if (Object.keys(rest).length > 0) fields['input_audio'] = rest;
  const mime = AUDIO_MIMES.get(format) ?? `audio/${format}`;
  return { kind: 'audio', source: { from: 'base64', mime, data }, ...withExtras(fields, {}) };
}

/** Undefined where this language has no words for it. */
export function encodeMedia(part: MediaPart): JsonObject | undefined {
  const { source, kind, extras } = part;
  if (source.from === 'file' && source.dialect !== ID) return undefined;
  switch (kind) {
    case 'image': {
      const where = source.from === 'file' ? { file_id: source.id } : urlField('image_url', part);
      return addCarried({ type: 'input_image', ...where }, extras);
    }
    case 'document':
      return addCarried(encodeFile(part), extras);
    case 'audio': {
      if (source.from !== 'base64') return undefined;
      const format = AUDIO_FORMATS.get(source.mime) ?? source.mime.replace(/^audio\//, '');
      const inner = { ...asObject(carried(extras)?.['input_audio']), data: source.data, format };
      return addCarried({ type: 'input_audio', input_audio: inner }, extras);
    }
    default:
      return undefined;
  }
}

function encodeFile(part: MediaPart): JsonDraft {
  const { source, name } = part;
  if (source.from === 'file') return present({ type: 'input_file', file_id: source.id, filename: name });
  if (source.from === 'url') return present({ type: 'input_file', file_url: source.url, filename: name });
  // Bytes without a file name are refused, unless they came from here without one.
  const filename = name ?? (part.extras?.dialect === ID ? undefined : `document.${extensionOf(source.mime)}`);
  return present({ type: 'input_file', filename, ...urlField('file_data', part) });
}

function urlField(field: string, part: MediaPart): JsonObject {
  const url = writeUrl(part.source, spelled(part.extras, 'prefix'));
  return url === undefined ? {} : { [field]: url };
}

function extensionOf(mime: string): string {
  const last = mime.slice(mime.lastIndexOf('/') + 1);
  return last === 'plain' ? 'txt' : /^[a-z0-9]{1,8}$/.test(last) ? last : 'bin';
}

function fileSource(id: string): MediaSource {
  return { from: 'file', id, dialect: ID };
}
