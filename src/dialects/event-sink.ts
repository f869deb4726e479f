// Where the readers of a stream put their events: one list for each frame, part numbers that never repeat.

import type { ChatEvent, CloseEvent, Opening } from '#canonical/event.ts';
import type { Foreign } from '#canonical/foreign.ts';

const NONE: readonly ChatEvent[] = [];

export class EventSink {
  #events: ChatEvent[] = [];
  #nextPart = 0;

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
  open(what: Opening, extras?: Foreign): number {
    const part = this.#nextPart;
    this.#nextPart += 1;
    const open = { kind: 'open', part, choice: 0, what } as const;
    this.#events.push(extras === undefined ? open : { ...open, extras });
    return part;
  }

  delta(part: number, text: string): void {
    this.#events.push({ kind: 'delta', part, text });
  }

  close(part: number, more?: Omit<CloseEvent, 'kind' | 'part'>): void {
    this.#events.push(more === undefined ? { kind: 'close', part } : { kind: 'close', part, ...more });
  }

  /** A part that comes whole. */
  whole(what: Opening, extras?: Foreign): void {
    this.close(this.open(what, extras));
  }
}
