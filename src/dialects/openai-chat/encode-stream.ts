// A streamed answer, from events to a client's frames. A piece of text, which is nearly every event, is written from
// templates made when its part opened; everything else goes through one slower way.

import type { Frame } from '#base/frame.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { asObject } from '#base/json.ts';
import { unreachable } from '#base/result.ts';
import type { ChatEvent, CloseEvent, DeltaEvent, OpenEvent, StartEvent } from '#canonical/event.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Finish } from '#canonical/finish.ts';
import type { Foreign } from '#canonical/foreign.ts';
import type { Usage } from '#canonical/usage.ts';
import { chatAnnotation } from '../openai-links.ts';
import { addNativeFinish } from './encode-response.ts';
import { errorObject } from '../openai-failures.ts';
import { encodeFinish } from './finish.ts';
import { deltaShape, listOf, openDelta, sealDelta } from './part-writer.ts';
import type { DeltaShape } from './part-writer.ts';
import { carried } from './spelling.ts';
import { encodeUsage } from './usage.ts';
import { DONE } from './wire.ts';

const NOTHING: readonly Frame[] = [];
const DONE_FRAME: Frame = { data: DONE };

interface PartState {
  readonly open: OpenEvent;
  /** Everything of a chunk before and after the text of a delta. Undefined where deltas are not written. */
  readonly shape: DeltaShape | undefined;
  readonly head: string;
  readonly tail: string;
  /** Of the part in its list, among those of its choice. */
  readonly place: number;
  hadText: boolean;
  /** Where its text begins in that of the choice, and how long it is. */
  readonly start: number;
  length: number;
}

export class ChatStreamEncoder {
  readonly #wantsUsage: boolean;
  readonly #parts = new Map<number, PartState>();
  /** How many entries each list of each choice has had: the index of the next one. */
  readonly #places = new Map<string, number>();
  /** Characters of text in each choice, of parts that are closed. */
  readonly #lengths = new Map<number, number>();
  /**
   * Those of each choice, told once, before its end: the official clients' helpers cannot put lists together that come in
   * pieces. In Python a second piece raises, in JavaScript it takes the place of the first.
   */
  readonly #annotations = new Map<number, Json[]>();
  readonly #spoken = new Set<number>();
  #envelope: JsonObject = { id: '', object: 'chat.completion.chunk', created: 0, model: '' };
  /** The envelope as text, without its closing brace. */
  #envelopeText = '';
  #usage: Usage | undefined;
  /** Fields that wait for the next chunk, of the answer and of each choice. */
  #fields: JsonDraft | undefined;
  readonly #choiceFields = new Map<number, JsonDraft>();

  constructor(options: { readonly usage: boolean }) {
    this.#wantsUsage = options.usage;
  }

  push(event: ChatEvent): readonly Frame[] {
    switch (event.kind) {
      case 'delta':
        return this.#delta(event);
      case 'start':
        return this.#start(event);
      case 'open':
        return this.#open(event);
      case 'close':
        return this.#close(event);
      case 'usage':
        this.#usage = event.usage;
        return NOTHING;
      case 'foreign':
        this.#foreign(event.foreign, event.choice);
        return NOTHING;
      case 'end':
        return this.#end(event.finishes);
      case 'failure':
        return [this.#failure(event.failure)];
      default:
        return unreachable(event);
    }
  }

  #start(event: StartEvent): readonly Frame[] {
    this.#envelope = {
      id: event.id,
      object: 'chat.completion.chunk',
      created: event.createdSec ?? 0,
      model: event.model,
      ...withoutNotes(carried(event.extras)),
    };
    this.#envelopeText = JSON.stringify(this.#envelope).slice(0, -1);
    return [this.#role(0)];
  }

  #open(event: OpenEvent): readonly Frame[] {
    const { choice } = event;
    const frames = this.#spoken.has(choice) ? [] : [this.#role(choice)];
    const list = listOf(event);
    const place = list === undefined ? 0 : this.#place(choice, list);
    const shape = deltaShape(event, place);
    const head = `${this.#envelopeText},"choices":[{"index":${choice},"delta":${shape?.head ?? ''}`;
    const tail = `${shape?.tail ?? ''},"finish_reason":null}]}`;
    const start = this.#lengths.get(choice) ?? 0;
    this.#parts.set(event.part, { open: event, shape, head, tail, place, hadText: false, start, length: 0 });
    const delta = openDelta(event, place);
    if (delta !== undefined) frames.push(this.#chunk(choice, delta));
    return frames;
  }

