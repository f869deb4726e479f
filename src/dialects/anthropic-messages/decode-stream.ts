// A streamed answer, from a provider's frames to events. It never throws, keeps the grammar whatever comes, and ends in
// exactly one way: at `message_stop`, at a clean end after every block is closed and the reason of the stop is told, or in a
// failure.

import type { Frame } from '#base/frame.ts';
import { asNumber, asObject, asString, isObject, otherFields, parseJson } from '#base/json.ts';
import type { JsonDraft, JsonObject } from '#base/json.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Quirks } from '#canonical/quirk.ts';
import { openBlock } from './block-reader.ts';
import type { BlockReader } from './block-reader.ts';
import { madeUpCallId } from './decode-response.ts';
import { carriesError, decodeErrorObject } from './error-object.ts';
import { decodeFinish } from './finish.ts';
import { LAST_WORDS, Leftovers, MALFORMED, OURS, ours } from './notes.ts';
import { quirk } from './quirks.ts';
import { decodeBase64 } from './seals.ts';
import { decodeUsage, mergeUsage } from './usage.ts';
import { RESPONSE_FIELDS } from './wire.ts';

const NOTHING: readonly ChatEvent[] = [];
/** Characters that may wait: of blocks that are given whole, and of blocks that began before another had ended. */
const HELD_LENGTH_MAX = 32 * 1024 * 1024;

const MESSAGE_DELTA_FIELDS: ReadonlySet<string> = new Set(['type', 'delta', 'usage']);
const DELTA_FIELDS: ReadonlySet<string> = new Set(['stop_reason', 'stop_sequence']);

interface OpenBlock {
  readonly index: number;
  readonly reader: BlockReader;
}

interface Waiting {
  readonly event: JsonObject;
  readonly length: number;
}

export class MessagesStreamDecoder {
  readonly #wrapped: boolean;
  #events: ChatEvent[] = [];
  #open: OpenBlock | undefined;
  /** Events of blocks that began before the open one had ended, in order. */
  #waiting: Waiting[] = [];
  #held = 0;
  #started = false;
  #over = false;
  #parts = 0;
  #calls = 0;
  #malformed = 0;
  #usage: JsonObject | undefined;
  #stopReason: string | undefined;
  #stopSequence: string | undefined;

  constructor(quirks: Quirks) {
    this.#wrapped = quirk(quirks, 'envelope') === 'bedrock';
  }

