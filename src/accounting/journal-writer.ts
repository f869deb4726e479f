// The end of the journal that is written: one segment is open at a time, and a record is one copy into its mapped window,
// or one write where nothing can be mapped. A record that went in half is cut off again before the next one.

import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  unlinkSync,
  writeSync,
} from 'node:fs';

import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { Position } from './generation-store.ts';
import { PRIVATE_FILE, segmentPath } from './journal-directory.ts';
import { recordBytes } from './journal-record.ts';
import type { RecordKind } from './journal-record.ts';
import { JournalWindow } from './journal-window.ts';

/**
 * `process`: what was written survives the end of the process, also by SIGKILL, but not of the machine. `power`: it is
 * also brought to the disk in the background as fast as the disk takes it, records in groups; a power cut loses the last
 * moments (usually some milliseconds), never more than what was written since the last flush.
 */
export type Durability = 'process' | 'power';

export interface WriterOptions {
  readonly directory: string;
  readonly durability: Durability;
  /** A segment that has reached this many bytes is closed. */
  readonly segmentBytes: number;
  /** The number of the first segment to write. */
  readonly segment: number;
  /** Intents that each new segment begins with, so that it stands without those before it. */
  readonly carry: () => Iterable<string>;
  /** Told of each segment that is full, with its bytes. */
  readonly full: (segment: number, bytes: number) => void;
}

const TOO_LONG = 'the record is too long for the journal';

interface OpenSegment {
  readonly number: number;
  readonly path: string;
  readonly file: number;
  /** Where the records end. The file may go on, with zeros: room for more. */
  offset: number;
  /** Undefined before the first record, and `none` where the segment cannot be mapped. */
  window: JournalWindow | 'none' | undefined;
  /** Half a record may stand behind `offset`. */
  torn: boolean;
  /** The disk failed to take it: nothing more is written here. */
  spoilt: boolean;
}

export class JournalWriter {
  readonly #options: WriterOptions;
  #open: OpenSegment | undefined;
  /** The number of the next segment. */
  #next: number;
  #flushing = false;
  #unflushed = false;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#next = options.segment;
  }

  /** Where the next record goes. */
  get end(): Position {
    const open = this.#open;
    return open === undefined
      ? { segment: this.#next, offset: 0 }
      : { segment: open.number, offset: open.offset };
  }

  /** Gives the position where the record begins; `end` is where it ends. */
  append(kind: RecordKind, json: string): Result<Position, string> {
    const ready = this.#ready();
    if (!ready.ok) return ready;
    // Only now: a new segment begins with records of its own, made in the same scratch.
    const bytes = recordBytes(kind, json.includes('\n') ? json.replaceAll('\n', ' ') : json);
    if (bytes === undefined) return err(TOO_LONG);
    const open = ready.value;
    const start = { segment: open.number, offset: open.offset };
    try {
      writeWhole(open, bytes);
    } catch (error) {
      return err(explain(error));
    }
    if (this.#options.durability === 'power') this.#flush(open);
    return ok(start);
  }

  /** Brings all to the disk in `power` mode, then closes. */
  close(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    this.#next = open.number + 1;
    try {
      ftruncateSync(open.file, open.offset);
      if (this.#options.durability === 'power') fdatasyncSync(open.file);
    } finally {
      closeSync(open.file);
    }
  }

  /** Opens the first segment, so that a directory that cannot be written is known at once. */
  prepare(): Result<void, string> {
    const ready = this.#ready();
    return ready.ok ? ok(undefined) : ready;
  }

  #ready(): Result<OpenSegment, string> {
    const open = this.#open;
    if (open === undefined || open.spoilt || open.offset >= this.#options.segmentBytes) return this.#rotate();
    if (!open.torn) return ok(open);
    try {
      // What is mapped beyond the end of a file must not be touched any more.
      open.window = undefined;
      ftruncateSync(open.file, open.offset);
      open.torn = false;
      return ok(open);
    } catch {
      // The half record stays behind; recovery knows it by its checksum.
      return this.#rotate();
    }
  }

  /** A number is used once, also when it failed: whatever a failure left behind is never written over. */
  #rotate(): Result<OpenSegment, string> {
    const { directory, durability, carry } = this.#options;
    const number = this.#next++;
    let file: number | undefined;
    try {
      const path = segmentPath(directory, number);
      file = openSync(path, 'wx+', PRIVATE_FILE);
      const fresh: OpenSegment = {
        number,
        path,
        file,
        offset: 0,
        window: undefined,
        torn: false,
        spoilt: false,
      };
      for (const json of carry()) writeWhole(fresh, recordBytes('I', json));
      if (durability === 'power') syncDirectory(directory);
      this.#retire();
      this.#open = fresh;
      return ok(fresh);
    } catch (error) {
      if (file !== undefined) discard(file, segmentPath(directory, number));
      return err(explain(error));
    }
  }

  #retire(): void {
    const old = this.#open;
    if (old === undefined) return;
    this.#options.full(old.number, old.offset);
    ftruncateSync(old.file, old.offset);
    if (this.#options.durability === 'process') closeSync(old.file);
    else fdatasync(old.file, () => closeSync(old.file));
  }

  /** One flush at a time; records that come meanwhile share the next. */
  #flush(open: OpenSegment): void {
    this.#unflushed = true;
    if (this.#flushing) return;
    this.#flushing = true;
    this.#unflushed = false;
    fdatasync(open.file, (error) => {
      this.#flushing = false;
      // The kernel forgets what it could not write, so this file is not trusted with more.
      if (error !== null) open.spoilt = true;
      if (this.#unflushed && this.#open !== undefined) this.#flush(this.#open);
    });
  }
}

function writeWhole(open: OpenSegment, bytes: Uint8Array | undefined): void {
  if (bytes === undefined) return;
  if (!writeMapped(open, bytes)) writeByCall(open, bytes);
  open.offset += bytes.length;
}

function writeMapped(open: OpenSegment, bytes: Uint8Array): boolean {
  if (open.window === 'none') return false;
  if (open.window?.write(bytes, open.offset) === true) return true;
  open.window = JournalWindow.open(open.path, open.file, open.offset) ?? 'none';
  return open.window !== 'none' && open.window.write(bytes, open.offset);
}

/** Where nothing is mapped, and for records longer than a window. */
function writeByCall(open: OpenSegment, bytes: Uint8Array): void {
  // Set before and cleared after: whatever happens in between leaves a mark.
  open.torn = true;
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(open.file, bytes, written, bytes.length - written, open.offset + written);
  }
  open.torn = false;
}

function discard(file: number, path: string): void {
  closeSync(file);
  try {
    unlinkSync(path);
  } catch {
    // An empty or half-written segment holds nothing that is not elsewhere.
  }
}

function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function explain(error: unknown): string {
  return `the journal cannot be written: ${error instanceof Error ? error.message : String(error)}`;
}
