// One item of an answer while it is written to a stream: how it begins, which events tell its texts, and the item as a
// whole when it is over. The whole is made by the same code that writes answers in one piece.

import { asArray, asObject, asString } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { TextSoFar } from '#base/text-so-far.ts';
import type { CloseEvent, OpenEvent } from '#canonical/event.ts';
import { Fold } from '#canonical/fold.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Part } from '#canonical/part.ts';
import { LogprobCursor } from './content.ts';
import { encodeTurn } from './encode-items.ts';
import { addCarried, present, spelled } from './spelling.ts';
import { ID } from './wire.ts';

export type ItemKind = 'message' | 'reasoning' | 'function_call' | 'custom_tool_call' | 'image' | 'foreign';

/** Writes one event; `fields` without type and sequence number. */
export type Emit = (type: string, fields: JsonDraft) => void;

/** Undefined for parts of which this language can say nothing. */
export function kindOf({ what }: OpenEvent): ItemKind | undefined {
  switch (what.kind) {
    case 'text':
    case 'refusal':
      return 'message';
    case 'reasoning':
      return 'reasoning';
    case 'tool-call':
      return what.form === 'function' ? 'function_call' : 'custom_tool_call';
    case 'image':
      return what.source.from === 'base64' ? 'image' : undefined;
    case 'foreign':
      return what.dialect === ID && asObject(what.value) !== undefined ? 'foreign' : undefined;
    default:
      return undefined;
  }
}

/** The fields with which a part of this language begins an item; undefined for parts that go on, and for all others. */
function startOf(open: OpenEvent): JsonObject | undefined {
  return asObject(spelled(open.extras, open.what.kind === 'reasoning' ? 'item' : 'message'));
}

/** The texts that one part is told in. */
interface Section {
  readonly open: OpenEvent;
  readonly fold: Fold;
  /** `response.output_text` and so on, before `.delta` and `.done`. */
  readonly event: string;
  /** Which of the item's texts it is; undefined where an item has one only. */
  readonly place: JsonObject;
  readonly text: TextSoFar;
  announced: boolean;
}

export interface ItemOptions {
  readonly index: number;
  readonly makeId: (prefix: string) => string;
  readonly showSeals: boolean;
  readonly emit: Emit;
}

const PREFIXES: Readonly<Record<ItemKind, string>> = {
  message: 'msg',
  reasoning: 'rs',
  function_call: 'fc',
  custom_tool_call: 'ctc',
  image: 'ig',
  foreign: 'item',
};

export class ItemStream {
  readonly kind: ItemKind;
  readonly #options: ItemOptions;
  readonly #id: string;
  /** Whether the item came from this language, with fields of its own. */
  readonly #fromUs: boolean;
  readonly #parts: Part[] = [];
  readonly #logprobs: Json[] = [];
  #section: Section | undefined;
  #summaries = 0;
  #contents = 0;

  constructor(kind: ItemKind, open: OpenEvent, options: ItemOptions) {
    this.kind = kind;
    this.#options = options;
    const start = startOf(open) ?? ownFields(open);
    this.#fromUs = start !== undefined;
    this.#id = asString(start?.['id']) ?? options.makeId(PREFIXES[kind]);
    this.#emit('output_item.added', { item: this.#beginning(open, start ?? {}) });
  }

  /** Whether the part belongs to this item, as one more of its texts. */
  takes(kind: ItemKind, open: OpenEvent): boolean {
    if (kind !== this.kind || (kind !== 'message' && kind !== 'reasoning') || startOf(open) !== undefined)
      return false;
    return kind === 'message' || !this.#fromUs || spelled(open.extras, 'more') === true;
  }

  open(open: OpenEvent): void {
    const fold = new Fold();
    fold.push(open);
    this.#section = { open, fold, text: new TextSoFar(), announced: false, ...this.#sectionOf(open) };
    if (this.kind === 'message') this.#announce();
  }

  /** `logprobs` are those of the piece; only texts have some. */
  delta(text: string, logprobs: readonly Json[]): void {
    const section = this.#section;
    if (section === undefined || section.event === '') return;
    this.#announce();
    section.text.add(text);
    const fields: JsonDraft = { ...section.place, delta: text };
    if (section.event === 'output_text') {
      this.#logprobs.push(...logprobs);
      fields['logprobs'] = logprobs;
    }
    this.#emit(`${section.event}.delta`, fields);
  }

  close(event: CloseEvent): void {
    const section = this.#section;
    if (section === undefined) return;
    this.#section = undefined;
    if (section.event !== '')
      section.fold.push({ kind: 'delta', part: section.open.part, text: section.text.read() });
    section.fold.push(event);
    const part = section.fold.response().choices[0]?.parts[0];
    if (part === undefined) return;
    this.#parts.push(part);
    if (section.announced) this.#conclude(section, part);
  }

