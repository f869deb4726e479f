// A streamed answer, from a provider's frames to events: one part of text for each choice. It ends at `[DONE]`, at a clean
// end after every choice said why it finished, or in a failure.

import type { Frame } from '#base/frame.ts';
import { asArray, asNumber, asObject, asString, isObject, parseJson } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { StreamDecoder } from '../dialect.ts';
import { carriesError, decodeErrorObject } from '../openai-error-object.ts';
import { decodeFinish } from './finish.ts';
import { decodeUsage } from './usage.ts';
import { DONE } from './wire.ts';

const NOTHING: readonly ChatEvent[] = [];
/** As many as OpenAI allows for `n`, times a few prompts; an index beyond it is ignored. */
const CHOICES_MAX = 512;

interface ChoiceState {
  /** Number of its part; undefined until it has said something. */
  part: number | undefined;
  finish: string | undefined;
}

export class CompletionStreamDecoder implements StreamDecoder {
  readonly #choices: (ChoiceState | undefined)[] = [];
  #events: ChatEvent[] = [];
  #parts = 0;
  #started = false;
  #over = false;

  push(frame: Frame): readonly ChatEvent[] {
    if (this.#over) return NOTHING;
    if (frame.data === DONE) return this.#end();
    const chunk = parseJson(frame.data);
    if (frame.event === 'error') return this.#fail(decodeErrorObject(chunk ?? frame.data));
    // One bad line must not cost the whole answer.
    if (!isObject(chunk)) return NOTHING;
    if (carriesError(chunk)) return this.#fail(decodeErrorObject(chunk));
    this.#start(chunk);
    for (const [position, choice] of (asArray(chunk['choices']) ?? []).entries()) {
      if (isObject(choice)) this.#read(choice, position);
    }
    const usage = asObject(chunk['usage']);
    const counted = usage === undefined ? undefined : decodeUsage(usage);
    if (counted !== undefined) this.#events.push({ kind: 'usage', usage: counted });
    return this.#take();
  }

  finish(): readonly ChatEvent[] {
    if (this.#over) return NOTHING;
    const known = this.#choices.filter((choice) => choice !== undefined);
    if (known.length > 0 && known.every(({ finish }) => finish !== undefined)) return this.#end();
    return this.#fail(failure('stream_cut', 'The answer broke off without its end.'));
  }

  #start(chunk: JsonObject): void {
    if (this.#started) return;
    this.#started = true;
    const createdSec = asNumber(chunk['created']);
    this.#events.push({
      kind: 'start',
      id: asString(chunk['id']) ?? '',
      model: asString(chunk['model']) ?? '',
      ...(createdSec === undefined ? {} : { createdSec }),
      losses: [],
    });
  }

  #read(choice: JsonObject, position: number): void {
    const index = asNumber(choice['index']) ?? position;
    if (!Number.isInteger(index) || index < 0 || index >= CHOICES_MAX) return;
    const state = (this.#choices[index] ??= { part: undefined, finish: undefined });
    // What comes after the end of a choice is no part of the answer.
    if (state.finish !== undefined) return;
    const text = asString(choice['text']) ?? '';
    if (text !== '') {
      if (state.part === undefined) state.part = this.#open(index);
      const logprobs = choice['logprobs'] ?? undefined;
      const delta = { kind: 'delta', part: state.part, text } as const;
      this.#events.push(logprobs === undefined ? delta : { ...delta, logprobs });
    }
    const finish = asString(choice['finish_reason']);
    if (finish === undefined || finish === '') return;
    state.finish = finish;
    if (state.part !== undefined) this.#events.push({ kind: 'close', part: state.part });
  }

  #open(choice: number): number {
    const part = this.#parts;
    this.#parts += 1;
    this.#events.push({ kind: 'open', part, choice, what: { kind: 'text' } });
    return part;
  }

  #end(): readonly ChatEvent[] {
    if (!this.#started) {
      return this.#fail(failure('upstream_protocol', 'The provider’s stream ended before it said anything.'));
    }
    this.#over = true;
    for (const choice of this.#choices) {
      if (choice?.part === undefined || choice.finish !== undefined) continue;
      this.#events.push({ kind: 'close', part: choice.part });
    }
    const finishes = Array.from(this.#choices, (choice) => decodeFinish(choice?.finish));
    this.#events.push({ kind: 'end', finishes });
    return this.#take();
  }

  #fail(problem: Failure): readonly ChatEvent[] {
    this.#over = true;
    this.#events.push({ kind: 'failure', failure: problem });
    return this.#take();
  }

  #take(): readonly ChatEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}
