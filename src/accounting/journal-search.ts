// Finds one settled row in the files of the journal, for the time when the database is away for longer than memory
// reaches. It reads in pieces and gives way between them; one search runs at a time, and few wait, since each may read
// gigabytes.

import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

import { KIND_AT, readRecord } from './journal-record.ts';

/** A part of a file. */
export interface Stretch {
  readonly path: string;
  /** Bytes; the beginning of a line. */
  readonly from: number;
  readonly until: number;
}

const WAITING_MAX = 16;
const CHUNK_BYTES = 1024 * 1024;
const LF = 0x0a;
/** What ids are made of (base/ids.ts); anything else is nobody's. */
const ID = /^[\w-]{1,64}$/;

export class JournalSearch {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** The record as JSON. Undefined also when too many wait already. `stretches` is asked when its turn has come. */
  async find(id: string, stretches: () => Iterable<Stretch>): Promise<string | undefined> {
    if (!ID.test(id) || this.#waiting >= WAITING_MAX) return undefined;
    this.#waiting += 1;
    const search = this.#last.then(() => searchAll(id, stretches()));
    this.#last = search.catch(() => undefined);
    return search.finally(() => (this.#waiting -= 1));
  }
}

async function searchAll(id: string, stretches: Iterable<Stretch>): Promise<string | undefined> {
  // Generations begin with their id, and a quote in a text has a backslash before it: it stands nowhere else.
  const wanted = Buffer.from(`S {"id":"${id}"`);
  for (const { path, from, until } of stretches) {
    const file = await openToRead(path);
    if (file === undefined) continue;
    try {
      const found = await searchFile(file, wanted, from, until);
      if (found !== undefined) return found;
    } finally {
      await file.close();
    }
  }
  return undefined;
}

/** Undefined when the file is gone: the database has taken its rows meanwhile. */
async function openToRead(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch {
    return undefined;
  }
}

async function searchFile(
  file: FileHandle,
  wanted: Buffer,
  from: number,
  until: number,
): Promise<string | undefined> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let at = from;
  while (at < until) {
    const { bytesRead } = await file.read(chunk, 0, Math.min(CHUNK_BYTES, until - at), at);
    const found = chunk.subarray(0, bytesRead).indexOf(wanted);
    if (at + found >= KIND_AT && found >= 0) {
      const record = await readLine(file, at + found - KIND_AT, until);
      if (record !== undefined) return record;
    }
    // What is looked for may lie across two chunks.
    const step = found >= 0 ? found + wanted.length : bytesRead - wanted.length + 1;
    if (step <= 0) return undefined;
    at += step;
  }
  return undefined;
}

/** Undefined where the line is damaged. */
async function readLine(file: FileHandle, from: number, until: number): Promise<string | undefined> {
  let size = 16_384;
  for (;;) {
    const wanted = Math.min(size, until - from);
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(wanted), 0, wanted, from);
    const end = buffer.subarray(0, bytesRead).indexOf(LF);
    if (end >= 0) return readRecord(buffer.subarray(0, end))?.json;
    if (bytesRead < size) return undefined;
    size *= 2;
  }
}
