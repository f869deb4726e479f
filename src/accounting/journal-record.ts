// One line of the journal: `<crc32, 8 hex digits> <letter> <json>\n`. The checksum covers all between its space and the
// line feed. I is an intent, S a settled generation, C the checkpoint in its own file.

import { crc32 } from 'node:zlib';

export type RecordKind = 'I' | 'S' | 'C';

export interface ScannedRecord {
  readonly kind: RecordKind;
  readonly json: string;
}

/** Beyond this a record is refused: one generation is a few kilobytes. */
export const RECORD_CHARACTERS_MAX = 8 * 1024 * 1024;

const CRC_DIGITS = 8;
/** The kind's letter stands after the checksum and a space. */
export const KIND_AT = CRC_DIGITS + 1;
const JSON_AT = KIND_AT + 2;
const SPACE = 0x20;
const LF = 0x0a;
const HEX_DIGITS = Buffer.from('0123456789abcdef');
const LETTERS: Readonly<Record<RecordKind, number>> = { I: 0x49, S: 0x53, C: 0x43 };

const KINDS = new Map<number, RecordKind>([
  [LETTERS.I, 'I'],
  [LETTERS.S, 'S'],
  [LETTERS.C, 'C'],
]);

/** Most records fit, so that writing one allocates nothing that lasts. */
const SCRATCH_BYTES = 64 * 1024;
/** UTF-8 takes at most three bytes for a UTF-16 unit. */
const BYTES_PER_UNIT_MAX = 3;

const scratch = Buffer.alloc(SCRATCH_BYTES);

/** The line as bytes, good until the next call. `json` holds no line feed; undefined when it is too long. */
export function recordBytes(kind: RecordKind, json: string): Uint8Array | undefined {
  if (json.length > RECORD_CHARACTERS_MAX) return undefined;
  const room = JSON_AT + json.length * BYTES_PER_UNIT_MAX + 1;
  const bytes = room <= SCRATCH_BYTES ? scratch : Buffer.allocUnsafe(room);
  bytes[CRC_DIGITS] = SPACE;
  bytes[KIND_AT] = LETTERS[kind];
  bytes[KIND_AT + 1] = SPACE;
  const end = JSON_AT + bytes.write(json, JSON_AT, 'utf8');
  writeChecksum(bytes, crc32(bytes.subarray(KIND_AT, end)));
  bytes[end] = LF;
  return bytes.subarray(0, end + 1);
}

/** A line without its line feed; undefined when it is not a whole, true record. */
export function readRecord(line: Buffer): ScannedRecord | undefined {
  if (line.length < JSON_AT || line[CRC_DIGITS] !== SPACE || line[KIND_AT + 1] !== SPACE) return undefined;
  const checksum = crc32(line.subarray(KIND_AT)).toString(16).padStart(CRC_DIGITS, '0');
  if (checksum !== line.toString('latin1', 0, CRC_DIGITS)) return undefined;
  const kind = KINDS.get(line[KIND_AT] ?? 0);
  return kind === undefined ? undefined : { kind, json: line.toString('utf8', JSON_AT) };
}

/** Digit by digit: a string for it would cost as much as the checksum. */
function writeChecksum(bytes: Uint8Array, checksum: number): void {
  for (let digit = 0; digit < CRC_DIGITS; digit += 1) {
    bytes[digit] = HEX_DIGITS[(checksum >>> (28 - 4 * digit)) & 0xf] ?? 0;
  }
}
