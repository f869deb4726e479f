// A streamed answer as events. The grammar is checked by canonical/grammar.ts:
// start, then parts (open delta* close, one open at a time in a choice), usage and foreign anywhere after start,
// then exactly one of end or failure, and nothing after it.

import type { Json } from '#base/json.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Finish } from '#canonical/finish.ts';
import type { DialectId, Foreign, Opaque } from '#canonical/foreign.ts';
import type { Loss } from '#canonical/loss.ts';
import type { MediaSource } from '#canonical/part.ts';
import type { Usage } from '#canonical/usage.ts';

export type ChatEvent =
  | StartEvent
  | OpenEvent
  | DeltaEvent
  | CloseEvent
  | UsageEvent
  | ForeignEvent
  | EndEvent
  | FailureEvent;

export interface StartEvent {
  readonly kind: 'start';
  readonly id: string;
  readonly model: string;
  readonly createdSec?: number;
  readonly losses: readonly Loss[];
  readonly extras?: Foreign;
}

export interface OpenEvent {
  readonly kind: 'open';
  /** Unique in the whole answer. */
  readonly part: number;
  /** Which answer the part belongs to, when several were asked for; 0 otherwise. */
  readonly choice: number;
  readonly what: Opening;
  /** What its own dialect must know of the part before its first delta. */
  readonly extras?: Foreign;
}

/** What a part is, as far as it is known when it opens. Text arrives in deltas; media arrives whole. */
export type Opening =
  | { readonly kind: 'text' | 'refusal' }
  | { readonly kind: 'reasoning'; readonly summary?: boolean }
  | {
      readonly kind: 'tool-call';
      readonly id: string;
      readonly name: string;
      readonly form: 'function' | 'custom';
    }
  | { readonly kind: 'image' | 'document' | 'audio' | 'video'; readonly source: MediaSource }
  | { readonly kind: 'foreign'; readonly dialect: DialectId; readonly value: Json };

export interface DeltaEvent {
  readonly kind: 'delta';
  readonly part: number;
  readonly text: string;
  /** Token log probabilities of this piece, in the issuer's shape. */
  readonly logprobs?: Json;
}

export interface CloseEvent {
  readonly kind: 'close';
  readonly part: number;
  readonly seals?: readonly Opaque[];
  readonly annotations?: readonly Json[];
  readonly extras?: Foreign;
}

/** Cumulative: the last one counts. */
export interface UsageEvent {
  readonly kind: 'usage';
  readonly usage: Usage;
}

/** Understood by nobody, kept for the same dialect: fields of the answer (`choice` absent) or of one choice. */
export interface ForeignEvent {
  readonly kind: 'foreign';
  readonly foreign: Foreign;
  readonly choice?: number;
}

export interface EndEvent {
  readonly kind: 'end';
  /** One for each choice, in order. */
  readonly finishes: readonly Finish[];
}

export interface FailureEvent {
  readonly kind: 'failure';
  readonly failure: Failure;
}

/** The events after which a client has seen something: the commit point. */
export function isContent(event: ChatEvent): boolean {
  if (event.kind === 'delta') return event.text !== '';
  return event.kind === 'open' && event.what.kind !== 'text' && event.what.kind !== 'reasoning';
}

export function isTerminal(event: ChatEvent): event is EndEvent | FailureEvent {
  return event.kind === 'end' || event.kind === 'failure';
}
