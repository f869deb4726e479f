// Batches of a stream to bytes for the client: the provider's own bytes where they pass through, else encoded.

import { joinBytes, toBytes } from '#base/bytes.ts';
import type { Frame } from '#base/frame.ts';
import type { Batch } from '#canonical/answer.ts';
import { isTerminal } from '#canonical/event.ts';
import type { Asked } from '#canonical/asked.ts';
import type { ChatEvent, StartEvent } from '#canonical/event.ts';
import type { Finish } from '#canonical/finish.ts';
import type { AnyClientDialect, EncodeContext, StreamEncoder } from '#dialects/dialect.ts';
import { MetadataEncoder } from '#dialects/route-metadata.ts';
import type { FrameWriter } from '#framing/frame-writer.ts';
import { withIdentity } from './identity.ts';

const NOTHING: Uint8Array = new Uint8Array(0);

/** Gathers of the answer what somebody wants of it afterwards. */
export interface Listener {
  push(event: ChatEvent): void;
}

export class AnswerWriter {
  /** The provider's id of the answer and the model that gives it; empty until the answer starts. */
  id = '';
  model = '';
  finish: Finish | undefined;
  /** Whether any bytes went through as they were. */
  passthrough = false;
  /** Bytes went through that have no place for a failure, and there is one: the connection has to tell. */
  cut = false;
  readonly #dialect: AnyClientDialect;
  readonly #context: EncodeContext<Asked>;
  readonly #frames: FrameWriter | undefined;
  readonly #listeners: readonly Listener[];
  #encoder: StreamEncoder | undefined;
  #start: StartEvent | undefined;

  /** Without `frames` for bytes that nobody here understands. `listeners` hear every event, encoded or passing through. */
  constructor(
    dialect: AnyClientDialect,
    context: EncodeContext<Asked>,
    frames: FrameWriter | undefined,
    listeners: readonly Listener[] = [],
  ) {
    this.#listeners = listeners;
    this.#dialect = dialect;
    this.#context = context;
    this.#frames = frames;
  }

  write(batch: Batch): Uint8Array {
    const { events, relay, replay } = batch;
    for (const event of events) this.#note(event);
    if (replay !== undefined) this.#takeOver(replay);
    if (relay === undefined) return this.#encode(events);
    this.passthrough = true;
    const last = events.at(-1);
    if (last?.kind !== 'failure') return relay;
    if (this.#frames === undefined) {
      this.cut = true;
      return relay;
    }
    // The failure is ours to tell, in the client's language, after the bytes that are the provider's.
    return joinBytes([relay, this.#encodeAfterRelay(last)]);
  }

  #note(event: ChatEvent): void {
    for (const listener of this.#listeners) listener.push(event);
    if (event.kind === 'start') {
      this.#start = event;
      this.id = event.id;
      this.model = event.model;
    } else if (event.kind === 'end') {
      this.finish = event.finishes[0];
    }
  }

  #encode(events: readonly ChatEvent[]): Uint8Array {
    this.#encoder ??= this.#open();
    let text = '';
    for (const event of events) {
      const told = event.kind === 'start' ? withIdentity(event, this.#context) : event;
      text += this.#text(this.#encoder.push(told));
      if (isTerminal(event)) text += this.#frames?.end() ?? '';
    }
    return text === '' ? NOTHING : toBytes(text);
  }

  /** From here on nothing passes through: the encoder has to know what the bytes have said. */
  #takeOver(said: readonly ChatEvent[]): void {
    if (this.#encoder !== undefined) return;
    this.#encoder = this.#open();
    for (const event of said) {
      this.#encoder.push(event.kind === 'start' ? withIdentity(event, this.#context) : event);
    }
  }

  #encodeAfterRelay(failed: ChatEvent): Uint8Array {
    const encoder = this.#open();
    if (this.#start !== undefined) encoder.push(withIdentity(this.#start, this.#context));
    return toBytes(this.#text(encoder.push(failed)) + (this.#frames?.end() ?? ''));
  }

  #open(): StreamEncoder {
    const encoder = this.#dialect.openEncoder(this.#context);
    const { route } = this.#context;
    return route === undefined ? encoder : new MetadataEncoder(encoder, route);
  }

  #text(frames: readonly Frame[]): string {
    let text = '';
    for (const frame of frames) text += this.#frames?.write(frame) ?? '';
    return text;
  }
}
