// What goes over the wire, as a value that is made while it is played: pieces of bytes with their times, and how the
// connection is left. Dialects write scripts, faults rewrite them, the player plays them.

/** What a piece is to a client; faults aim by it. Absent on bytes that belong to HTTP alone. */
export type Role = 'start' | 'content' | 'finish' | 'usage' | 'done' | 'whole' | 'noise';

export interface Piece {
  readonly bytes: string | Uint8Array;
  /** Milliseconds after the piece before it was due; 0 for at once. */
  readonly afterMs: number;
  /** Output tokens in it: what has been sent is billed. */
  readonly tokens: number;
  readonly role?: Role;
  /** Reaches the kernel in a write of its own. Without it, pieces that are due together leave together. */
  readonly alone?: boolean;
}

/**
 * - `keep`: the answer is whole, the connection stays open for the next request
 * - `close`: the answer is whole, the connection is closed
 * - `cut`: closed (FIN) before the answer was whole
 * - `reset`: torn down (RST) before the answer was whole
 * - `stall`: nothing more is sent and the connection is not closed
 */
export type Ending = 'keep' | 'close' | 'cut' | 'reset' | 'stall';

export type Script = Generator<Piece, Ending, void>;

export interface Reply {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Script;
  /** Bytes of the body where they are known beforehand; otherwise it is sent in chunks. */
  readonly length?: number;
  /** Whether prompt and answer cost money: true for generations, false for errors and lists. */
  readonly billed?: boolean;
}

export function* onePiece(bytes: string | Uint8Array, afterMs = 0, tokens = 0): Script {
  yield { bytes, afterMs, tokens, role: 'whole' };
  return 'keep';
}

/** No bytes, only an ending. */
// oxlint-disable-next-line require-yield
export function* nothing(ending: Ending): Script {
  return ending;
}

export function byteLength(bytes: string | Uint8Array): number {
  return typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length;
}

export function bufferOf(bytes: string | Uint8Array): Buffer {
  return typeof bytes === 'string'
    ? Buffer.from(bytes)
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Every piece through `change`, the ending as it was. */
export function* mapPieces(script: Script, change: (piece: Piece) => Piece): Script {
  for (;;) {
    const next = script.next();
    if (next.done === true) return next.value;
    yield change(next.value);
  }
}
