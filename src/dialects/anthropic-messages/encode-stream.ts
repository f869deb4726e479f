// A streamed answer, from events to a client's frames: one message, its blocks one after the other with indices that
// count up, and exactly one end. The beginning waits for the event after it, which may be the first report of usage.

import type { Frame } from '#base/frame.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { asObject } from '#base/json.ts';
import { unreachable } from '#base/result.ts';
import { TextSoFar } from '#base/text-so-far.ts';
import type { ChatEvent, CloseEvent, DeltaEvent, OpenEvent, StartEvent } from '#canonical/event.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Finish } from '#canonical/finish.ts';
import type { Foreign } from '#canonical/foreign.ts';
import type { Usage } from '#canonical/usage.ts';
import type { EncodeContext } from '../dialect.ts';
import { blockWriter } from './block-writer.ts';
import type { BlockWriter, WrittenBlock } from './block-writer.ts';
import { errorBody } from './failures.ts';
import { encodeFinish } from './finish.ts';
import { carried, LAST_WORDS } from './notes.ts';
import { encodeUsage } from './usage.ts';

const NOTHING: readonly Frame[] = [];
/** Members of the last report that stand beside its `delta`. */
const BESIDE_DELTA: ReadonlySet<string> = new Set(['context_management']);
/** Text that is kept for citations, which quote it; longer answers are quoted from their beginning. */
const QUOTED_LENGTH_MAX = 1024 * 1024;

interface OpenPart {
  readonly number: number;
  readonly writer: BlockWriter;
  /** The event of a piece before and after its text, once the block has begun. */
  head: string;
  index: number;
  begun: boolean;
  written: boolean;
  readonly text: TextSoFar;
}

export class MessagesStreamEncoder {
  readonly #context: Pick<EncodeContext, 'generationId'>;
  #start: StartEvent | undefined;
  #open: OpenPart | undefined;
  #index = 0;
  #refused = false;
  #usage: Usage | undefined;
  #fields: JsonDraft = {};
  #lastWords: JsonObject = {};

  constructor(context: Pick<EncodeContext, 'generationId'>) {
    this.#context = context;
  }

  push(event: ChatEvent): readonly Frame[] {
    switch (event.kind) {
      case 'delta':
        return this.#delta(event);
      case 'start':
        this.#start = event;
        return NOTHING;
      case 'open':
        return this.#openPart(event);
      case 'close':
        return this.#close(event);
      case 'usage':
        this.#usage = event.usage;
        return NOTHING;
      case 'foreign':
        this.#foreign(event.foreign, event.choice);
        return NOTHING;
      case 'end':
        return this.#end(event.finishes[0] ?? { reason: 'unknown' });
      case 'failure':
        return this.#fail(event.failure);
      default:
        return unreachable(event);
    }
  }

  /** The message without content, and a ping, as the vendor begins. */
  #begin(): readonly Frame[] {
    const start = this.#start;
    if (start === undefined) return NOTHING;
    this.#start = undefined;
    const message = {
      id: start.id === '' ? this.#context.generationId : start.id,
      type: 'message',
      role: 'assistant',
      model: start.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      ...carried(start.extras),
      usage: { ...encodeUsage(this.#usage) },
    };
    return [frameOf('message_start', { message }), frameOf('ping', {})];
  }

  /** There is one answer in this language; of several only the first is shown. */
  #openPart(event: OpenEvent): readonly Frame[] {
    if (event.choice !== 0) return NOTHING;
    if (event.what.kind === 'refusal') this.#refused = true;
    const writer = blockWriter(event);
    const part = {
      number: event.part,
      writer,
      head: '',
      index: 0,
      begun: false,
      written: false,
      text: new TextSoFar(),
    };
    this.#open = part;
    return writer.begins === undefined ? NOTHING : this.#beginBlock(part, writer.begins);
  }

  #beginBlock(part: OpenPart, block: JsonObject): readonly Frame[] {
    const [type = '', field = ''] = part.writer.piece ?? [];
    part.begun = true;
    part.index = this.#index;
    this.#index += 1;
    part.head = `{"type":"content_block_delta","index":${part.index},"delta":{"type":"${type}","${field}":`;
    return [...this.#begin(), frameOf('content_block_start', { index: part.index, content_block: block })];
  }

  #delta(event: DeltaEvent): readonly Frame[] {
    const part = this.#open;
    if (part === undefined || part.number !== event.part || part.writer.piece === undefined) return NOTHING;
    if (event.text === '') return NOTHING;
    const { late } = part.writer;
    const before = part.begun || late === undefined ? NOTHING : this.#beginBlock(part, late);
    part.written = true;
    if (part.text.length < QUOTED_LENGTH_MAX) part.text.add(event.text);
    const text = JSON.stringify(part.writer.spell?.(event.text) ?? event.text);
    const frame = { event: 'content_block_delta', data: `${part.head}${text}}}` };
    return before.length === 0 ? [frame] : [...before, frame];
  }

  #close(event: CloseEvent): readonly Frame[] {
    const part = this.#open;
    if (part === undefined || part.number !== event.part) return NOTHING;
    this.#open = undefined;
    const { deltas = [], blocks = [] } = part.writer.finish(event, part);
    const frames: Frame[] = [];
    if (part.begun) {
      for (const delta of deltas) frames.push(frameOf('content_block_delta', { index: part.index, delta }));
      frames.push(frameOf('content_block_stop', { index: part.index }));
    }
    return [...frames, ...blocks.flatMap((block) => this.#wholeBlock(block))];
  }

  #wholeBlock({ block, deltas }: WrittenBlock): readonly Frame[] {
    const index = this.#index;
    this.#index += 1;
    return [
      ...this.#begin(),
      frameOf('content_block_start', { index, content_block: block }),
      ...deltas.map((delta) => frameOf('content_block_delta', { index, delta })),
      frameOf('content_block_stop', { index }),
    ];
  }

  #foreign(foreign: Foreign, choice: number | undefined): void {
    const fields = carried(foreign);
    if (fields === undefined || choice !== undefined) return;
    Object.assign(this.#lastWords, asObject(foreign.fields[LAST_WORDS]));
    Object.assign(this.#fields, fields);
  }

  #end(finish: Finish): readonly Frame[] {
    const delta: JsonDraft = {
      stop_reason: encodeFinish(finish, this.#refused),
      stop_sequence: finish.stopSequence ?? null,
    };
    const beside: JsonDraft = {};
    for (const key in this.#fields) (BESIDE_DELTA.has(key) ? beside : delta)[key] = this.#fields[key] as Json;
    const usage = encodeUsage(this.#usage);
    return [
      ...this.#begin(),
      frameOf('message_delta', { delta, usage, ...beside }),
      frameOf('message_stop', this.#lastWords),
    ];
  }

  /** The last frame: no `message_stop` follows, so that no client takes a broken answer for a whole one. */
  #fail(problem: Failure): readonly Frame[] {
    return [{ event: 'error', data: JSON.stringify(errorBody(problem)) }];
  }
}

function frameOf(type: string, body: JsonObject): Frame {
  return { event: type, data: JSON.stringify({ type, ...body }) };
}
