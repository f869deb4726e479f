// The events of a further leg, told as if the first had never broken off: no second start, parts counted on, the text in
// the part that was open. Pure but for its own state.

import type { ChatEvent, CloseEvent, DeltaEvent, OpenEvent } from '#canonical/event.ts';
import type { Usage } from '#canonical/usage.ts';
import type { Seam } from './seam.ts';
import type { Transcript } from './transcript.ts';

const DROPPED = -1;

export interface SpliceOptions {
  readonly transcript: Transcript;
  readonly seam: Seam;
  /** What the legs before have used, as far as it is known. */
  readonly used: Usage | undefined;
}

export class Splice {
  readonly #seam: Seam;
  readonly #used: Usage | undefined;
  /** Numbers of the leg's parts to those of the answer. */
  readonly #numbers = new Map<number, number>();
  /** The part of the answer that was open at the cut and still is. */
  #open: OpenEvent | undefined;
  #next: number;
  /** The answer's number of the text that meets the seam. */
  #joined: number | undefined;
  #out: ChatEvent[] = [];

  constructor({ transcript, seam, used }: SpliceOptions) {
    this.#seam = seam;
    this.#used = used;
    this.#open = transcript.open;
    this.#next = transcript.nextPart;
  }

  push(events: readonly ChatEvent[]): readonly ChatEvent[] {
    this.#out = [];
    for (const event of events) this.#one(event);
    return this.#out;
  }

  #one(event: ChatEvent): void {
    switch (event.kind) {
      case 'start':
        break;
      case 'open':
        this.#openPart(event);
        break;
      case 'delta':
        this.#delta(event);
        break;
      case 'close':
        this.#close(event);
        break;
      case 'usage':
        this.#out.push({ kind: 'usage', usage: sum(this.#used, event.usage) });
        break;
      case 'end':
        this.#closeOpen();
        this.#out.push(event);
        break;
      default:
        this.#out.push(event);
    }
  }

  #openPart(event: OpenEvent): void {
    const { kind } = event.what;
    if (this.#open?.what.kind === 'text') {
      if (kind === 'text') {
        this.#numbers.set(event.part, this.#open.part);
        this.#joined = this.#open.part;
        this.#open = undefined;
        return;
      }
      // The text that was begun goes on after it: thoughts in between have no place to be shown.
      if (kind === 'reasoning') {
        this.#numbers.set(event.part, DROPPED);
        return;
      }
    }
    this.#closeOpen();
    const part = this.#next;
    this.#next += 1;
    this.#numbers.set(event.part, part);
    if (kind === 'text') this.#joined ??= part;
    this.#out.push({ ...event, part });
  }

  #delta(event: DeltaEvent): void {
    const part = this.#numbers.get(event.part) ?? DROPPED;
    if (part === DROPPED) return;
    if (part !== this.#joined) this.#out.push({ ...event, part });
    else this.#tell(part, this.#seam.push(event.text));
  }

  #close(event: CloseEvent): void {
    const part = this.#numbers.get(event.part) ?? DROPPED;
    if (part === DROPPED) return;
    if (part === this.#joined) this.#tell(part, this.#seam.flush());
    this.#out.push({ ...event, part });
  }

  #tell(part: number, text: string): void {
    if (text !== '') this.#out.push({ kind: 'delta', part, text });
  }

  #closeOpen(): void {
    if (this.#open !== undefined) this.#out.push({ kind: 'close', part: this.#open.part });
    this.#open = undefined;
  }
}

/** Both legs are billed, so both are shown. */
function sum(before: Usage | undefined, now: Usage): Usage {
  if (before === undefined) return now;
  const { inputTotal, outputTotal, estimated } = before;
  const both = {
    ...now,
    inputTotal: now.inputTotal + inputTotal,
    outputTotal: now.outputTotal + outputTotal,
  };
  const { raw: _, ...counts } = both;
  return estimated === true ? { ...counts, estimated } : counts;
}
