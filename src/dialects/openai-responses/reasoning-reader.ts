// Reasoning of a streamed answer: summaries or, at open models, the text itself. What seals it comes with the whole item:
// the encrypted content that stands in the item when it is added is another one, and of no use.

import { asArray, asNumber, asObject, asString } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import { TextSoFar } from '#base/text-so-far.ts';
import { reasoningEnd, reasoningStart } from './decode-items.ts';
import type { PartSink } from './part-sink.ts';
import { readSeal } from './seal.ts';
import { withExtras } from './spelling.ts';

interface Section {
  /** `summary` or `content`, and the index in it. */
  readonly key: string;
  readonly text: TextSoFar;
}

export class ReasoningReader {
  readonly mayYield = true;
  sink: PartSink;
  readonly #added: JsonObject;
  #section: Section | undefined;
  readonly #over = new Set<string>();
  #yielded = false;

  constructor(item: JsonObject, sink: PartSink) {
    this.sink = sink;
    this.#added = item;
  }

  read(event: JsonObject, type: string): void {
    const summary = type.startsWith('response.reasoning_summary');
    const list = summary ? 'summary' : 'content';
    const index = asNumber(event[summary ? 'summary_index' : 'content_index']) ?? 0;
    const section = this.#at(`${list}:${index}`);
    if (section === undefined) return;
    if (type.endsWith('.delta')) this.#add(section, asString(event['delta']) ?? '');
    else if (type.endsWith('.done')) {
      this.#complete(section, asString(event['text']) ?? asString(asObject(event['part'])?.['text']) ?? '');
    }
  }

  finish(item: JsonObject | undefined): void {
    if (item === undefined) {
      this.#close();
      return;
    }
    for (const list of ['summary', 'content'] as const) {
      (asArray(item[list]) ?? []).forEach((entry, index) => {
        const section = this.#at(`${list}:${index}`);
        if (section !== undefined) this.#complete(section, asString(asObject(entry)?.['text']) ?? '');
      });
    }
    const seals = readSeal(item['encrypted_content'], item['id']);
    // Another item spoke in between: what is left to say is only the seal.
    if (this.#section === undefined && this.#yielded && seals === undefined) return;
    const only = this.#over.size === 0;
    if (this.#section === undefined) this.#open('content:0', this.#yielded || only);
    const start = only ? { item: reasoningStart(item) } : {};
    const extras = withExtras({}, { ...start, end: reasoningEnd(item) });
    this.#section = undefined;
    this.sink.close({ ...(seals && { seals }), ...extras });
  }

  yieldTurn(): void {
    this.#close();
    this.#yielded = true;
  }

  /** The text of this key, opened when it is new; undefined when it is over already. */
  #at(key: string): Section | undefined {
    if (this.#section?.key === key) return this.#section;
    if (this.#over.has(key)) return undefined;
    this.#close();
    return this.#open(key, this.#over.size === 0 || this.#yielded);
  }

  #open(key: string, first: boolean): Section {
    const what = key.startsWith('summary') ? { kind: 'reasoning', summary: true } : { kind: 'reasoning' };
    const notes = first ? { item: reasoningStart(this.#added) } : { more: true };
    this.#section = { key, text: new TextSoFar() };
    this.sink.open(what as { kind: 'reasoning'; summary?: boolean }, withExtras({}, notes).extras);
    return this.#section;
  }

  #close(): void {
    if (this.#section === undefined) return;
    this.#over.add(this.#section.key);
    this.#section = undefined;
    this.sink.close();
  }

  #complete(section: Section, whole: string): void {
    this.#add(section, section.text.restOf(whole));
  }

  #add(section: Section, text: string): void {
    if (text === '') return;
    section.text.add(text);
    this.sink.delta(text);
  }
}
