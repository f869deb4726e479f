// Streams of relayed operations: every frame is a piece that nobody looks into but for usage, failures and the end.

import type { Frame } from '#base/frame.ts';
import { asString, isObject, parseJson } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { failure } from '#canonical/failure.ts';
import type { StreamDecoder } from './dialect.ts';
import { failureOf, readErrorFacts } from './openai-error-object.ts';
import { readRelayedUsage } from './relayed-usage.ts';

/** An event whose type ends so closes a picture, a speech or a transcript; there may be one for each picture. */
const CLOSING = /\.(?:done|completed)$/;
const DONE = '[DONE]';
/** An error in a stream has no status of its own; one without words of its own is the provider's trouble. */
const STATUS_OF_ERRORS = 500;

export class RelayedStreamDecoder implements StreamDecoder {
  readonly #dialect: string;
  #parts = 0;
  #complete = false;
  #over = false;

  constructor(dialect: string) {
    this.#dialect = dialect;
  }

  push(frame: Frame): readonly ChatEvent[] {
    if (this.#over) return [];
    const body = parseJson(frame.data);
    if (isObject(body) && (isObject(body['error']) || body['type'] === 'error')) return this.#fail(body);
    if (frame.data === DONE) this.#complete = true;
    const events = this.#start();
    if (isObject(body)) this.#read(body, events);
    const { event, data } = frame;
    const value = event === undefined ? { data } : { event, data };
    const part = this.#parts;
    this.#parts += 1;
    events.push(
      { kind: 'open', part, choice: 0, what: { kind: 'foreign', dialect: this.#dialect, value } },
      { kind: 'close', part },
    );
    return events;
  }

  finish(): readonly ChatEvent[] {
    if (this.#over) return [];
    this.#over = true;
    if (this.#complete) return [...this.#start(), { kind: 'end', finishes: [{ reason: 'stop' }] }];
    const cut = failure('stream_cut', 'The answer of the provider broke off before its end.');
    return [{ kind: 'failure', failure: cut }];
  }

  #read(body: JsonObject, events: ChatEvent[]): void {
    const usage = readRelayedUsage(body);
    if (usage !== undefined) events.push({ kind: 'usage', usage });
    if (CLOSING.test(asString(body['type']) ?? '')) this.#complete = true;
  }

  #start(): ChatEvent[] {
    return this.#parts > 0 ? [] : [{ kind: 'start', id: '', model: '', losses: [] }];
  }

  #fail(body: JsonObject): readonly ChatEvent[] {
    this.#over = true;
    return [{ kind: 'failure', failure: failureOf(readErrorFacts(body), STATUS_OF_ERRORS, undefined) }];
  }
}
