// A form as `multipart/form-data`, read where it lies: the bytes are not copied, small fields become text, files stay
// places in the bytes. One field can be given another value in a copy; every other byte stays.

import { joinBytes, toBytes } from './bytes.ts';
import type { JsonDraft, JsonObject } from './json.ts';

export interface Form {
  /** As the client sent it, with the boundary. */
  readonly contentType: string;
  readonly bytes: Bytes;
  /** Fields that are not files, as text; one that comes again becomes a list. */
  readonly fields: JsonObject;
  /** Where the value of each field that came lies, by name, in order. */
  readonly places: readonly Place[];
}

export interface Place {
  readonly name: string;
  readonly file: boolean;
  readonly from: number;
  readonly to: number;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** A form with more parts is an attack, not a form. */
const PARTS_MAX = 1_000;
const PART_HEAD_MAX = 16 * 1024;
/** Longer fields are not looked at: they stay in the bytes. */
const FIELD_MAX = 1024 * 1024;
const BLANK_LINE = toBytes('\r\n\r\n');

/** The boundary of a content type that is a form; undefined for any other. */
export function boundaryOf(contentType: string): string | undefined {
  if (!/^multipart\/form-data\s*;/i.test(contentType)) return undefined;
  const found = /;\s*boundary=(?:"([^"]{1,200})"|([^\s;,"]{1,200}))/i.exec(contentType);
  return found?.[1] ?? found?.[2];
}

/** Undefined when the bytes are not a whole form with this boundary. */
export function readForm(bytes: Bytes, contentType: string): Form | undefined {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) return undefined;
  const places: Place[] = [];
  const mark = toBytes(`\r\n--${boundary}`);
  let at = startsWith(bytes, mark.subarray(2), 0) ? mark.length - 2 : -1;
  while (at !== -1 && !isClosing(bytes, at)) {
    if (places.length === PARTS_MAX) return undefined;
    const headEnd = indexOf(bytes, BLANK_LINE, at);
    // The blank line of a part without headers begins with the end of the line before.
    if (headEnd === -1 || headEnd - at > PART_HEAD_MAX) return undefined;
    const to = indexOf(bytes, mark, headEnd + BLANK_LINE.length - 2);
    if (to === -1) return undefined;
    const named = readHead(new TextDecoder().decode(bytes.subarray(at, headEnd)));
    const from = Math.min(headEnd + BLANK_LINE.length, to);
    if (named !== undefined) places.push({ ...named, from, to });
    at = to + mark.length;
  }
  return at === -1 ? undefined : { contentType, bytes, places, fields: fieldsOf(bytes, places) };
}

/** The form with another value for `name`: a copy, in which only that differs. A field that is not there is not added. */
export function withField({ bytes, places }: Form, name: string, value: string): Bytes {
  const pieces: Uint8Array[] = [];
  let done = 0;
  for (const place of places) {
    if (place.name !== name || place.file) continue;
    pieces.push(bytes.subarray(done, place.from), toBytes(value));
    done = place.to;
  }
  return joinBytes([...pieces, bytes.subarray(done)]) as Bytes;
}

function isClosing(bytes: Bytes, at: number): boolean {
  return bytes[at] === 0x2d && bytes[at + 1] === 0x2d;
}

function readHead(head: string): Pick<Place, 'name' | 'file'> | undefined {
  const disposition = /^content-disposition:[^\r\n]*/im.exec(head)?.[0] ?? '';
  const name = /;\s*name=(?:"([^"]*)"|([^\s;"]+))/i.exec(disposition);
  if (name === null) return undefined;
  return { name: name[1] ?? name[2] ?? '', file: /;\s*filename\*?=/i.test(disposition) };
}

function fieldsOf(bytes: Bytes, places: readonly Place[]): JsonObject {
  const fields: JsonDraft = {};
  for (const { name, file, from, to } of places) {
    if (file || to - from > FIELD_MAX || name === '__proto__') continue;
    const text = new TextDecoder().decode(bytes.subarray(from, to));
    const before = fields[name];
    fields[name] = before === undefined ? text : [...(Array.isArray(before) ? before : [before]), text];
  }
  return fields;
}

function startsWith(bytes: Bytes, wanted: Uint8Array, at: number): boolean {
  return wanted.every((byte, index) => bytes[at + index] === byte);
}

/** The platform's search for its first byte, which is fast, then the rest by hand. */
function indexOf(bytes: Bytes, wanted: Uint8Array, from: number): number {
  const first = wanted[0] ?? 0;
  for (let at = bytes.indexOf(first, from); at !== -1; at = bytes.indexOf(first, at + 1)) {
    if (startsWith(bytes, wanted, at)) return at;
  }
  return -1;
}
