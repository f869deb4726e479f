// An answer that is being told: of one target, or put together of several. What a reader may do with it.

import type { Batch } from '#canonical/answer.ts';
import type { Failure } from '#canonical/failure.ts';

export interface RunningAnswer {
  /** The terminal event has been given out or is held. */
  readonly over: boolean;
  /** How it ended, once it is over; undefined when it ended well. */
  readonly failure: Failure | undefined;
  /** What was kept before the commit, once: the first things to show. */
  held(): readonly Batch[];
  /** Waits for the network. Give the result to `take`. Never rejects. */
  read(): Promise<Uint8Array | undefined>;
  /** What came, checked. */
  take(bytes: Uint8Array | undefined): Batch;
  /** The client has left: closes the connection to the provider and settles on what was seen. */
  abandon(): void;
  /** What came cannot be told to the client: the answer ends here, whatever it would have been. */
  breakDown(broken: Failure): void;
}