  push(frame: Frame): readonly ChatEvent[] {
    if (this.#over) return NOTHING;
    const data = this.#wrapped ? unwrapped(frame.data) : frame.data;
    const event = parseJson(data);
    const exception = frame.event?.endsWith('Exception') === true ? frame.event : undefined;
    if (exception !== undefined || frame.event === 'error')
      return this.#fail(decodeErrorObject(event ?? data, exception));
    if (!isObject(event)) return this.#skip(data);
    if (carriesError(event)) return this.#fail(decodeErrorObject(event));
    this.#read(event, data.length);
    if (!this.#over && this.#held > HELD_LENGTH_MAX)
      return this.#fail(failure('upstream_runaway', 'The answer holds back more than any answer needs.'));
    return this.#take();
  }

  finish(): readonly ChatEvent[] {
    if (this.#over) return NOTHING;
    if (this.#isComplete) {
      this.#end({});
      return this.#take();
    }
    if (!this.#started && this.#malformed > 0)
      return this.#fail(failure('upstream_protocol', 'Nothing in the provider’s stream could be read.'));
    return this.#fail(failure('stream_cut', 'The answer broke off without its end.'));
  }

  /** All was said but that it is over. */
  get #isComplete(): boolean {
    return this.#stopReason !== undefined && this.#open === undefined && this.#waiting.length === 0;
  }

  #take(): readonly ChatEvent[] {
    if (this.#events.length === 0) return NOTHING;
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** Kinds of events that are not known are passed over, as the vendor asks of its clients. */
  #read(event: JsonObject, length: number): void {
    switch (event['type']) {
      case 'message_start':
        return this.#start(asObject(event['message']) ?? {});
      case 'content_block_start':
      case 'content_block_delta':
      case 'content_block_stop':
        if (!this.#started) this.#start({});
        if (this.#isComplete) return this.#passOver();
        return this.#readBlock(event, length);
      case 'message_delta':
        if (!this.#started) this.#start({});
        return this.#readEnding(event);
      case 'message_stop':
        return this.#end(event);
      default:
        return undefined;
    }
  }

  /** A second beginning is a repetition while nothing was said, and after that another answer spliced in. */
  #start(message: JsonObject): void {
    if (this.#started) {
      if (this.#parts > 0)
        this.#break(failure('upstream_protocol', 'The provider began a second answer inside the first.'));
      else this.#passOver();
      return;
    }
    this.#started = true;
    const extras = new Leftovers(message, RESPONSE_FIELDS).extras() ?? OURS;
    this.#events.push({
      kind: 'start',
      id: asString(message['id']) ?? '',
      model: asString(message['model']) ?? '',
      losses: [],
      extras: this.#malformed === 0 ? extras : ours({ ...extras.fields, [MALFORMED]: this.#malformed }),
    });
    this.#readUsage(message['usage'], false);
  }

  #readBlock(event: JsonObject, length: number): void {
    const index = asNumber(event['index']) ?? this.#open?.index ?? 0;
    if (this.#open !== undefined && this.#open.index !== index) {
      this.#waiting.push({ event, length });
      this.#held += length;
      return;
    }
    switch (event['type']) {
      case 'content_block_start':
        // The same index once more: its end was left out.
        if (this.#open !== undefined) this.#closeBlock();
        this.#openBlock(asObject(event['content_block']) ?? {}, index);
        return;
      case 'content_block_delta':
        this.#readDelta(asObject(event['delta']) ?? {}, index);
        return;
      default:
        if (this.#open === undefined) return;
        this.#closeBlock();
        this.#readWaiting();
    }
  }

  #openBlock(block: JsonObject, index: number): void {
    const { reader, events } = openBlock(block, this.#parts, madeUpCallId(this.#calls));
    this.#parts += 1;
    if (reader.isCall) this.#calls += 1;
    this.#open = { index, reader };
    this.#events.push(...events);
  }

  /** A piece of a block whose beginning was left out says itself what it belongs to. */
  #readDelta(delta: JsonObject, index: number): void {
    if (this.#open === undefined) {
      if (delta['type'] === 'text_delta') this.#openBlock({ type: 'text', text: '' }, index);
      else if (delta['type'] === 'thinking_delta') this.#openBlock({ type: 'thinking', thinking: '' }, index);
      else return;
    }
    const reader = this.#open?.reader;
    if (reader === undefined) return;
    const before = reader.held;
    this.#events.push(...reader.delta(delta));
    this.#held += reader.held - before;
  }

  #closeBlock(): void {
    const reader = this.#open?.reader;
    this.#open = undefined;
    if (reader === undefined) return;
    this.#held -= reader.held;
    this.#events.push(...reader.stop());
  }

  #readWaiting(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    for (const { event, length } of waiting) {
      this.#held -= length;
      this.#readBlock(event, length);
    }
  }

  #readEnding(event: JsonObject): void {
    const delta = asObject(event['delta']) ?? {};
    this.#stopReason = asString(delta['stop_reason']) ?? this.#stopReason;
    this.#stopSequence = asString(delta['stop_sequence']) ?? this.#stopSequence;
    const fields: JsonDraft = {
      ...otherFields(event, MESSAGE_DELTA_FIELDS),
      ...otherFields(delta, DELTA_FIELDS),
    };
    if (Object.keys(fields).length > 0) this.#events.push({ kind: 'foreign', foreign: ours(fields) });
    this.#readUsage(event['usage']);
  }

  /** What the beginning reports is the prompt, and as good as nothing of the answer. */
  #readUsage(reported: unknown, isFinal = true): void {
    if (!isObject(reported)) return;
    this.#usage = mergeUsage(this.#usage, reported);
    const usage = decodeUsage(this.#usage);
    if (usage === undefined) return;
    this.#events.push({ kind: 'usage', usage: isFinal ? usage : { ...usage, estimated: true } });
  }

  #end(event: JsonObject): void {
    if (!this.#started) {
      this.#break(failure('upstream_protocol', 'The provider’s stream ended before it said anything.'));
      return;
    }
    while (this.#open !== undefined) {
      this.#closeBlock();
      this.#readWaiting();
    }
    const { type: _type, ...rest } = event;
    if (Object.keys(rest).length > 0)
      this.#events.push({ kind: 'foreign', foreign: ours({ [LAST_WORDS]: rest }) });
    const finish = decodeFinish(this.#stopReason, this.#stopSequence, this.#calls > 0);
    this.#events.push({ kind: 'end', finishes: [finish] });
    this.#over = true;
  }

  /** A frame that is not JSON is passed over: one bad line must not cost the whole answer. */
  #skip(data: string): readonly ChatEvent[] {
    if (data.trim() === '' || data === '[DONE]') return NOTHING;
    this.#passOver();
    return this.#take();
  }

  /** Counts a frame that has no place in the answer, and says so to whoever passes frames on. */
  #passOver(): void {
    this.#malformed += 1;
    if (this.#started)
      this.#events.push({ kind: 'foreign', foreign: ours({ [MALFORMED]: this.#malformed }) });
  }

  #break(problem: Failure): void {
    this.#over = true;
    this.#events.push({ kind: 'failure', failure: problem });
  }

  #fail(problem: Failure): readonly ChatEvent[] {
    this.#break(problem);
    return this.#take();
  }
}

/** `{"bytes": base64 of an event}`; anything else is left as it is. */
function unwrapped(data: string): string {
  const bytes = asString(asObject(parseJson(data))?.['bytes']);
  return (bytes === undefined ? undefined : decodeBase64(bytes)) ?? data;
}
