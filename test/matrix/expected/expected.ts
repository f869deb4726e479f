// What a recording says, in the shape in which clients are asked: read by small readers of each provider's API, written
// for this suite alone, so that Clew is not its own judge.

import { parseJson } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import { sseBytes } from '../../recordings/fixtures.ts';
import type { Recording } from '../../recordings/fixtures.ts';
import type { SeenCall, SeenUsage } from '../seen.ts';

/** Why an answer ended, in a word for all languages. Null: the provider does not say. */
export type Ending =
  | 'stop'
  | 'stop-sequence'
  | 'length'
  | 'context-full'
  | 'tool-calls'
  | 'refusal'
  | 'content-filter'
  | 'pause'
  | 'malformed-call'
  | null;

export interface Expected {
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string;
  readonly toolCalls: readonly SeenCall[];
  readonly ending: Ending;
  /** The provider's own word for it, which clients of the same language may be shown. */
  readonly word: string | null;
  /** Null: the provider reports none. */
  readonly usage: SeenUsage | null;
  /** The provider failed or refused: with this status before the answer, or `undefined` in an answer that had begun well. */
  readonly failed?: { readonly status: number | undefined };
}

export const NOTHING: Expected = {
  text: '',
  reasoning: '',
  refusal: '',
  toolCalls: [],
  ending: null,
  word: null,
  usage: null,
};

export interface ApiReader {
  whole(body: Json): Expected;
  /** The data of each event of the stream. */
  stream(events: readonly StreamEvent[]): Expected;
}

export interface StreamEvent {
  readonly name: string;
  readonly data: Json;
}

/** The name of the last event of a stream that says in words that it is over. */
export const DONE = '[DONE]';

/** JSON events of a recorded stream of server-sent events, up to `[DONE]`. */
export function eventsOf({ response }: Recording): readonly StreamEvent[] {
  const events: StreamEvent[] = [];
  // By the blank line, since some recordings hold lines that are no events.
  const text = new TextDecoder().decode(sseBytes(response)).replaceAll('\r\n', '\n');
  for (const block of text.split('\n\n')) {
    const lines = block.split('\n');
    const field = (name: string): readonly string[] =>
      lines.flatMap((line) =>
        line.startsWith(`${name}:`) ? [line.slice(name.length + 1).replace(/^ /, '')] : [],
      );
    const data = field('data').join('\n');
    if (data === DONE) {
      events.push({ name: DONE, data: null });
      break;
    }
    const json = parseJson(data);
    if (json !== undefined) events.push({ name: field('event')[0] ?? '', data: json });
  }
  return events;
}

/** An answer with calls that the client must run ended for them, whatever its provider calls it. */
export function endedForCalls(ending: Ending, calls: readonly SeenCall[]): Ending {
  if (calls.length === 0) return ending === 'tool-calls' ? 'stop' : ending;
  return ending === 'stop' || ending === 'stop-sequence' || ending === null ? 'tool-calls' : ending;
}
