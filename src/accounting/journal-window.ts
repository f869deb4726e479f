// The part of a segment that is written now, mapped into memory: what is copied there survives the end of the process as a
// write would (the pages are the file's), at a quarter of the cost and without a call into the kernel.

import { writeSync } from 'node:fs';

/** One at a time is in use; the platform unmaps the old ones when it collects them. */
const WINDOW_BYTES = 1024 * 1024;
/** Mappings begin at whole pages, whatever their size here: 64 KB is a multiple of every page size in use. */
const ALIGNMENT = 64 * 1024;

const zeros = new Uint8Array(WINDOW_BYTES);

export class JournalWindow {
  readonly #base: number;
  readonly #bytes: Uint8Array;

  private constructor(base: number, bytes: Uint8Array) {
    this.#base = base;
    this.#bytes = bytes;
  }

  /**
   * A window that holds the byte `offset` of the file, which ends there. The room is first written with zeros: a mapped page
   * that the full disk cannot keep would end the process, where a write that fails is an error. Undefined when there is no
   * room, or no mapping on this platform.
   */
  static open(path: string, file: number, offset: number): JournalWindow | undefined {
    const base = offset - (offset % ALIGNMENT);
    try {
      const wanted = base + WINDOW_BYTES - offset;
      if (writeSync(file, zeros, 0, wanted, offset) < wanted) return undefined;
      return new JournalWindow(base, Bun.mmap(path, { shared: true, offset: base, size: WINDOW_BYTES }));
    } catch {
      return undefined;
    }
  }

  /** False when the bytes do not fit: then nothing was written. */
  write(bytes: Uint8Array, offset: number): boolean {
    const at = offset - this.#base;
    if (at + bytes.length > this.#bytes.length) return false;
    this.#bytes.set(bytes, at);
    return true;
  }
}
