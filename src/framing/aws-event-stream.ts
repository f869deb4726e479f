// AWS event streams: bytes to frames and back. A message is, big-endian: total length u32, length of headers u32, CRC-32 of
// these eight bytes u32, headers, payload, CRC-32 of everything before it u32. Both checksums are checked, the first as
// soon as it is there: a garbled length would make us wait for bytes that never come.
// Source: smithy.io/2.0/aws/amazon-eventstream.html. The official codec is the judge in the test beside this file; it is
// not used here because loading it costs every start about 25 ms.

import { toBytes } from '#base/bytes.ts';
import type { Frame } from '#base/frame.ts';
import { crc32 } from './crc32.ts';
import type { Framer } from './framer.ts';
import { HeldBytes } from './held-bytes.ts';

const PRELUDE = 12;
const CHECKSUM = 4;
const MESSAGE_MIN = PRELUDE + CHECKSUM;
const STRING = 7;
const NO_FRAMES: readonly Frame[] = [];
const NO_BYTES: Uint8Array = new Uint8Array(0);

/** Bytes of one message. AWS allows 24 MiB in theory; a picture in base64 is the largest that a model sends. */
export const MESSAGE_BYTES_MAX = 16 * 1024 * 1024;

/** Bytes behind the type of a header's value; strings and byte arrays say their own length. */
const VALUE_SIZES: readonly (number | 'own')[] = [0, 0, 1, 2, 4, 8, 'own', 'own', 8, 16];

export class AwsEventStreamFramer implements Framer {
  readonly #held = new HeldBytes();
  readonly #text = new TextDecoder();
  readonly #limit: number;
  overflowed = false;
  corrupt = false;

  constructor(limitBytes: number = MESSAGE_BYTES_MAX) {
    this.#limit = limitBytes;
  }

  push(bytes: Uint8Array): readonly Frame[] {
    if (this.overflowed || this.corrupt) return NO_FRAMES;
    if (this.#held.length === 0) {
      const frames: Frame[] = [];
      const read = this.#readAll(bytes, frames);
      if (read < bytes.length) this.#held.append(bytes.subarray(read));
      return this.#given(frames);
    }
    this.#held.append(bytes);
    const frames: Frame[] = [];
    this.#held.drop(this.#readAll(this.#held.view(), frames));
    return this.#given(frames);
  }

  /** A message without its end is not one: its checksum is missing. */
  finish(): readonly Frame[] {
    this.#held.clear();
    return NO_FRAMES;
  }

  /** Never passed through: no client of ours speaks this transport. */
  taken(): Uint8Array {
    return NO_BYTES;
  }

  #given(frames: Frame[]): readonly Frame[] {
    if (this.overflowed || this.corrupt) this.#held.clear();
    return frames;
  }

  /** How many bytes were read. */
  #readAll(bytes: Uint8Array, frames: Frame[]): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    while (bytes.length - at >= PRELUDE) {
      const total = view.getUint32(at);
      const headers = view.getUint32(at + 4);
      const wrong = view.getUint32(at + 8) !== crc32(bytes, at, at + 8);
      if (wrong || total < MESSAGE_MIN || headers > total - MESSAGE_MIN) {
        this.corrupt = true;
        break;
      }
      if (total > this.#limit) {
        this.overflowed = true;
        break;
      }
      if (bytes.length - at < total) break;
      const end = at + total - CHECKSUM;
      const frame =
        view.getUint32(end) === crc32(bytes, at, end) ? this.#frame(bytes, at, headers, end) : undefined;
      if (frame === undefined) {
        this.corrupt = true;
        break;
      }
      frames.push(frame);
      at += total;
    }
    return at;
  }

  /** Undefined when the headers make no sense. */
  #frame(bytes: Uint8Array, at: number, headersLength: number, end: number): Frame | undefined {
    const payload = at + PRELUDE + headersLength;
    const headers = this.#headers(bytes, at + PRELUDE, payload);
    if (headers === undefined) return undefined;
    const data = this.#text.decode(bytes.subarray(payload, end));
    const type = headers.get(':message-type');
    if (type === 'error') return errorFrame(headers);
    if (type === 'exception') return { event: headers.get(':exception-type') ?? '', data, exception: true };
    const event = headers.get(':event-type');
    return event === undefined ? { data } : { event, data };
  }

  #headers(bytes: Uint8Array, from: number, end: number): ReadonlyMap<string, string> | undefined {
    const headers = new Map<string, string>();
    let at = from;
    while (at < end) {
      const name = at + 1;
      const type = name + (bytes[at] as number);
      if (type >= end) return undefined;
      const form = bytes[type] as number;
      const fixed = VALUE_SIZES[form];
      if (fixed === undefined || (fixed === 'own' && type + 2 >= end)) return undefined;
      const value = fixed === 'own' ? type + 3 : type + 1;
      const size = fixed === 'own' ? (bytes[type + 1] as number) * 256 + (bytes[type + 2] as number) : fixed;
      if (value + size > end) return undefined;
      if (form === STRING) {
        const key = this.#text.decode(bytes.subarray(name, type));
        headers.set(key, this.#text.decode(bytes.subarray(value, value + size)));
      }
      at = value + size;
    }
    return headers;
  }
}

/** An error that the service did not model: its words stand in headers, and there is no payload. */
function errorFrame(headers: ReadonlyMap<string, string>): Frame {
  const message = headers.get(':error-message') ?? '';
  return { event: headers.get(':error-code') ?? '', data: JSON.stringify({ message }), exception: true };
}

/** A frame as it stands on the wire; its payload is taken for JSON. */
export function awsEventStreamBytes(frame: Frame): Uint8Array {
  const kind = frame.exception === true ? 'exception' : 'event';
  const headers = [
    ...stringHeader(`:${kind}-type`, frame.event ?? ''),
    ...stringHeader(':content-type', 'application/json'),
    ...stringHeader(':message-type', kind),
  ];
  const payload = toBytes(frame.data);
  const total = MESSAGE_MIN + headers.length + payload.length;
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, total);
  view.setUint32(4, headers.length);
  view.setUint32(8, crc32(bytes, 0, 8));
  bytes.set(headers, PRELUDE);
  bytes.set(payload, PRELUDE + headers.length);
  view.setUint32(total - CHECKSUM, crc32(bytes, 0, total - CHECKSUM));
  return bytes;
}

function stringHeader(name: string, value: string): readonly number[] {
  const key = toBytes(name);
  const text = toBytes(value);
  return [key.length, ...key, STRING, text.length >> 8, text.length & 255, ...text];
}
