// Requests and answers that are not chats. Embeddings and reranking mean the same everywhere; what is relayed has one shape
// that everybody imitates, and nothing here looks into it.

import type { Json, JsonObject } from '#base/json.ts';
import type { AnswerFacts } from './answer.ts';
import type { Asked } from './asked.ts';
import type { Foreign } from './foreign.ts';

export interface EmbeddingRequest extends Asked {
  readonly inputs: readonly EmbeddingInput[];
  /** Numbers in each vector, where the model lets one choose. */
  readonly dimensions?: number;
  /** How the client wants to read the vectors; absent where it did not say. */
  readonly format?: VectorFormat;
  /** What the vectors are for; some models make others for questions than for answers. */
  readonly purpose?: EmbeddingPurpose;
  readonly user?: string;
  readonly extras?: Foreign;
}

/** A text, or what a text is in the numbers of the model's own vocabulary. */
export type EmbeddingInput = string | readonly number[];

export type VectorFormat = 'float' | 'base64';

export type EmbeddingPurpose =
  | 'query'
  | 'document'
  | 'classification'
  | 'clustering'
  | 'similarity'
  | 'question-answering'
  | 'fact-verification'
  | 'code-query';

export interface EmbeddingResponse extends AnswerFacts {
  /** In the order of the inputs. */
  readonly vectors: readonly Vector[];
  readonly extras?: Foreign;
}

/** Little-endian float32 as base64, or numbers: as the provider sent it, so that nothing is made of it and back. */
export type Vector =
  | { readonly form: 'base64'; readonly text: string }
  | { readonly form: 'numbers'; readonly values: readonly number[] };

export interface RerankRequest extends Asked {
  readonly query: string;
  readonly documents: readonly RerankDocument[];
  /** How many of the best are wanted; absent means all. */
  readonly top?: number;
  readonly returnDocuments?: boolean;
  readonly extras?: Foreign;
}

export interface RerankDocument {
  readonly text: string;
  /** As the client wrote it, where it is more than a text. */
  readonly value?: JsonObject;
}

export interface RerankResponse extends AnswerFacts {
  /** Best first. */
  readonly results: readonly RerankResult[];
  readonly extras?: Foreign;
}

export interface RerankResult {
  /** Index into the documents of the request. */
  readonly index: number;
  readonly score: number;
  readonly document?: Json;
}

export interface RelayedRequest extends Asked {
  /** The body, or the small fields of a form. */
  readonly body: JsonObject;
}

export interface RelayedResponse extends AnswerFacts {
  readonly body: Json;
}
