// What every transport of streams can do for a reader. Synchronous; bounded; after it is broken it reads nothing more.

import type { Frame } from '#base/frame.ts';

export interface Framer {
  /** The frames that are whole now. Where bytes are cut makes no difference to the frames. */
  push(bytes: Uint8Array): readonly Frame[];
  /** The connection ended: what may count although its end never came. */
  finish(): readonly Frame[];
  /** The bytes of the frames that the last `push` gave; empty where a transport is never passed through. */
  taken(): Uint8Array;
  /** One message outgrew the limit. */
  readonly overflowed: boolean;
  /** A checksum or a length was wrong: nothing behind it can be trusted. */
  readonly corrupt?: boolean;
}
