// Server-sent events: bytes to frames and back. The line rules are eventsource-parser's; what is ours is to work on
// whole events only: bytes are held until a blank line ends an event. So text is decoded where no character can be cut,
// and `taken()` gives the very bytes of the frames just read, which a passthrough sends on untouched.

import { createParser } from 'eventsource-parser';

import type { Frame } from '#base/frame.ts';

const LF = 10;
const CR = 13;
const NOTHING: Uint8Array = new Uint8Array(0);
const NO_FRAMES: readonly Frame[] = [];
/** One for all streams: only whole events are decoded, so it remembers nothing from one to the next. */
const TEXT = new TextDecoder();

/** One event may carry a whole picture in base64. Beyond this the stream is given up as runaway. */
export const FRAME_BYTES_MAX = 16 * 1024 * 1024;

export class SseFramer {
  readonly #limit: number;
  #frames: Frame[] = [];
  /** The beginning of an event whose end has not arrived: `#held.subarray(0, #heldLength)`. */
  #held = NOTHING;
  #heldLength = 0;
  #taken = NOTHING;
  /** True once an event outgrew the limit; nothing is read after that. */
  overflowed = false;

  readonly #parser = createParser({
    onEvent: (message) => {
      this.#frames.push(
        message.event === undefined ? { data: message.data } : { event: message.event, data: message.data },
      );
    },
  });

  constructor(limitBytes: number = FRAME_BYTES_MAX) {
    this.#limit = limitBytes;
  }

  push(bytes: Uint8Array): readonly Frame[] {
    this.#taken = NOTHING;
    if (this.overflowed) return NO_FRAMES;
    const whole = this.#takeWholeEvents(bytes);
    if (whole.length === 0) return NO_FRAMES;
    this.#taken = whole;
    return this.#read(TEXT.decode(whole));
  }

  /** The connection ended: an event whose closing blank line never came still counts. */
  finish(): readonly Frame[] {
    const rest = this.#held.subarray(0, this.#heldLength);
    this.#taken = NOTHING;
    this.#heldLength = 0;
    if (rest.length === 0 || this.overflowed) return NO_FRAMES;
    return this.#read(`${TEXT.decode(rest)}\n\n`);
  }

  /** The bytes of the frames that the last `push` gave, comments and all. Empty after `finish`. */
  taken(): Uint8Array {
    return this.#taken;
  }

  #read(text: string): readonly Frame[] {
    this.#parser.feed(text);
    if (this.#frames.length === 0) return NO_FRAMES;
    const frames = this.#frames;
    this.#frames = [];
    return frames;
  }

  #takeWholeEvents(bytes: Uint8Array): Uint8Array {
    if (this.#heldLength === 0) {
      const end = endOfLastEvent(bytes, 0);
      if (end === bytes.length) return bytes;
      this.#hold(bytes.subarray(end));
      return bytes.subarray(0, end);
    }
    // A blank line may straddle the seam, so the search looks at up to three bytes that were held before.
    const from = Math.max(0, this.#heldLength - 3);
    this.#hold(bytes);
    const end = endOfLastEvent(this.#held.subarray(0, this.#heldLength), from);
    if (end === 0) return NOTHING;
    const whole = this.#held.slice(0, end);
    this.#held.copyWithin(0, end, this.#heldLength);
    this.#heldLength -= end;
    return whole;
  }

  #hold(bytes: Uint8Array): void {
    const length = this.#heldLength + bytes.length;
    if (length > this.#limit) {
      this.overflowed = true;
      this.#held = NOTHING;
      this.#heldLength = 0;
      return;
    }
    if (length > this.#held.length) {
      // Doubling, so that a long event in small pieces costs no more than its length.
      const grown = new Uint8Array(Math.max(length, this.#held.length * 2, 1024));
      grown.set(this.#held.subarray(0, this.#heldLength));
      this.#held = grown;
    }
    this.#held.set(bytes, this.#heldLength);
    this.#heldLength = length;
  }
}

/** Index after the last blank line at or after `from`, or 0. Lines end with LF, CR LF or CR, also mixed. */
function endOfLastEvent(bytes: Uint8Array, from: number): number {
  for (let index = bytes.length - 1; index > from; index -= 1) {
    const byte = bytes[index];
    if (byte !== LF && byte !== CR) continue;
    const before = bytes[index - 1];
    if (before !== LF && before !== CR) continue;
    // CR LF is one line end: it closes a blank line only if another line end stands before it.
    if (byte === LF && before === CR) {
      const earlier = index >= 2 ? bytes[index - 2] : undefined;
      if (earlier !== LF && earlier !== CR) continue;
    }
    return index + 1;
  }
  return 0;
}

/** A frame as it stands on the wire. Line breaks in the data become several `data:` lines. */
export function sseText(frame: Frame): string {
  const data = frame.data.includes('\n') ? frame.data.replaceAll('\n', '\ndata: ') : frame.data;
  return frame.event === undefined ? `data: ${data}\n\n` : `event: ${frame.event}\ndata: ${data}\n\n`;
}

/** A keep-alive that every client skips. */
export const SSE_KEEP_ALIVE = ': keep-alive\n\n';
