// Reads one HTTP/1.1 answer from raw bytes at the least cost: status, length of the body, SSE events in it and how it
// ends. Just enough of the protocol to know that an answer is whole; content is checked by the probe (probe.ts).

const CR_LF_CR_LF = Buffer.from('\r\n\r\n');
const LINE_FEED = 10;
export const TERMINAL_EVENT = 'data: [DONE]\n\n';

type Phase = 'head' | 'length' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailer' | 'done';

export class AnswerReader {
  status = 0;
  bodyBytes = 0;
  /** Line feeds in the body: an SSE event has two, and JSON on one line none. */
  lineFeeds = 0;
  /** The last bytes of the body, as long as the terminal event. */
  tail = '';
  #phase: Phase = 'head';
  /** Bytes still to come of the body or of the chunk. */
  #left = 0;
  /** Head or chunk-size line that has not arrived whole. */
  #partial: Buffer | undefined;

  get done(): boolean {
    return this.#phase === 'done';
  }

  get events(): number {
    return this.lineFeeds >> 1;
  }

  reset(): void {
    this.status = 0;
    this.bodyBytes = 0;
    this.lineFeeds = 0;
    this.tail = '';
    this.#phase = 'head';
  }

  /** Throws when the bytes are not an answer with a length or in chunks. */
  push(arrived: Buffer): void {
    const bytes = this.#partial ? Buffer.concat([this.#partial, arrived]) : arrived;
    this.#partial = undefined;
    let at = 0;
    while (at < bytes.length && this.#phase !== 'done') {
      const next = this.#step(bytes, at);
      if (next < 0) {
        this.#partial = bytes.subarray(at);
        return;
      }
      at = next;
    }
    if (at < bytes.length) throw new Error('bytes after the end of the answer');
  }

  /** Reads on from `at`; returns where it stopped, or -1 when more bytes are needed. */
  #step(bytes: Buffer, at: number): number {
    switch (this.#phase) {
      case 'head':
        return this.#head(bytes, at);
      case 'length':
      case 'chunk-data':
        return this.#body(bytes, at);
      case 'chunk-size':
        return this.#chunkSize(bytes, at);
      case 'chunk-end':
        return this.#line(bytes, at, 'chunk-size');
      default:
        return this.#line(bytes, at, 'done');
    }
  }

  #head(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(CR_LF_CR_LF, at);
    if (end < 0) return -1;
    const head = bytes.toString('latin1', at, end);
    this.status = Number(head.slice(9, 12));
    const length = /content-length: *(\d+)/i.exec(head)?.[1];
    if (length !== undefined) {
      this.#left = Number(length);
      this.#phase = this.#left === 0 ? 'done' : 'length';
    } else if (/transfer-encoding: *chunked/i.test(head)) {
      this.#phase = 'chunk-size';
    } else {
      throw new Error(`an answer without length: ${head}`);
    }
    return end + CR_LF_CR_LF.length;
  }

  #chunkSize(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(LINE_FEED, at);
    if (end < 0) return -1;
    this.#left = Number.parseInt(bytes.toString('latin1', at, end), 16);
    if (Number.isNaN(this.#left)) throw new Error('a chunk without size');
    this.#phase = this.#left === 0 ? 'trailer' : 'chunk-data';
    return end + 1;
  }

  #line(bytes: Buffer, at: number, next: Phase): number {
    const end = bytes.indexOf(LINE_FEED, at);
    if (end < 0) return -1;
    this.#phase = next;
    return end + 1;
  }

  #body(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left);
    this.bodyBytes += end - at;
    this.#left -= end - at;
    for (let found = bytes.indexOf(LINE_FEED, at); found >= 0 && found < end;) {
      this.lineFeeds += 1;
      found = bytes.indexOf(LINE_FEED, found + 1);
    }
    const kept = bytes.toString('latin1', Math.max(at, end - TERMINAL_EVENT.length), end);
    this.tail =
      kept.length === TERMINAL_EVENT.length ? kept : (this.tail + kept).slice(-TERMINAL_EVENT.length);
    if (this.#left === 0) this.#phase = this.#phase === 'length' ? 'done' : 'chunk-end';
    return end;
  }
}
