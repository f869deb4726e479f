// A streamed answer, from a provider's frames to events. It never throws, keeps the grammar whatever comes, and ends in
// exactly one way: at `[DONE]`, at a clean end after every choice said why it finished, or in a failure.

import type { Frame } from '#base/frame.ts';
import { asArray, asNumber, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Finish } from '#canonical/finish.ts';
import type { Quirks } from '#canonical/quirk.ts';
import { ChoiceReader } from './choice-reader.ts';
import { carriesError, decodeErrorObject } from '../openai-error-object.ts';
import { EventSink } from './event-sink.ts';
import { isBroken } from './finish.ts';
import { Novelties } from './novelties.ts';
import { quirk } from './quirks.ts';
import { ours } from './spelling.ts';
import { decodeUsage } from './usage.ts';
import { CHUNK_CHOICE_FIELDS, CHUNK_FIELDS, DELTA_FIELDS, DONE } from './wire.ts';

const NOTHING: readonly ChatEvent[] = [];
/** As many as OpenAI allows for `n`; an index beyond it is ignored. */
const CHOICES_MAX = 128;
/** Characters that may wait for their turn, such as audio or the second of two interleaved calls. */
const HELD_LENGTH_MAX = 32 * 1024 * 1024;
/** The field of a foreign event that counts frames that were not JSON. */
export const MALFORMED = '$malformed';
/** The field of a foreign event that marks a frame with content for a choice that has said why it finished. */
export const AFTER_FINISH = '$afterFinish';
const SAID_AFTER_FINISH: ChatEvent = { kind: 'foreign', foreign: ours({ [AFTER_FINISH]: true }) };

interface ChoiceState {
  readonly reader: ChoiceReader;
  readonly fields: Novelties;
  readonly deltaFields: Novelties;
}

export class ChatStreamDecoder {
  readonly #sink = new EventSink();
  readonly #choices: (ChoiceState | undefined)[] = [];
  readonly #fields = new Novelties(CHUNK_FIELDS);
  readonly #reasoningOutside: boolean;
  readonly #thinkTags: boolean;
  /** Fields that came before the stream was known to begin. */
  #early: JsonDraft | undefined;
  #started = false;
  #over = false;
  #id = '';
  #chunks = 0;
  #malformed = 0;

  constructor(quirks: Quirks) {
    this.#reasoningOutside = quirk(quirks, 'usageReasoning') === 'outside';
    this.#thinkTags = quirk(quirks, 'thinkTags') === 'reasoning';
  }

