// What must hold for every recorded stream, whatever its language: grammar, any byte cut, any truncation.

import { expect } from 'bun:test';

import type { Frame } from '#base/frame.ts';
import { seededDraw } from '#base/random.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { isTerminal } from '#canonical/event.ts';
import { Grammar } from '#canonical/grammar.ts';
import type { StreamDecoder } from '#dialects/dialect.ts';
import type { Framer } from '#framing/framer.ts';

const RUNS = 40;
const CUTS_PER_RUN = 5;
const TRUNCATIONS = 60;

export interface Reading {
  openFramer(): Framer;
  openDecoder(): StreamDecoder;
}

export function decodePieces(pieces: readonly Uint8Array[], reading: Reading): readonly ChatEvent[] {
  const framer = reading.openFramer();
  const decoder = reading.openDecoder();
  const events: ChatEvent[] = [];
  const read = (frames: readonly Frame[]): void => {
    for (const frame of frames) events.push(...decoder.push(frame));
  };
  for (const piece of pieces) read(framer.push(piece));
  read(framer.finish());
  events.push(...decoder.finish());
  return events;
}

export function grammarProblems(events: readonly ChatEvent[]): readonly string[] {
  const grammar = new Grammar();
  const problems = events.map((event) => grammar.check(event)).filter((wrong) => wrong !== undefined);
  return grammar.over ? problems : [...problems, 'no terminal event'];
}

/** The events of the whole stream, after 200 cuts gave the same and every truncation exactly one terminal event. */
export function checkStream(bytes: Uint8Array, reading: Reading, seed: number): readonly ChatEvent[] {
  const whole = decodePieces([bytes], reading);
  expect(grammarProblems(whole)).toEqual([]);
  const draw = seededDraw(seed);
  const position = (): number => Math.floor(draw() * bytes.length);
  for (let run = 0; run < RUNS; run += 1) {
    const events = decodePieces(cutAt(bytes, Array.from({ length: CUTS_PER_RUN }, position)), reading);
    if (!Bun.deepEquals(events, whole)) expect(events).toEqual([...whole]);
  }
  for (let run = 0; run < TRUNCATIONS; run += 1) {
    const events = decodePieces([bytes.subarray(0, position())], reading);
    expect(grammarProblems(events)).toEqual([]);
    expect(events.filter(isTerminal)).toHaveLength(1);
  }
  return whole;
}

function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let start = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    pieces.push(bytes.subarray(start, cut));
    start = cut;
  }
  return [...pieces, bytes.subarray(start)];
}
