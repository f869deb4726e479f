// The items of a streamed answer in the order in which they were added. The first that is not done has the turn; what the
// others say waits, unless the first is reasoning: some routers close it only after the message that followed it.

import { asObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { openItem } from './item-reader.ts';
import type { ItemReader } from './item-reader.ts';
import { ShelfSink } from './part-sink.ts';
import type { EventSink } from './part-sink.ts';
import { callTypeOf } from './wire.ts';

/** More items than any answer has. Further ones are ignored. */
const ITEMS_MAX = 4_096;

interface Entry {
  readonly index: number;
  readonly reader: ItemReader;
  shelf: ShelfSink | undefined;
  done: boolean;
}

export class ItemQueue {
  readonly #sink: EventSink;
  readonly #entries = new Map<number, Entry>();
  /** Those that are not done, and those that are done but had no turn. */
  readonly #waiting: Entry[] = [];
  #last = -1;
  hasCalls = false;

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  /** Characters that wait. */
  get held(): number {
    let held = 0;
    for (const { shelf } of this.#waiting) held += shelf?.held ?? 0;
    return held;
  }

  knows(index: number): boolean {
    return this.#entries.has(index);
  }

  add(written: number | undefined, item: JsonObject): Entry | undefined {
    const index = written ?? this.#last + 1;
    if (this.#entries.has(index) || this.#entries.size >= ITEMS_MAX) return undefined;
    this.#last = index;
    if (callTypeOf(item) !== undefined) this.hasCalls = true;
    const shelf = this.#waiting.length === 0 ? undefined : new ShelfSink();
    const entry: Entry = { index, reader: openItem(item, shelf ?? this.#sink), shelf, done: false };
    this.#entries.set(index, entry);
    this.#waiting.push(entry);
    return entry;
  }

  read(written: number | undefined, event: JsonObject, type: string): void {
    const entry = this.#entries.get(written ?? this.#last);
    if (entry === undefined || entry.done) return;
    if (entry.shelf !== undefined && type.endsWith('_text.delta')) this.#yieldTo(entry);
    entry.reader.read(event, type);
  }

  finish(written: number | undefined, item: JsonObject): void {
    const known = this.#entries.get(written ?? this.#last);
    const entry = known ?? this.add(written, item);
    if (entry === undefined || entry.done) return;
    entry.reader.finish(item);
    entry.done = true;
    this.#advance();
  }

  /** The answer is over: what is not done ends as the answer has it. */
  finishAll(output: readonly Json[]): void {
    for (const entry of this.#entries.values()) {
      if (entry.done) continue;
      entry.reader.finish(asObject(output[entry.index]));
      entry.done = true;
    }
    this.#advance();
  }

  /** Reasoning that has the turn gives it to the next item, and goes behind it. */
  #yieldTo(entry: Entry): void {
    const [first, second] = this.#waiting;
    if (first === undefined || second !== entry || !first.reader.mayYield) return;
    first.reader.yieldTurn();
    first.shelf = new ShelfSink();
    first.reader.sink = first.shelf;
    this.#waiting.shift();
    this.#giveTurn();
    this.#waiting.push(first);
  }

  #advance(): void {
    while (this.#waiting[0]?.done === true) {
      this.#waiting.shift();
      this.#giveTurn();
    }
  }

  #giveTurn(): void {
    const first = this.#waiting[0];
    if (first?.shelf === undefined) return;
    first.shelf.giveTo(this.#sink);
    first.shelf = undefined;
    first.reader.sink = this.#sink;
  }
}
