// A message of a streamed answer: content parts one after another, each with its text in deltas.

import { asArray, asNumber, asObject, asString } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { TextSoFar } from '#base/text-so-far.ts';
import { decodeContentPart } from './content.ts';
import { messageEnd, messageStart } from './decode-items.ts';
import { decodeOutputItem } from './decode-response.ts';
import { giveWhole } from './part-sink.ts';
import type { PartSink } from './part-sink.ts';
import { withExtras } from './spelling.ts';

interface Section {
  readonly index: number;
  readonly kind: 'text' | 'refusal';
  readonly notes: JsonDraft;
  readonly annotations: Json[];
  readonly text: TextSoFar;
  /** How many log probabilities came with its deltas. */
  entries: number;
  /** The whole part, once it is known. */
  whole: JsonObject | undefined;
}

export class MessageReader {
  readonly mayYield = false;
  sink: PartSink;
  readonly #added: JsonObject;
  #section: Section | undefined;
  /** Index of the next part; those before it are over. */
  #next = 0;

  constructor(item: JsonObject, sink: PartSink) {
    this.sink = sink;
    this.#added = item;
  }

  read(event: JsonObject, type: string): void {
    const index = asNumber(event['content_index']) ?? Math.max(this.#next - 1, 0);
    switch (type) {
      case 'response.content_part.added': {
        const kind = kindOf(asObject(event['part']));
        if (kind !== undefined) this.#at(index, kind);
        break;
      }
      case 'response.output_text.delta':
        this.#add(this.#at(index, 'text'), asString(event['delta']) ?? '', asArray(event['logprobs']));
        break;
      case 'response.refusal.delta':
        this.#add(this.#at(index, 'refusal'), asString(event['delta']) ?? '', undefined);
        break;
      case 'response.output_text.annotation.added':
        if (event['annotation'] !== undefined) this.#at(index, 'text')?.annotations.push(event['annotation']);
        break;
      case 'response.output_text.done':
        this.#complete(this.#at(index, 'text'), asString(event['text']));
        break;
      case 'response.refusal.done':
        this.#complete(this.#at(index, 'refusal'), asString(event['refusal']));
        break;
      case 'response.content_part.done':
        this.#partDone(index, asObject(event['part']));
        break;
    }
  }

  finish(item: JsonObject | undefined): void {
    if (item === undefined) {
      this.#close(undefined);
      return;
    }
    const content = asArray(item['content']) ?? [];
    if (this.#next === 0) {
      // Nothing was told before: an empty message, or a server without deltas.
      const logprobs: Json[] = [];
      for (const part of decodeOutputItem(item, logprobs)) giveWhole(part, this.sink, logprobs.splice(0));
      return;
    }
    for (let index = this.#next - 1; index < content.length; index += 1) {
      const part = asObject(content[index]);
      if (kindOf(part) !== undefined) this.#partDone(index, part);
    }
    this.#close(item);
  }

  yieldTurn(): void {}

  /** The part of this index, opened when it is new; undefined when it is over already. */
  #at(index: number, kind: Section['kind']): Section | undefined {
    const { index: at } = this.#section ?? {};
    if (at === index) return this.#section?.kind === kind ? this.#section : undefined;
    if (index < this.#next) return undefined;
    this.#close(undefined);
    const notes: JsonDraft = this.#next === 0 ? { message: messageStart(this.#added) } : { more: true };
    this.#next = index + 1;
    this.#section = {
      index,
      kind,
      notes,
      annotations: [],
      text: new TextSoFar(),
      entries: 0,
      whole: undefined,
    };
    this.sink.open({ kind }, withExtras({}, { ...notes }).extras);
    return this.#section;
  }

  #add(section: Section | undefined, text: string, logprobs: readonly Json[] | undefined): void {
    if (section === undefined) return;
    section.text.add(text);
    if (logprobs !== undefined && logprobs.length > 0) {
      section.entries += logprobs.length;
      this.sink.delta(text, { content: logprobs });
    } else if (text !== '') this.sink.delta(text);
  }

  /** What the deltas did not tell. Where they told something else, they stand. */
  #complete(section: Section | undefined, whole: string | undefined): void {
    if (section === undefined || whole === undefined) return;
    this.#add(section, section.text.restOf(whole), undefined);
  }

  #partDone(index: number, part: JsonObject | undefined): void {
    const kind = kindOf(part);
    const section = kind === undefined ? undefined : this.#at(index, kind);
    if (part === undefined || section === undefined) return;
    this.#complete(section, asString(part[kind === 'text' ? 'text' : 'refusal']));
    section.whole = part;
  }

  /** `item` when this part is its last and everything about it is known. */
  #close(item: JsonObject | undefined): void {
    const section = this.#section;
    if (section === undefined) return;
    this.#section = undefined;
    const { notes, whole, annotations } = section;
    const first = notes['message'] !== undefined;
    const all: JsonDraft = {
      ...notes,
      ...(first && item !== undefined && { message: messageStart(item) }),
      end: item === undefined ? undefined : messageEnd(item),
    };
    const found: Json[] = [];
    const part = whole === undefined ? undefined : decodeContentPart(whole, 'output_text', all, found);
    if (part?.kind !== 'text' && part?.kind !== 'refusal') {
      this.sink.close({ ...(annotations.length > 0 && { annotations }), ...withExtras({}, all) });
      return;
    }
    // Some servers tell the log probabilities only at the end.
    if (section.entries === 0 && found.length > 0) this.sink.delta('', { content: found });
    const told = part.kind === 'text' ? (part.annotations ?? annotations) : annotations;
    this.sink.close({
      ...(told.length > 0 && { annotations: told }),
      ...(part.extras && { extras: part.extras }),
    });
  }
}

function kindOf(part: JsonObject | undefined): Section['kind'] | undefined {
  const type = part?.['type'];
  if (type === 'refusal') return type;
  return type === 'output_text' || type === 'text' ? 'text' : undefined;
}
