// What the engine knows of any request, whatever it asks for. A chat is one of them.

import type { DialectId } from './foreign.ts';
import type { RoutingWishes } from './request.ts';

export type Operation =
  | 'chat'
  | 'embeddings'
  | 'rerank'
  | 'moderations'
  | 'images'
  | 'image-edits'
  | 'image-variations'
  | 'speech'
  | 'transcriptions'
  | 'translations';

export interface Asked {
  readonly model: string;
  readonly stream: boolean;
  readonly routing?: RoutingWishes;
  /** The only languages that can say what is asked for; absent: all that serve the operation. */
  readonly only?: readonly DialectId[];
}
