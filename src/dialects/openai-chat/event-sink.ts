// Where the readers of a stream put their events: one list for each frame, part numbers that never repeat.

import type { Json } from '#base/json.ts';
import type { ChatEvent, CloseEvent, Opening } from '#canonical/event.ts';
import type { Foreign } from '#canonical/foreign.ts';

const NONE: readonly ChatEvent[] = [];

export class EventSink {
  #events: ChatEvent[] = [];
  #nextPart = 0;
  /** Characters that are held back because their turn has not come. */
  held = 0;

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

  /** The number of the part. */
  open(choice: number, what: Opening, extras?: Foreign): number {
    const part = this.#nextPart;
    this.#nextPart += 1;
    this.#events.push(
      extras === undefined
        ? { kind: 'open', part, choice, what }
        : { kind: 'open', part, choice, what, extras },
    );
    return part;
  }

  delta(part: number, text: string, logprobs?: Json): void {
    this.#events.push(
      logprobs === undefined ? { kind: 'delta', part, text } : { kind: 'delta', part, text, logprobs },
    );
  }

  close(part: number, more?: Omit<CloseEvent, 'kind' | 'part'>): void {
    this.#events.push(more === undefined ? { kind: 'close', part } : { kind: 'close', part, ...more });
  }

  /** A part that comes whole. */
  whole(choice: number, what: Opening, extras?: Foreign): void {
    this.close(this.open(choice, what, extras));
  }
}
