// The bytes of one HTTP/1.1 answer, however the network cuts them: its head, then its body without the marks of chunks.

import { readHead } from './answer-head.ts';
import type { AnswerHead } from './answer-head.ts';

const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');
const HEAD_BYTES_MAX = 1024 * 1024;
/** Of the size of a chunk with its extensions, and of a line of a trailer. */
const LINE_BYTES_MAX = 16 * 1024;
const CHUNK_DIGITS_MAX = 12;
const CR = 0x0d;
const LF = 0x0a;

type State = 'head' | 'sized' | 'until-close' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer' | 'over';

export class AnswerParser {
  head: AnswerHead | undefined;
  /** This is no HTTP: nothing more is read. */
  malformed = false;
  /** Bytes followed that belong to no answer. */
  surplus = false;
  #state: State = 'head';
  /** Bytes of the body or of the chunk that are still to come. */
  #left = 0;
  /** Of the bytes that are read now: where those of the body are. */
  #bodyAt = 0;
  #bodyEnd = 0;
  /** The beginning of a head or a line whose end has not come. */
  #held: Buffer | undefined;

  get over(): boolean {
    return this.#state === 'over';
  }

  /**
   * What `bytes` hold of the body; undefined when that is nothing. It is a part of `bytes`: where there are several chunks they
   * are moved together in place, so that a reader gets one piece.
   */
  push(bytes: Buffer): Buffer | undefined {
    const all = this.#held === undefined ? bytes : Buffer.concat([this.#held, bytes]);
    this.#held = undefined;
    this.#bodyAt = 0;
    this.#bodyEnd = 0;
    let at = 0;
    while (at < all.length && !this.malformed) {
      if (this.#state === 'over') {
        this.surplus = true;
        break;
      }
      const next = this.#step(all, at);
      if (next === undefined) {
        this.#hold(all.subarray(at));
        break;
      }
      at = next;
    }
    if (this.#bodyAt === this.#bodyEnd) return undefined;
    return this.#bodyEnd - this.#bodyAt === all.length ? all : all.subarray(this.#bodyAt, this.#bodyEnd);
  }

  /** The connection has ended. True when the answer may end so. */
  close(): boolean {
    if (this.#state === 'until-close') this.#state = 'over';
    return this.over;
  }

  /** Where it goes on; undefined when more bytes are needed for this step. */
  #step(bytes: Buffer, at: number): number | undefined {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes, at);
      case 'chunk-size':
        return this.#readChunkSize(bytes, at);
      case 'chunk-end':
        return this.#readChunkEnd(bytes, at);
      case 'trailer':
        return this.#readTrailer(bytes, at);
      default:
        return this.#readBody(bytes, at);
    }
  }

  #readHead(bytes: Buffer, at: number): number | undefined {
    const end = bytes.indexOf(HEAD_END, at);
    if (end === -1) return undefined;
    const head = readHead(bytes.toString('latin1', at, end));
    if (head === undefined || end - at > HEAD_BYTES_MAX || head.status === 101) this.malformed = true;
    // An answer before the answer, such as 103: the real one follows.
    else if (head.status >= 200) this.#begin(head);
    return end + HEAD_END.length;
  }

  #begin(head: AnswerHead): void {
    this.head = head;
    if (head.body === 'chunked') this.#state = 'chunk-size';
    else if (head.body === 'until-close') this.#state = 'until-close';
    else {
      this.#left = head.body;
      this.#state = head.body === 0 ? 'over' : 'sized';
    }
  }

  #readBody(bytes: Buffer, at: number): number {
    const end = this.#state === 'until-close' ? bytes.length : Math.min(bytes.length, at + this.#left);
    if (this.#bodyAt === this.#bodyEnd) {
      this.#bodyAt = at;
      this.#bodyEnd = end;
    } else {
      bytes.copyWithin(this.#bodyEnd, at, end);
      this.#bodyEnd += end - at;
    }
    if (this.#state === 'until-close') return end;
    this.#left -= end - at;
    if (this.#left === 0) this.#state = this.#state === 'chunk' ? 'chunk-end' : 'over';
    return end;
  }

  /** Digit by digit: making a text of it for each chunk would cost more than the chunk. */
  #readChunkSize(bytes: Buffer, at: number): number | undefined {
    let size = 0;
    let next = at;
    for (; next < bytes.length; next += 1) {
      const digit = hexDigit(bytes[next] ?? 0);
      if (digit < 0) break;
      size = size * 16 + digit;
    }
    const digits = next - at;
    if (digits > CHUNK_DIGITS_MAX || (digits === 0 && next < bytes.length)) this.malformed = true;
    // Extensions mean nothing to us.
    const end = bytes.indexOf(LINE_END, next);
    if (end === -1) return undefined;
    if (end > next && !/^[ \t]*(?:;|$)/.test(bytes.toString('latin1', next, end))) this.malformed = true;
    this.#left = size;
    this.#state = size === 0 ? 'trailer' : 'chunk';
    return end + LINE_END.length;
  }

  #readChunkEnd(bytes: Buffer, at: number): number | undefined {
    if (at + 1 >= bytes.length && bytes[at] === CR) return undefined;
    if (bytes[at] !== CR || bytes[at + 1] !== LF) this.malformed = true;
    this.#state = 'chunk-size';
    return at + LINE_END.length;
  }

  #readTrailer(bytes: Buffer, at: number): number | undefined {
    const end = bytes.indexOf(LINE_END, at);
    if (end === -1) return undefined;
    if (end === at) this.#state = 'over';
    return end + LINE_END.length;
  }

  #hold(rest: Buffer): void {
    this.#held = rest;
    if (rest.length > (this.#state === 'head' ? HEAD_BYTES_MAX : LINE_BYTES_MAX)) this.malformed = true;
  }
}

/** -1 when it is none. */
function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
