// Frames of a streamed answer to bytes for a client. What every layout shares: a media type, a text for each frame, and
// a text after the last.

import type { Frame, StreamFraming } from '#base/frame.ts';
import { sseText } from './sse.ts';

export interface FrameWriter {
  readonly contentType: string;
  write(frame: Frame): string;
  /** What closes the stream. Once, after the last frame. */
  end(): string;
}

/** Holds nothing, so that all streams share it. */
const SSE: FrameWriter = {
  contentType: 'text/event-stream; charset=utf-8',
  write: sseText,
  end: () => '',
};

/** One JSON array, an element for each frame: readable as a whole, and piece by piece. */
class JsonArrayWriter implements FrameWriter {
  readonly contentType = 'application/json; charset=utf-8';
  #opened = false;

  write(frame: Frame): string {
    const before = this.#opened ? ',\n' : '[';
    this.#opened = true;
    return before + frame.data;
  }

  end(): string {
    return this.#opened ? ']' : '[]';
  }
}

/** Clients are written to in these two only; the others are spoken by providers. */
export function openFrameWriter(framing: StreamFraming): FrameWriter {
  return framing === 'json-array' ? new JsonArrayWriter() : SSE;
}