  #delta(event: DeltaEvent): readonly Frame[] {
    const part = this.#parts.get(event.part);
    if (part === undefined || part.shape === undefined) return NOTHING;
    part.hadText = true;
    part.length += event.text.length;
    if (event.logprobs === undefined && this.#fields === undefined && this.#choiceFields.size === 0) {
      const text = JSON.stringify(event.text);
      const data =
        part.shape.twice === undefined
          ? part.head + text + part.tail
          : part.head + text + part.shape.twice + text + part.tail;
      return [{ data }];
    }
    const logprobs = event.logprobs === undefined ? undefined : { logprobs: event.logprobs };
    return [this.#chunk(part.open.choice, part.shape.delta(event.text), logprobs)];
  }

  #close(event: CloseEvent): readonly Frame[] {
    const part = this.#parts.get(event.part);
    if (part === undefined) return NOTHING;
    this.#parts.delete(event.part);
    const { choice } = part.open;
    const frames: Frame[] = [];
    const seals = event.seals !== undefined && part.open.what.kind === 'tool-call';
    const place = seals ? this.#place(choice, 'reasoning_details') : part.place;
    const sealed = sealDelta({ ...part, place }, event);
    if (sealed !== undefined) frames.push(this.#chunk(choice, sealed));
    if (part.open.what.kind === 'text') this.#lengths.set(choice, part.start + part.length);
    const span = { start: part.start, end: part.start + part.length };
    for (const annotation of event.annotations ?? [])
      this.#annotate(choice, chatAnnotation(annotation, span));
    return frames;
  }

  #place(choice: number, list: string): number {
    const key = `${choice} ${list}`;
    const place = this.#places.get(key) ?? 0;
    this.#places.set(key, place + 1);
    return place;
  }

  #annotate(choice: number, annotation: Json | undefined): void {
    if (annotation === undefined) return;
    const before = this.#annotations.get(choice);
    if (before === undefined) this.#annotations.set(choice, [annotation]);
    else before.push(annotation);
  }

  #foreign(foreign: Foreign, choice: number | undefined): void {
    const fields = withoutNotes(carried(foreign));
    if (fields === undefined) return;
    if (choice === undefined) {
      this.#fields = { ...this.#fields, ...fields };
      return;
    }
    const before = this.#choiceFields.get(choice);
    const message = { ...asObject(before?.['message']), ...withoutNotes(asObject(fields['message'])) };
    this.#choiceFields.set(choice, { ...before, ...fields, message });
  }

  #end(finishes: readonly Finish[]): readonly Frame[] {
    const frames = finishes.flatMap((finish, choice) => {
      const annotations = this.#annotations.get(choice);
      const told = annotations === undefined ? [] : [this.#chunk(choice, { annotations })];
      return [...told, this.#finish(finish, choice)];
    });
    if (this.#wantsUsage && this.#usage !== undefined) {
      frames.push(
        frameOf({ ...this.#envelope, ...this.#takeFields(), choices: [], usage: encodeUsage(this.#usage) }),
      );
    }
    frames.push(DONE_FRAME);
    return frames;
  }

  #finish(finish: Finish, choice: number): Frame {
    const more: JsonDraft = { finish_reason: encodeFinish(finish) };
    if (this.#choiceFields.get(choice)?.['native_finish_reason'] === undefined)
      addNativeFinish(more, finish.raw);
    return this.#chunk(choice, {}, more);
  }

  /**
   * The last frame: no `[DONE]` follows, so that no client takes a broken answer for a whole one. Nothing stands beside the
   * error: some clients look for choices first, and then see no error.
   */
  #failure(problem: Failure): Frame {
    return frameOf({ error: errorObject(problem) });
  }

  #role(choice: number): Frame {
    this.#spoken.add(choice);
    return this.#chunk(choice, { role: 'assistant', content: '' });
  }

  #chunk(choice: number, delta: JsonObject, more?: JsonObject): Frame {
    const waiting = this.#choiceFields.get(choice);
    this.#choiceFields.delete(choice);
    const { message, ...fields } = waiting ?? {};
    const body = {
      index: choice,
      delta: { ...asObject(message), ...delta },
      finish_reason: null,
      ...fields,
      ...more,
    };
    return frameOf({ ...this.#envelope, ...this.#takeFields(), choices: [body] });
  }

  #takeFields(): JsonObject | undefined {
    const fields = this.#fields;
    this.#fields = undefined;
    return fields;
  }
}

function frameOf(chunk: JsonObject): Frame {
  return { data: JSON.stringify(chunk) };
}

/** Our own notes among the fields begin with `$`. */
function withoutNotes(fields: JsonObject | undefined): JsonObject | undefined {
  if (fields === undefined) return undefined;
  let kept: JsonDraft | undefined;
  for (const key in fields) {
    if (key.startsWith('$')) continue;
    kept ??= {};
    kept[key] = fields[key] as Json;
  }
  return kept;
}
