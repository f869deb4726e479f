// An answer of a provider whose head is there: whatever carries it, this is what is read of it.

import type { Failure } from '#canonical/failure.ts';

export interface HttpAnswer extends ByteSource {
  readonly status: number;
  /** `name` in lower case. Several of one name are joined by commas. */
  readonly header: (name: string) => string | undefined;
  /** The rest of the body, when all of it has come: nobody has to wait for it. Undefined else. */
  takeWhole(): Uint8Array | undefined;
}

export interface ByteSource {
  /** What has come since; undefined at the end. Never rejects. One at a time. */
  read(): Promise<Uint8Array | undefined>;
  /** Why the end is none; undefined when everything came. Known once `read` has given the end. */
  readonly broken: Failure | undefined;
  /** Everything has come that will; some of it may wait to be read. */
  readonly ended: boolean;
  /** Nobody will read on: the connection is closed, unless everything has come. */
  cancel(): void;
}
