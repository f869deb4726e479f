// One item of a streamed answer. What it is, is known when it is added; some of it only when it is done: then it holds
// everything once more, which makes up for deltas that a server left out.

import { asString } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { TextSoFar } from '#base/text-so-far.ts';
import type { ToolCallPart } from '#canonical/part.ts';
import { callExtras, isMessage } from './decode-items.ts';
import { decodeOutputItem, orEmptyObject } from './decode-response.ts';
import { MessageReader } from './message-reader.ts';
import { giveWhole } from './part-sink.ts';
import type { PartSink } from './part-sink.ts';
import { ReasoningReader } from './reasoning-reader.ts';
import { readSealObject, SEAL_FIELD } from './seal.ts';
import { CALL_TYPES, callTypeOf } from './wire.ts';

export interface ItemReader {
  /** Where the parts go: the shelf first, the stream when the item has its turn. */
  sink: PartSink;
  /** Whether another item may speak before this one is done. */
  readonly mayYield: boolean;
  read(event: JsonObject, type: string): void;
  /** The whole item, or undefined when the answer ended without it. */
  finish(item: JsonObject | undefined): void;
  /** Closes what is open, since another item has something to say. */
  yieldTurn(): void;
}

export function openItem(item: JsonObject, sink: PartSink): ItemReader {
  const { type } = item;
  const callType = callTypeOf(item);
  const named = typeof item['name'] === 'string' && asString(item['call_id']) !== undefined;
  if (callType !== undefined && named && item['call_id'] !== '')
    return new CallReader(item, CALL_TYPES[callType], sink);
  if (type === 'reasoning') return new ReasoningReader(item, sink);
  return isMessage(item) ? new MessageReader(item, sink) : new WholeReader(sink);
}

/** A hosted tool's item: only as a whole it means something. Its progress is nothing that others could show. */
class WholeReader implements ItemReader {
  readonly mayYield = false;
  sink: PartSink;

  constructor(sink: PartSink) {
    this.sink = sink;
  }

  read(): void {}

  finish(item: JsonObject | undefined): void {
    if (item === undefined) return;
    const logprobs: Json[] = [];
    for (const part of decodeOutputItem(item, logprobs)) giveWhole(part, this.sink, logprobs.splice(0));
  }

  yieldTurn(): void {}
}

class CallReader implements ItemReader {
  readonly mayYield = false;
  sink: PartSink;
  readonly #form: ToolCallPart['form'];
  readonly #text = new TextSoFar();

  constructor(item: JsonObject, form: ToolCallPart['form'], sink: PartSink) {
    this.sink = sink;
    this.#form = form;
    const id = asString(item['call_id']) ?? '';
    sink.open(
      { kind: 'tool-call', id, name: asString(item['name']) ?? '', form },
      callExtras(item, form).extras,
    );
  }

  read(event: JsonObject, type: string): void {
    if (type.endsWith('.delta')) this.#add(asString(event['delta']) ?? '');
    else if (type.endsWith('.done')) this.#complete(asString(event[this.#field]) ?? '');
  }

  finish(item: JsonObject | undefined): void {
    if (item === undefined) {
      this.sink.close();
      return;
    }
    this.#complete(asString(item[this.#field]) ?? '');
    // A brace of ours would make a call look whole that was cut.
    if (this.#text.length === 0 && this.#form === 'function' && item['status'] !== 'incomplete')
      this.#add('{}');
    const seal = readSealObject(item[SEAL_FIELD]);
    this.sink.close({ ...callExtras(item, this.#form), ...(seal && { seals: [seal] }) });
  }

  yieldTurn(): void {}

  get #field(): string {
    return this.#form === 'function' ? 'arguments' : 'input';
  }

  /** What the deltas did not tell. Servers without deltas tell everything here. */
  #complete(written: string): void {
    const whole = this.#text.length === 0 && this.#form === 'function' ? noNothing(written) : written;
    this.#add(this.#text.restOf(whole));
  }

  #add(text: string): void {
    if (text === '') return;
    this.#text.add(text);
    this.sink.delta(text);
  }
}

/** `null` and blanks say that there are no arguments; that is settled when the call is over. */
function noNothing(text: string): string {
  return orEmptyObject(text) === text ? text : '';
}
