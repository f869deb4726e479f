// What one call of one target gives: a whole answer, or a stream that has begun. upstream/ makes them, execution/ judges
// them; neither knows the other, so the words they share stand here.

import type { Foreign } from './foreign.ts';
import type { ChatEvent } from './event.ts';
import type { Failure } from './failure.ts';
import type { Loss } from './loss.ts';
import type { Choice } from './response.ts';
import type { Usage } from './usage.ts';

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
  readonly response: AnswerFacts;
  /** The provider's own text or bytes, when they may go to the client as they are. */
  readonly relay?: string | Uint8Array<ArrayBuffer>;
  /** The content type of the bytes; absent for JSON. */
  readonly type?: string;
  readonly losses: readonly Loss[];
}

/** What the engine knows of an answer in one piece, whatever was asked for. A chat's answer is one of them. */
export interface AnswerFacts {
  /** The provider's id for the answer; empty where it has none. */
  readonly id: string;
  /** The model that answered, as the provider names it; empty where it does not. */
  readonly model: string;
  readonly usage?: Usage;
  readonly losses: readonly Loss[];
  /** Of a chat. */
  readonly choices?: readonly Choice[];
  /** What only the answer's own language knows. */
  readonly extras?: Foreign;
}

export interface StreamAnswer extends CallFacts {
  readonly kind: 'stream';
  readonly stream: AnswerStream;
  /** The content type of a stream of bytes, which are relayed whatever they are; absent for events. */
  readonly type?: string;
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
  /**
   * Everything that was said before, where an answer goes on at another target: an encoder that has not seen it, because the
   * bytes went through, must take it in without telling it.
   */
  readonly replay?: readonly ChatEvent[];
}
