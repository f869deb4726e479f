// A conversation as a program holds it with the official library of one language.

import type { JsonObject } from '#base/json.ts';
import type { Result } from '../scene.ts';

export interface Seen {
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly arguments: JsonObject }[];
}

export interface Talk {
  /** Asks with all that was said so far, and keeps the answer as the library gives it. */
  ask(model: string, stream: boolean): Promise<Seen>;
  /** The results of the calls of the last answer, in their order. */
  give(results: readonly Result[]): void;
  say(text: string): void;
}

/** What a program keeps of an answer: all that the library gave, or only what the language itself has words for. */
export type Keeps = 'everything' | 'the visible' | 'the id';

export interface Client {
  readonly dialect: string;
  readonly keeps: readonly Keeps[];
  begin(port: number, keeps: Keeps): Talk;
}
