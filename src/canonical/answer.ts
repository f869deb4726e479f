// What one call of one target gives: a whole answer, or a stream that has begun. upstream/ makes them, execution/ judges
// them; neither knows the other, so the words they share stand here.

import type { ChatEvent } from './event.ts';
import type { Failure } from './failure.ts';
import type { Loss } from './loss.ts';
import type { ChatResponse } from './response.ts';

/** What is known of a call whatever came of it. */
export interface CallFacts {
  /** Id of the credential that was used. */
  readonly credential?: string;
  /** HTTP status of the provider's answer. */
  readonly status?: number;
}

export interface CallFailed extends CallFacts {
  readonly failure: Failure;
}

export type Answer = WholeAnswer | StreamAnswer;

export interface WholeAnswer extends CallFacts {
  readonly kind: 'whole';
  readonly response: ChatResponse;
  /** The provider's own text, when it may go to the client as it is. */
  readonly relay?: string;
  readonly losses: readonly Loss[];
}

export interface StreamAnswer extends CallFacts {
  readonly kind: 'stream';
  readonly stream: AnswerStream;
  readonly losses: readonly Loss[];
}

export interface AnswerStream {
  /** The next bytes from the network; undefined when the connection ended, cleanly or not. Never rejects. */
  read(): Promise<Uint8Array | undefined>;
  /** What those bytes mean; for undefined, what the end means. Synchronous. After a terminal event nothing more comes. */
  decode(bytes: Uint8Array | undefined): Batch;
}

export interface Batch {
  readonly events: readonly ChatEvent[];
  /** The bytes of whole frames that may go to the client as they are; absent when nothing is passed through. */
  readonly relay?: Uint8Array;
}
