// A streamed answer, from a provider's frames to events. It never throws, keeps the grammar whatever comes, and is whole
// only with the event that says so: the language has one for each way to end.

import type { Frame } from '#base/frame.ts';
import { asArray, asNumber, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import { carriesError, decodeErrorObject } from '../openai-error-object.ts';
import { decodeOutputItem, failureIn, responseExtras } from './decode-response.ts';
import { decodeFinish } from './finish.ts';
import { ItemQueue } from './item-queue.ts';
import { EventSink, giveWhole } from './part-sink.ts';
import { decodeUsage } from './usage.ts';
import { OURS } from './wire.ts';

const NOTHING: readonly ChatEvent[] = [];
/** Characters that may wait for their turn. */
const HELD_LENGTH_MAX = 32 * 1024 * 1024;

export class ResponsesStreamDecoder {
  readonly #sink = new EventSink();
  readonly #items = new ItemQueue(this.#sink);
  #started = false;
  #over = false;
  #events = 0;
  #malformed = 0;

  push(frame: Frame): readonly ChatEvent[] {
    if (this.#over) return NOTHING;
    const event = parse(frame.data);
    if (!isObject(event))
      return frame.event === 'error' ? this.#fail(decodeErrorObject(frame.data)) : this.#skip(frame);
    this.#events += 1;
    this.#read(event, asString(event['type']) ?? frame.event ?? '');
    if (this.#items.held > HELD_LENGTH_MAX && !this.#over) {
      return this.#fail(failure('upstream_runaway', 'The answer holds back more than any answer needs.'));
    }
    return this.#sink.take();
  }

  finish(): readonly ChatEvent[] {
    if (this.#over) return NOTHING;
    const unread = this.#events === 0 && this.#malformed > 0;
    return this.#fail(
      unread
        ? failure('upstream_protocol', 'Nothing in the provider’s stream could be read.')
        : failure('stream_cut', 'The answer broke off without its end.'),
    );
  }

  #read(event: JsonObject, type: string): void {
    switch (type) {
      case 'response.created':
      case 'response.in_progress':
      case 'response.queued':
        this.#start(asObject(event['response']));
        return;
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
      case 'response.cancelled':
        this.#end(asObject(event['response']) ?? {}, type);
        return;
      case 'error':
        this.#break(decodeErrorObject(event));
        return;
      case '':
        if (carriesError(event)) this.#break(decodeErrorObject(event));
        return;
      default:
        if (type.startsWith('response.')) this.#readItem(event, type);
        else if (isObject(event['error'])) this.#break(decodeErrorObject(event));
    }
  }

  #readItem(event: JsonObject, type: string): void {
    this.#start(undefined);
    const index = asNumber(event['output_index']);
    const item = asObject(event['item']);
    if (type === 'response.output_item.added') this.#items.add(index, item ?? {});
    else if (type === 'response.output_item.done') {
      if (item !== undefined) this.#items.finish(index, item);
    } else this.#items.read(index, event, type);
  }

  #start(response: JsonObject | undefined): void {
    if (this.#started) return;
    this.#started = true;
    const createdSec = asNumber(response?.['created_at']);
    this.#sink.push({
      kind: 'start',
      id: asString(response?.['id']) ?? '',
      model: asString(response?.['model']) ?? '',
      ...(createdSec === undefined ? {} : { createdSec }),
      losses: [],
      // Nothing was used yet; null there would stay beside the report that comes.
      extras: response === undefined ? OURS : responseExtras({ ...response, usage: undefined }),
    });
  }

  #end(response: JsonObject, type: string): void {
    const broken = failureIn(response);
    if (broken !== undefined || type === 'response.failed' || type === 'response.cancelled') {
      this.#break(
        broken ?? failure('upstream_error', 'The provider says that its answer failed, and not why.'),
      );
      return;
    }
    this.#start(response);
    const output = asArray(response['output']) ?? [];
    this.#items.finishAll(output);
    output.forEach((item, index) => this.#giveMissing(item, index));
    const usage = decodeUsage(response['usage']);
    if (usage !== undefined) this.#sink.push({ kind: 'usage', usage });
    this.#sink.push({ kind: 'foreign', foreign: responseExtras(response) });
    const status = type === 'response.incomplete' ? 'incomplete' : 'completed';
    const finish = decodeFinish({ ...response, status: response['status'] ?? status }, this.#items.hasCalls);
    this.#sink.push({ kind: 'end', finishes: [finish] });
    this.#over = true;
  }

  /** An item of which the stream said nothing. */
  #giveMissing(item: Json, index: number): void {
    if (this.#items.knows(index)) return;
    const logprobs: Json[] = [];
    for (const part of decodeOutputItem(item, logprobs)) {
      if (part.kind === 'tool-call') this.#items.hasCalls = true;
      giveWhole(part, this.#sink, logprobs.splice(0));
    }
  }

  /** A frame that is not JSON is passed over: one bad line must not cost the whole answer. `[DONE]` means nothing here. */
  #skip({ data }: Frame): readonly ChatEvent[] {
    if (data.trim() !== '' && data !== '[DONE]') this.#malformed += 1;
    return NOTHING;
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

function parse(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return undefined;
  }
}
