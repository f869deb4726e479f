// The journal's directory: numbered segments and the checkpoint, a small file that says how far the database has come.

import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

import { asNumber, asObject, parseJson } from '#base/json.ts';
import type { Position } from './generation-store.ts';
import { readRecord, recordBytes } from './journal-record.ts';
import type { ScannedRecord } from './journal-record.ts';

/** Records name no prompt and no answer, but they are nobody else's business. */
export const PRIVATE_FILE = 0o600;
export const PRIVATE_DIRECTORY = 0o700;

const SEGMENT_NAME = /^(\d{10})\.journal$/;
const CHECKPOINT_NAME = 'checkpoint';
/** Room for two numbers of sixteen digits. */
const CHECKPOINT_CHARACTERS = 60;
/** How much is read at once; a longer record grows the buffer. */
const CHUNK_BYTES = 1024 * 1024;
const LF = 0x0a;

export function segmentPath(directory: string, segment: number): string {
  return join(directory, `${String(segment).padStart(10, '0')}.journal`);
}

/** Bytes of each segment's records by number, oldest first. */
export function listSegments(directory: string): Map<number, number> {
  const numbers = readdirSync(directory).flatMap((name) => {
    const match = SEGMENT_NAME.exec(name);
    return match === null ? [] : [Number(match[1])];
  });
  numbers.sort((a, b) => a - b);
  return new Map(numbers.map((segment) => [segment, recordedBytes(segmentPath(directory, segment))]));
}

/** A process that was killed leaves the room behind its last record: zeros, which no record holds. */
function recordedBytes(path: string): number {
  const file = openSync(path, 'r');
  try {
    const piece = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let end = statSync(path).size; end > 0;) {
      const start = Math.max(0, end - CHUNK_BYTES);
      const count = readSync(file, piece, 0, end - start, start);
      const last = piece.subarray(0, count).findLastIndex((byte) => byte !== 0);
      if (last >= 0) return start + last + 1;
      end = start;
    }
    return 0;
  } finally {
    closeSync(file);
  }
}

/** Undefined when there is none or it is damaged: then everything is read again, which does no harm. */
export function readCheckpoint(directory: string): Position | undefined {
  const path = join(directory, CHECKPOINT_NAME);
  if (!existsSync(path)) return undefined;
  const bytes = readFileSync(path);
  const line = bytes.subarray(0, Math.max(0, bytes.indexOf(LF)));
  const fields = asObject(parseJson(readRecord(line)?.json ?? ''));
  const segment = asNumber(fields?.['segment']);
  const offset = asNumber(fields?.['offset']);
  return segment === undefined || offset === undefined ? undefined : { segment, offset };
}

/** A file to give to `writeCheckpoint`, again and again. */
export function openCheckpoint(directory: string): number {
  return openSync(join(directory, CHECKPOINT_NAME), constants.O_RDWR | constants.O_CREAT, PRIVATE_FILE);
}

/**
 * One line of always the same length in one write over the last one, a microsecond where a new file and a rename take a
 * hundred. A write that went wrong shows in the checksum.
 */
export function writeCheckpoint(file: number, position: Position): void {
  const bytes = recordBytes('C', JSON.stringify(position).padEnd(CHECKPOINT_CHARACTERS));
  if (bytes !== undefined) writeSync(file, bytes, 0, bytes.length, 0);
}

/** A line of a segment, by where it stands. `record` is undefined where the line is damaged. */
export interface ScannedLine {
  readonly start: number;
  readonly end: number;
  readonly record: ScannedRecord | undefined;
}

/**
 * The lines of a file from the byte `from` to the byte `until`; none when somebody took the file away. What follows the last
 * line feed is a damaged line. Throws what the file system throws.
 */
export function* scanSegment(path: string, from: number, until: number): Generator<ScannedLine> {
  if (!existsSync(path)) return;
  const file = openSync(path, 'r');
  try {
    yield* scanFile(file, from, until);
  } finally {
    closeSync(file);
  }
}

function* scanFile(file: number, from: number, until: number): Generator<ScannedLine> {
  let buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let held = 0;
  let start = from;
  while (start + held < until) {
    if (held === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
    const room = Math.min(buffer.length - held, until - start - held);
    const count = readSync(file, buffer, held, room, start + held);
    if (count === 0) break;
    const filled = held + count;
    let taken = 0;
    for (let lf = buffer.indexOf(LF, held); lf !== -1 && lf < filled; lf = buffer.indexOf(LF, taken)) {
      yield { start: start + taken, end: start + lf + 1, record: readRecord(buffer.subarray(taken, lf)) };
      taken = lf + 1;
    }
    buffer.copyWithin(0, taken, filled);
    held = filled - taken;
    start += taken;
  }
  if (held > 0) yield { start, end: start + held, record: undefined };
}
