// The pieces that messages and answers are made of. The order of parts is meaning.

import type { Json } from '#base/json.ts';
import type { Foreign, Opaque } from '#canonical/foreign.ts';

export type Part =
  | TextPart
  | RefusalPart
  | ReasoningPart
  | ToolCallPart
  | ToolResultPart
  | MediaPart
  | ForeignPart;

export interface TextPart {
  readonly kind: 'text';
  readonly text: string;
  /** Citations and links, in the issuer's own shape. */
  readonly annotations?: readonly Json[];
  readonly cache?: CacheMark;
  readonly extras?: Foreign;
}

export interface RefusalPart {
  readonly kind: 'refusal';
  readonly text: string;
  readonly extras?: Foreign;
}

export interface ReasoningPart {
  readonly kind: 'reasoning';
  /** May be empty beside a seal: some vendors hide the text and sign it all the same. */
  readonly text: string;
  readonly summary?: boolean;
  readonly seals?: readonly Opaque[];
  readonly extras?: Foreign;
}

export interface ToolCallPart {
  readonly kind: 'tool-call';
  readonly id: string;
  readonly name: string;
  /**
   * A string from provider to client, never parsed and written again on the way: that would change key order and
   * number text. JSON for `function`, any text for `custom`.
   */
  readonly arguments: string;
  readonly form: 'function' | 'custom';
  readonly seal?: Opaque;
  readonly extras?: Foreign;
}

export interface ToolResultPart {
  readonly kind: 'tool-result';
  readonly id: string;
  readonly name?: string;
  readonly parts: readonly Part[];
  readonly isError?: boolean;
  readonly cache?: CacheMark;
  readonly extras?: Foreign;
}

export interface MediaPart {
  readonly kind: 'image' | 'document' | 'audio' | 'video';
  readonly source: MediaSource;
  readonly name?: string;
  readonly cache?: CacheMark;
  readonly extras?: Foreign;
}

export type MediaSource =
  | { readonly from: 'base64'; readonly mime: string; readonly data: string }
  | { readonly from: 'url'; readonly url: string; readonly mime?: string }
  /** A file kept by the issuer; of no use to anyone else. */
  | { readonly from: 'file'; readonly id: string; readonly dialect: string; readonly mime?: string };

/** A part nobody but its own dialect understands, such as a hosted tool's block. */
export interface ForeignPart {
  readonly kind: 'foreign';
  readonly dialect: string;
  readonly value: Json;
}

/** A prompt-cache breakpoint after this part. */
export interface CacheMark {
  readonly ttl?: '5m' | '1h';
}
