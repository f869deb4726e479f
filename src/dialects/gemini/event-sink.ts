// Where the readers of a stream put their events: numbers the parts of the whole answer.

import type { ChatEvent, CloseEvent, Opening } from '#canonical/event.ts';
import type { Foreign } from '#canonical/foreign.ts';

export class EventSink {
  #events: ChatEvent[] = [];
  #nextPart = 0;

  push(event: ChatEvent): void {
    this.#events.push(event);
  }

  open(choice: number, what: Opening, extras?: Foreign): number {
    const part = this.#nextPart;
    this.#nextPart += 1;
    this.#events.push({ kind: 'open', part, choice, what, ...(extras && { extras }) });
    return part;
  }

  delta(part: number, text: string): void {
    if (text !== '') this.#events.push({ kind: 'delta', part, text });
  }

  close(part: number, more?: Partial<Pick<CloseEvent, 'seals' | 'annotations' | 'extras'>>): void {
    this.#events.push({ kind: 'close', part, ...more });
  }

  take(): readonly ChatEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}
