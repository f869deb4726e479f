// What the engine knows of any request, whatever it asks for. A chat is one of them.

import type { DialectId } from './foreign.ts';
import type { ChatRequest, RoutingWishes } from './request.ts';

/** What may be asked for beside a chat. */
export const OPERATIONS = [
  'completions',
  'embeddings',
  'rerank',
  'moderations',
  'images',
  'image-edits',
  'image-variations',
  'speech',
  'transcriptions',
  'translations',
] as const;

export type Operation = 'chat' | (typeof OPERATIONS)[number];

/** The name of a language ends with what it serves; one that does not serves chats. */
export function operationOf(dialect: DialectId): Operation {
  return OPERATIONS.find((operation) => dialect.endsWith(`-${operation}`)) ?? 'chat';
}

export interface Asked {
  /** The name the client asked for; routing turns it into targets. */
  readonly model: string;
  readonly stream: boolean;
  /** Set when only targets of one language can serve the request: the field that says so, and why. */
  readonly onlyFor?: { readonly dialect: DialectId; readonly field: string; readonly why: string };
  /** Wishes addressed to the router, never to the provider. */
  readonly routing?: RoutingWishes;
  /** Of a chat: see there. */
  readonly continues?: string;
  readonly keep?: boolean;
  /** What it costs cannot be told from texts: where nobody reports usage it stays unknown. */
  readonly uncountable?: true;
}

export function isChat(request: Asked): request is ChatRequest {
  return 'messages' in request;
}