  push(frame: Frame): readonly ChatEvent[] {
    if (this.#over) return NOTHING;
    const { data } = frame;
    if (data === DONE) return this.#end();
    let chunk: unknown;
    try {
      chunk = JSON.parse(data);
    } catch {
      return frame.event === 'error' ? this.#fail(decodeErrorObject(data)) : this.#skip(data);
    }
    if (!isObject(chunk))
      return frame.event === 'error' ? this.#fail(decodeErrorObject(data)) : this.#skip(data);
    if (frame.event === 'error' || carriesError(chunk)) return this.#fail(decodeErrorObject(chunk));
    this.#chunks += 1;
    this.#read(chunk);
    return this.#over ? this.#sink.take() : this.#checked();
  }

  finish(): readonly ChatEvent[] {
    if (this.#over) return NOTHING;
    if (this.#choices.length > 0 && this.#everyChoiceFinished()) return this.#end();
    return this.#fail(this.#cut());
  }

  #cut(): Failure {
    if (this.#chunks > 0 || this.#malformed === 0)
      return failure('stream_cut', 'The answer broke off without its end.');
    return failure('upstream_protocol', 'Nothing in the provider’s stream could be read.');
  }

  #read(chunk: JsonObject): void {
    const list = asArray(chunk['choices']) ?? [];
    const fresh = this.#fields.fresh(chunk);
    if (!this.#started) this.#begin(chunk, list, fresh);
    else if (fresh !== undefined) this.#sink.push({ kind: 'foreign', foreign: ours(fresh) });
    for (let position = 0; position < list.length; position += 1) {
      const choice = list[position];
      if (isObject(choice)) this.#readChoice(choice, position);
      if (this.#over) return;
    }
    const usage = chunk['usage'] ?? asObject(chunk['x_groq'])?.['usage'];
    if (isObject(usage)) this.#readUsage(usage);
  }

  /** Some first chunks have neither choices nor an id, only what a filter thought of the prompt. */
  #begin(chunk: JsonObject, list: readonly Json[], fresh: JsonDraft | undefined): void {
    if (fresh !== undefined) this.#early = { ...this.#early, ...fresh };
    this.#id = asString(chunk['id']) ?? '';
    if (list.length === 0 && this.#id === '') return;
    this.#start(asString(chunk['model']) ?? '', asNumber(chunk['created']));
  }

  #start(model: string, createdSec: number | undefined): void {
    this.#started = true;
    const early = this.#malformed === 0 ? this.#early : { ...this.#early, [MALFORMED]: this.#malformed };
    this.#early = undefined;
    this.#sink.push({
      kind: 'start',
      id: this.#id,
      model,
      ...(createdSec === undefined ? {} : { createdSec }),
      losses: [],
      extras: ours(early ?? {}),
    });
  }

  #readChoice(choice: JsonObject, position: number): void {
    const index = asNumber(choice['index']) ?? position;
    const finishReason = asString(choice['finish_reason']);
    if (isObject(choice['error']) || isBroken(finishReason)) {
      this.#break(decodeErrorObject(choice));
      return;
    }
    const state = this.#choice(index);
    if (state === undefined) return;
    const delta = asObject(choice['delta']) ?? wholeMessage(choice, state.reader);
    this.#readForeign(choice, delta, state, index);
    if (delta !== undefined) {
      // What comes after the end of a choice is a repetition or a blank, and no part of the answer.
      if (!state.reader.finished) state.reader.read(delta, choice['logprobs'] ?? undefined, this.#id);
      else if (saysSomething(delta)) this.#sink.push(SAID_AFTER_FINISH);
    }
    if (finishReason !== undefined && finishReason !== '') state.reader.finish(finishReason);
    if (isObject(choice['usage'])) this.#readUsage(choice['usage']);
  }

  #readForeign(choice: JsonObject, delta: JsonObject | undefined, state: ChoiceState, index: number): void {
    const fields = state.fields.fresh(choice);
    const message = delta === undefined ? undefined : state.deltaFields.fresh(delta);
    if (fields === undefined && message === undefined) return;
    this.#sink.push({
      kind: 'foreign',
      choice: index,
      foreign: ours(message === undefined ? { ...fields } : { ...fields, message }),
    });
  }

  #choice(index: number): ChoiceState | undefined {
    const known = this.#choices[index];
    if (known !== undefined) return known;
    if (!Number.isInteger(index) || index < 0 || index >= CHOICES_MAX) return undefined;
    const state: ChoiceState = {
      reader: new ChoiceReader(this.#sink, index, this.#thinkTags),
      fields: new Novelties(CHUNK_CHOICE_FIELDS),
      deltaFields: new Novelties(DELTA_FIELDS),
    };
    this.#choices[index] = state;
    return state;
  }

  #readUsage(usage: JsonObject): void {
    const counted = decodeUsage(usage, this.#reasoningOutside);
    if (counted === undefined) return;
    if (!this.#started) this.#start('', undefined);
    this.#sink.push({ kind: 'usage', usage: counted });
  }

  /** A frame that is not JSON is passed over and counted: one bad line must not cost the whole answer. */
  #skip(data: string): readonly ChatEvent[] {
    if (data.trim() === '') return NOTHING;
    this.#malformed += 1;
    if (this.#started) this.#sink.push({ kind: 'foreign', foreign: ours({ [MALFORMED]: this.#malformed }) });
    return this.#sink.take();
  }

  #everyChoiceFinished(): boolean {
    return this.#choices.every((choice) => choice === undefined || choice.reader.finished);
  }

  #end(): readonly ChatEvent[] {
    if (this.#chunks === 0) {
      return this.#fail(failure('upstream_protocol', 'The provider’s stream ended before it said anything.'));
    }
    if (!this.#started) this.#start('', undefined);
    const finishes: Finish[] = Array.from(this.#choices, (choice) => {
      return choice === undefined ? { reason: 'unknown' } : choice.reader.end(this.#id);
    });
    this.#sink.push({ kind: 'end', finishes });
    this.#over = true;
    return this.#sink.take();
  }

  #checked(): readonly ChatEvent[] {
    if (this.#sink.held <= HELD_LENGTH_MAX) return this.#sink.take();
    return this.#fail(failure('upstream_runaway', 'The answer holds back more than any answer needs.'));
  }

  #break(problem: Failure): void {
    this.#over = true;
    this.#sink.push({ kind: 'failure', failure: problem });
  }

  #fail(problem: Failure): readonly ChatEvent[] {
    this.#break(problem);
    return this.#sink.take();
  }
}

/** Whether anything in it would be content: a role, an empty text or an empty list is not. */
function saysSomething(delta: JsonObject): boolean {
  for (const key in delta) {
    if (key === 'role' || !DELTA_FIELDS.has(key)) continue;
    const value = delta[key];
    if (typeof value === 'string' || Array.isArray(value) ? value.length > 0 : isObject(value)) return true;
  }
  return false;
}

/** Some servers answer a stream with one chunk that holds the whole message. Beside deltas it only repeats them. */
function wholeMessage(choice: JsonObject, reader: ChoiceReader): JsonObject | undefined {
  return reader.silent ? asObject(choice['message']) : undefined;
}
