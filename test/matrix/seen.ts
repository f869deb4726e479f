// What a client can be asked about an answer, in one shape for every client library, in whatever language the library is
// written: all of it is JSON.

import type { Json } from '#base/json.ts';

/** The languages that clients speak to Clew. */
export type Language = 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini';

export interface SeenCall {
  readonly name: string;
  /** Parsed; a text that is no JSON stays a text. */
  readonly arguments: Json;
}

/** Tokens. `input` includes what was read from and written to a cache, `output` includes reasoning; null: not shown. */
export interface SeenUsage {
  readonly input: number | null;
  readonly output: number | null;
  readonly cached: number | null;
  readonly reasoning: number | null;
}

export interface SeenError {
  /** The class that the client raised. */
  readonly kind: string;
  /** HTTP status, where the class has one. */
  readonly status: number | null;
  readonly message: string;
}

/** Of the first answer. */
export interface Seen {
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string;
  readonly toolCalls: readonly SeenCall[];
  /** The client's own word; null when it shows none. */
  readonly finish: string | null;
  readonly usage: SeenUsage | null;
  /** Set when the client raised; what it had shown until then stands in the other fields, where the library lets it be seen. */
  readonly error?: SeenError;
}

export const NOTHING_SEEN: Seen = {
  text: '',
  reasoning: '',
  refusal: '',
  toolCalls: [],
  finish: null,
  usage: null,
};

/** One thing to ask of one client. Written as a JSON line to clients that are not written in this language. */
export interface Question {
  /** Of Clew, without a path: `http://127.0.0.1:4100`. */
  readonly origin: string;
  readonly model: string;
  readonly stream: boolean;
  /** Names of functions to declare: some clients refuse calls of tools that they were not given. Each takes any object. */
  readonly tools: readonly string[];
  /** What else to send: a picture, or a JSON Schema that the answer must follow. */
  readonly more?: 'image' | 'schema';
}

/** A client library: asks, and says what it was shown. Never throws for what the library raises. */
export interface Lane {
  /** As it is called in tables: `openai chat`. */
  readonly name: string;
  readonly language: Language;
  /** The library's own word for why an answer ended, where it does not show that of the wire. */
  finishWord?(word: string, hasCalls: boolean): string;
  ask(question: Question): Promise<Seen>;
}

/** Arguments as text become what they say. */
export function argumentsOf(text: string | undefined): Json {
  if (text === undefined || text.trim() === '') return {};
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** What is sent where `more` asks for it; the provider's side of the matrix looks for these. */
export const PROMPT = 'What do you see?';
/** A picture of one point. */
export const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
export const SCHEMA = {
  type: 'object',
  properties: { matrix_city: { type: 'string' } },
  required: ['matrix_city'],
  additionalProperties: false,
} as const;