  /** The whole item. `status` where the answer as a whole has another one than completed. */
  end(status?: string): JsonObject {
    const written = encodeTurn(this.#parts, {
      path: '',
      losses: [],
      answer: {
        makeId: () => this.#id,
        logprobs: new LogprobCursor(this.#logprobs),
        showSeals: this.#options.showSeals,
      },
    });
    const whole: JsonDraft = { ...written[0] };
    // Some routers give an item another id when it is done; clients refuse that.
    if (this.kind !== 'foreign' || whole['id'] !== undefined) whole['id'] = this.#id;
    if (status !== undefined && !this.#fromUs && whole['status'] !== undefined) whole['status'] = status;
    this.#emit('output_item.done', { item: whole });
    return whole;
  }

  #beginning(open: OpenEvent, start: JsonObject): JsonObject {
    const id = this.#id;
    const { what } = open;
    switch (this.kind) {
      case 'message': {
        const { $content: _short, ...fields } = start;
        return { ...fields, id, type: 'message', status: 'in_progress', content: [], role: 'assistant' };
      }
      case 'reasoning':
        return { ...start, id, type: 'reasoning', summary: [] };
      case 'image':
        return { id, type: 'image_generation_call', status: 'in_progress', result: null };
      case 'foreign':
        return what.kind === 'foreign' ? (asObject(what.value) ?? {}) : {};
      default: {
        if (what.kind !== 'tool-call') return {};
        const text = this.kind === 'function_call' ? { arguments: '' } : { input: '' };
        const item: JsonDraft = { id, type: this.kind, status: 'in_progress', ...text, call_id: what.id };
        return addCarried({ ...item, name: what.name }, open.extras);
      }
    }
  }

  #sectionOf(open: OpenEvent): Pick<Section, 'event' | 'place'> {
    const { what } = open;
    switch (what.kind) {
      case 'text':
      case 'refusal':
        return {
          event: what.kind === 'text' ? 'output_text' : 'refusal',
          place: { item_id: this.#id, content_index: this.#contents },
        };
      case 'reasoning': {
        const summary = what.summary === true || !this.#fromUs;
        return summary
          ? { event: 'reasoning_summary_text', place: { item_id: this.#id, summary_index: this.#summaries } }
          : { event: 'reasoning_text', place: { item_id: this.#id, content_index: this.#contents } };
      }
      case 'tool-call':
        return {
          event: what.form === 'function' ? 'function_call_arguments' : 'custom_tool_call_input',
          place: { item_id: this.#id },
        };
      default:
        return { event: '', place: {} };
    }
  }

  /** Says that a text begins: reasoning does so with its first piece, since it may be nothing but a seal. */
  #announce(): void {
    const section = this.#section;
    if (section === undefined || section.announced) return;
    section.announced = true;
    const part = emptyPart(section.event);
    if (section.event === 'reasoning_summary_text') {
      this.#summaries += 1;
      this.#emit('reasoning_summary_part.added', { ...section.place, part });
    } else if (part !== undefined) {
      this.#contents += 1;
      this.#emit('content_part.added', { ...section.place, part });
    }
  }

  #conclude({ event, place, text: said }: Section, part: Part): void {
    const text = said.read();
    switch (event) {
      case 'output_text': {
        const written = asObject(this.#contentOf(part));
        (asArray(written?.['annotations']) ?? []).forEach((annotation, index) => {
          this.#emit('output_text.annotation.added', { ...place, annotation_index: index, annotation });
        });
        this.#emit('output_text.done', { ...place, text, logprobs: written?.['logprobs'] ?? [] });
        this.#emit('content_part.done', { ...place, part: written });
        return;
      }
      case 'refusal':
        this.#emit('refusal.done', { ...place, refusal: text });
        this.#emit('content_part.done', { ...place, part: this.#contentOf(part) });
        return;
      case 'reasoning_summary_text':
        this.#emit('reasoning_summary_text.done', { ...place, text });
        this.#emit('reasoning_summary_part.done', { ...place, part: { type: 'summary_text', text } });
        return;
      case 'reasoning_text':
        this.#emit('reasoning_text.done', { ...place, text });
        this.#emit('content_part.done', { ...place, part: { type: 'reasoning_text', text } });
        return;
      case 'function_call_arguments':
        this.#emit(`${event}.done`, {
          ...place,
          ...(part.kind === 'tool-call' && { name: part.name }),
          arguments: text,
        });
        return;
      default:
        this.#emit(`${event}.done`, { ...place, input: text });
    }
  }

  /** The last part of the content as the whole item will have it. */
  #contentOf(part: Part): Json | undefined {
    const [item] = encodeTurn([part], {
      path: '',
      losses: [],
      answer: { makeId: () => '', logprobs: new LogprobCursor(this.#logprobs), showSeals: false },
    });
    const content = item?.['content'];
    return Array.isArray(content) ? (content as readonly Json[])[0] : undefined;
  }

  #emit(type: string, fields: JsonDraft): void {
    this.#options.emit(`response.${type}`, present({ output_index: this.#options.index, ...fields }));
  }
}

/** The fields of a call, picture or hosted item that came from this language. */
function ownFields({ what, extras }: OpenEvent): JsonObject | undefined {
  if (what.kind === 'text' || what.kind === 'refusal' || what.kind === 'reasoning') return undefined;
  return what.kind === 'foreign' ? asObject(what.value) : fieldsFor(ID, extras);
}

function emptyPart(event: string): JsonObject | undefined {
  switch (event) {
    case 'output_text':
      return { type: 'output_text', annotations: [], logprobs: [], text: '' };
    case 'refusal':
      return { type: 'refusal', refusal: '' };
    case 'reasoning_summary_text':
      return { type: 'summary_text', text: '' };
    case 'reasoning_text':
      return { type: 'reasoning_text', text: '' };
    default:
      return undefined;
  }
}
