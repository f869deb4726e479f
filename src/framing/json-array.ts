// A stream that is one JSON array, an element for each message: bytes to frames as the elements become whole. An object
// that stands alone, as an error does, is a frame too. Writing such a stream is frame-writer.ts.

import { joinBytes } from '#base/bytes.ts';
import type { Frame } from '#base/frame.ts';
import { FRAME_BYTES_MAX } from './sse.ts';

const NOTHING: Uint8Array = new Uint8Array(0);
const NO_FRAMES: readonly Frame[] = [];

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

function isSpace(byte: number): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}

export class JsonArrayFramer {
  readonly #text = new TextDecoder();
  readonly #limit: number;
  /** Pieces of the element that has begun and is not whole. */
  #held: Uint8Array[] = [];
  #heldLength = 0;
  #taken = NOTHING;
  /** Whether the root is an array that is open, nothing yet, or over. */
  #root: 'before' | 'array' | 'alone' | 'over' = 'before';
  /** Brackets that are open inside the element; 0 between elements and in an element without brackets. */
  #depth = 0;
  #inElement = false;
  #inString = false;
  #escaped = false;
  /** True once an element outgrew the limit; nothing is read after that. */
  overflowed = false;

  constructor(limitBytes: number = FRAME_BYTES_MAX) {
    this.#limit = limitBytes;
  }

  push(bytes: Uint8Array): readonly Frame[] {
    this.#taken = NOTHING;
    if (this.overflowed || bytes.length === 0) return NO_FRAMES;
    const frames: Frame[] = [];
    let start = 0;
    let end = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at] as number;
      if (!this.#inElement) {
        if (!this.#begins(byte)) continue;
        start = at;
      }
      // A bare number or word ends before what follows it, anything else with its own last byte.
      const ending = this.#step(byte);
      if (ending === 'no') continue;
      const until = ending === 'here' ? at + 1 : at;
      frames.push(this.#frame(bytes.subarray(start, until)));
      end = until;
      start = until;
      if (ending === 'before') this.#between(byte);
    }
    if (this.#inElement) this.#hold(bytes.subarray(start));
    this.#taken = bytes.subarray(0, end);
    return frames.length === 0 ? NO_FRAMES : frames;
  }

  /** The connection ended. An element that is not whole is no frame: half of it is no JSON. */
  finish(): readonly Frame[] {
    const whole = this.#inElement && this.#depth === 0 && !this.#inString && !this.overflowed;
    this.#taken = NOTHING;
    return whole ? [this.#frame(NOTHING)] : NO_FRAMES;
  }

  /** The bytes up to the end of the last element that the last `push` gave. Empty after `finish`. */
  taken(): Uint8Array {
    return this.#taken;
  }

  /** Whether an element begins with this byte, which stands between elements. */
  #begins(byte: number): boolean {
    if (this.#root === 'before' && byte === OPEN_ARRAY) {
      this.#root = 'array';
      return false;
    }
    // The byte order mark that some write, and anything after the array, is no element.
    if (isSpace(byte) || byte === COMMA || byte > 127 || this.#root === 'over') return false;
    if (byte === CLOSE_ARRAY) {
      this.#between(byte);
      return false;
    }
    if (this.#root === 'before') this.#root = 'alone';
    this.#inElement = true;
    return true;
  }

  #between(byte: number): void {
    if (byte === CLOSE_ARRAY && this.#root === 'array') this.#root = 'over';
  }

  /** One byte of an element: whether the element ends with it, before it, or goes on. */
  #step(byte: number): 'no' | 'here' | 'before' {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) {
        this.#inString = false;
        return this.#depth === 0 ? 'here' : 'no';
      }
      return 'no';
    }
    if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.#depth += 1;
    else if (this.#depth === 0)
      return byte === COMMA || byte === CLOSE_ARRAY || isSpace(byte) ? 'before' : 'no';
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      this.#depth -= 1;
      return this.#depth === 0 ? 'here' : 'no';
    }
    return 'no';
  }

  #frame(tail: Uint8Array): Frame {
    const bytes = this.#held.length === 0 ? tail : joinBytes([...this.#held, tail]);
    this.#held = [];
    this.#heldLength = 0;
    this.#inElement = false;
    if (this.#root === 'alone') this.#root = 'over';
    return { data: this.#text.decode(bytes) };
  }

  #hold(bytes: Uint8Array): void {
    this.#heldLength += bytes.length;
    if (this.#heldLength > this.#limit) {
      this.overflowed = true;
      this.#held = [];
      return;
    }
    // A copy: the buffer of the network may be used again.
    this.#held.push(bytes.slice());
  }
}
