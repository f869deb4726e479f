// Where the readers of items put their parts. Items may be told interleaved, while the centre has one part open at a
// time: the item whose turn it is writes to the stream, the others to a shelf, and are given out when their turn comes.

import type { Json } from '#base/json.ts';
import type { ChatEvent, CloseEvent, Opening } from '#canonical/event.ts';
import type { Foreign } from '#canonical/foreign.ts';
import type { Part } from '#canonical/part.ts';
import { unfoldPart } from '#canonical/unfold.ts';

export type Closing = Omit<CloseEvent, 'kind' | 'part'>;

export interface PartSink {
  open(what: Opening, extras?: Foreign): void;
  delta(text: string, logprobs?: Json): void;
  close(more?: Closing): void;
}

const NONE: readonly ChatEvent[] = [];

/** Events of the one answer, part numbers that never repeat. */
export class EventSink implements PartSink {
  #events: ChatEvent[] = [];
  #part = -1;

  /** The events since the last call. */
  take(): readonly ChatEvent[] {
    if (this.#events.length === 0) return NONE;
    const events = this.#events;
    this.#events = [];
    return events;
  }

  push(event: ChatEvent): void {
    this.#events.push(event);
  }

  open(what: Opening, extras?: Foreign): void {
    this.#part += 1;
    const part = this.#part;
    this.#events.push({ kind: 'open', part, choice: 0, what, ...(extras && { extras }) });
  }

  delta(text: string, logprobs?: Json): void {
    const part = this.#part;
    this.#events.push(
      logprobs === undefined ? { kind: 'delta', part, text } : { kind: 'delta', part, text, logprobs },
    );
  }

  close(more?: Closing): void {
    this.#events.push({ kind: 'close', part: this.#part, ...more });
  }
}

type Kept =
  | { readonly kind: 'open'; readonly what: Opening; readonly extras: Foreign | undefined }
  | { readonly kind: 'delta'; readonly text: string; readonly logprobs: Json | undefined }
  | { readonly kind: 'close'; readonly more: Closing | undefined };

/** Keeps what it is told, in order, until it is given to another sink. */
export class ShelfSink implements PartSink {
  #kept: Kept[] = [];
  /** Characters on the shelf. */
  held = 0;

  open(what: Opening, extras?: Foreign): void {
    this.#kept.push({ kind: 'open', what, extras });
  }

  delta(text: string, logprobs?: Json): void {
    this.held += text.length;
    this.#kept.push({ kind: 'delta', text, logprobs });
  }

  close(more?: Closing): void {
    this.#kept.push({ kind: 'close', more });
  }

  giveTo(sink: PartSink): void {
    for (const kept of this.#kept) {
      if (kept.kind === 'open') sink.open(kept.what, kept.extras);
      else if (kept.kind === 'delta') sink.delta(kept.text, kept.logprobs);
      else sink.close(kept.more);
    }
    this.#kept = [];
    this.held = 0;
  }
}

/** A part that is known as a whole. Log probabilities ride on its one delta. */
export function giveWhole(part: Part, sink: PartSink, logprobs: readonly Json[]): void {
  const { what, text, close } = unfoldPart(part);
  sink.open(what, 'extras' in part ? part.extras : undefined);
  if (text !== '') sink.delta(text, logprobs.length === 0 ? undefined : { content: logprobs });
  sink.close(close);
}
