// How recorded streams are read in the suites of every dialect: by a framer and a decoder, whole, in pieces, cut off.

import type { Frame } from '#base/frame.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { Grammar } from '#canonical/grammar.ts';
import type { StreamDecoder } from '#dialects/dialect.ts';
import { SseFramer } from '#framing/sse.ts';
import { sseBytes } from './fixtures.ts';
import type { Recording } from './fixtures.ts';

/** Server-sent events in pieces, as the network might bring them. */
export function readPieces(pieces: readonly Uint8Array[], decoder: StreamDecoder): readonly ChatEvent[] {
  const framer = new SseFramer();
  const events = pieces.flatMap((piece) => framer.push(piece).flatMap((frame) => decoder.push(frame)));
  return [...events, ...framer.finish().flatMap((frame) => decoder.push(frame)), ...decoder.finish()];
}

export function readFrames(frames: readonly Frame[], decoder: StreamDecoder): readonly ChatEvent[] {
  return [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.finish()];
}

export function framesOf({ response }: Recording): readonly Frame[] {
  const framer = new SseFramer();
  return [...framer.push(sseBytes(response)), ...framer.finish()];
}

/** What breaks the grammar, and whether a terminal event is missing. */
export function grammarProblems(events: readonly ChatEvent[]): readonly string[] {
  const grammar = new Grammar();
  const problems = events.map((event) => grammar.check(event)).filter((wrong) => wrong !== undefined);
  return grammar.over ? problems : [...problems, 'no terminal event'];
}

export function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let start = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    pieces.push(bytes.subarray(start, cut));
    start = cut;
  }
  return [...pieces, bytes.subarray(start)];
}
