// The bytes of one HTTP/1.1 answer, however the network cuts them: its head, then its body without the marks of chunks.

import { readHead } from './answer-head.ts';
import type { AnswerHead } from './answer-head.ts';

const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');
const HEAD_BYTES_MAX = 1024 * 1024;
/** Of the size of a chunk with its extensions, and of a line of a trailer. */
const LINE_BYTES_MAX = 16 * 1024;
const CHUNK_SIZE = /^([0-9a-fA-F]{1,12})[ \t]*(?:;|$)/;

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
  /** The beginning of a head or a line whose end has not come. */
  #held: Buffer | undefined;

  get over(): boolean {
    return this.#state === 'over';
  }

  /** Bytes of the body are added to `pieces`: parts of `bytes`, not copies. */
  push(bytes: Buffer, pieces: Uint8Array[]): void {
    const all = this.#held === undefined ? bytes : Buffer.concat([this.#held, bytes]);
    this.#held = undefined;
    let at = 0;
    while (at < all.length && !this.malformed) {
      if (this.#state === 'over') {
        this.surplus = true;
        return;
      }
      const next = this.#step(all, at, pieces);
      if (next === undefined) {
        this.#hold(all.subarray(at));
        return;
      }
      at = next;
    }
  }

  /** The connection has ended. True when the answer may end so. */
  close(): boolean {
    if (this.#state === 'until-close') this.#state = 'over';
    return this.over;
  }

  /** Where it goes on; undefined when more bytes are needed for this step. */
  #step(bytes: Buffer, at: number, pieces: Uint8Array[]): number | undefined {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes, at);
      case 'chunk-size':
        return this.#readLine(bytes, at, (line) => this.#openChunk(line));
      case 'chunk-end':
        return this.#readLine(bytes, at, (line) => this.#closeChunk(line));
      case 'trailer':
        return this.#readLine(bytes, at, (line) => {
          if (line === '') this.#state = 'over';
        });
      default:
        return this.#readBody(bytes, at, pieces);
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

  #readBody(bytes: Buffer, at: number, pieces: Uint8Array[]): number {
    const end = this.#state === 'until-close' ? bytes.length : Math.min(bytes.length, at + this.#left);
    pieces.push(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end));
    if (this.#state === 'until-close') return end;
    this.#left -= end - at;
    if (this.#left === 0) this.#state = this.#state === 'chunk' ? 'chunk-end' : 'over';
    return end;
  }

  #readLine(bytes: Buffer, at: number, use: (line: string) => void): number | undefined {
    const end = bytes.indexOf(LINE_END, at);
    if (end === -1) return undefined;
    use(bytes.toString('latin1', at, end));
    return end + LINE_END.length;
  }

  #openChunk(line: string): void {
    const size = CHUNK_SIZE.exec(line)?.[1];
    if (size === undefined) this.malformed = true;
    else {
      this.#left = Number.parseInt(size, 16);
      this.#state = this.#left === 0 ? 'trailer' : 'chunk';
    }
  }

  #closeChunk(line: string): void {
    if (line === '') this.#state = 'chunk-size';
    else this.malformed = true;
  }

  #hold(rest: Buffer): void {
    this.#held = rest;
    if (rest.length > (this.#state === 'head' ? HEAD_BYTES_MAX : LINE_BYTES_MAX)) this.malformed = true;
  }
}
