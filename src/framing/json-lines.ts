// JSON lines: one JSON value on each line. Some providers of older languages stream so.

import type { Frame } from '#base/frame.ts';
import type { Framer } from './framer.ts';
import { HeldBytes } from './held-bytes.ts';
import { FRAME_BYTES_MAX } from './sse.ts';

const LF = 10;
const NO_FRAMES: readonly Frame[] = [];
const NO_BYTES: Uint8Array = new Uint8Array(0);

export class JsonLinesFramer implements Framer {
  readonly #held = new HeldBytes();
  readonly #text = new TextDecoder();
  readonly #limit: number;
  overflowed = false;

  constructor(limitBytes: number = FRAME_BYTES_MAX) {
    this.#limit = limitBytes;
  }

  push(bytes: Uint8Array): readonly Frame[] {
    if (this.overflowed) return NO_FRAMES;
    const end = bytes.lastIndexOf(LF) + 1;
    if (end === 0) return this.#hold(bytes, NO_FRAMES);
    let whole = bytes.subarray(0, end);
    if (this.#held.length > 0) {
      this.#held.append(whole);
      whole = this.#held.view();
    }
    const frames = this.#lines(whole);
    this.#held.drop(this.#held.length);
    return this.#hold(bytes.subarray(end), frames);
  }

  /** The last line may lack its end. */
  finish(): readonly Frame[] {
    const frames = this.#lines(this.#held.view());
    this.#held.clear();
    return frames;
  }

  /** Never passed through: no client of ours speaks this transport. */
  taken(): Uint8Array {
    return NO_BYTES;
  }

  #hold(rest: Uint8Array, frames: readonly Frame[]): readonly Frame[] {
    if (this.#held.length + rest.length > this.#limit) {
      this.overflowed = true;
      this.#held.clear();
    } else if (rest.length > 0) this.#held.append(rest);
    return frames;
  }

  #lines(bytes: Uint8Array): readonly Frame[] {
    const lines = this.#text.decode(bytes).split('\n');
    return lines.flatMap((line) => (line.trim() === '' ? [] : [{ data: line.trim() }]));
  }
}

/** A frame as it stands on the wire. JSON holds no bare line break. */
export function jsonLineText(frame: Frame): string {
  return `${frame.data}\n`;
}
