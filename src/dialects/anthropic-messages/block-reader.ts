// One block of a streamed answer. Blocks that come whole, and those of hosted tools, are given when they are complete;
// text, thoughts and calls are given piece by piece.

import { asArray, asObject, asString, isObject, parseJson } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { ChatEvent, CloseEvent } from '#canonical/event.ts';
import { decodeBlock } from './decode-block.ts';
import { Leftovers, ours } from './notes.ts';
import { isBlank } from './tool-input.ts';
import { BLOCK_FIELDS, ID } from './wire.ts';

export interface BlockReader {
  /** Events of one more piece. */
  delta(delta: JsonObject): readonly ChatEvent[];
  stop(): readonly ChatEvent[];
  readonly isCall: boolean;
  /** Characters that are kept until the block is complete. */
  readonly held: number;
}

const NOTHING: readonly ChatEvent[] = [];

/** The reader, and what its beginning says. `madeUpId` is for calls that come without one. */
export function openBlock(
  block: JsonObject,
  part: number,
  madeUpId: string,
): { readonly reader: BlockReader; readonly events: readonly ChatEvent[] } {
  const type = block['type'];
  if (type === 'text' && typeof block['text'] === 'string') return begin(new TextReader(block, part));
  if (type === 'thinking' && typeof block['thinking'] === 'string')
    return begin(new ThinkingReader(block, part));
  if (type === 'tool_use' && typeof block['name'] === 'string')
    return begin(new CallReader(block, part, madeUpId));
  return { reader: new WholeReader(block, part), events: NOTHING };
}

function begin(reader: BlockReader & { open(): readonly ChatEvent[] }) {
  return { reader, events: reader.open() };
}

function delta(part: number, text: string): readonly ChatEvent[] {
  return text === '' ? NOTHING : [{ kind: 'delta', part, text }];
}

function closing(part: number, more: Partial<CloseEvent>): readonly ChatEvent[] {
  return [{ kind: 'close', part, ...more }];
}

class TextReader implements BlockReader {
  readonly isCall = false;
  readonly #block: JsonObject;
  readonly #part: number;
  readonly #citations: Json[];
  held = 0;

  constructor(block: JsonObject, part: number) {
    this.#block = block;
    this.#part = part;
    this.#citations = [...(asArray(block['citations']) ?? [])];
  }

  open(): readonly ChatEvent[] {
    const left = new Leftovers(this.#block, BLOCK_FIELDS.text);
    const extras = left.extras();
    return [
      { kind: 'open', part: this.#part, choice: 0, what: { kind: 'text' }, ...(extras && { extras }) },
      ...delta(this.#part, asString(this.#block['text']) ?? ''),
    ];
  }

  delta(piece: JsonObject): readonly ChatEvent[] {
    const citation = piece['type'] === 'citations_delta' ? piece['citation'] : undefined;
    if (citation !== undefined) {
      this.#citations.push(citation);
      this.held += 1_000;
    }
    return delta(this.#part, asString(piece['text']) ?? '');
  }

  stop(): readonly ChatEvent[] {
    return closing(this.#part, this.#citations.length === 0 ? {} : { annotations: this.#citations });
  }
}

class ThinkingReader implements BlockReader {
  readonly isCall = false;
  readonly held = 0;
  readonly #block: JsonObject;
  readonly #part: number;
  #signature: string;

  constructor(block: JsonObject, part: number) {
    this.#block = block;
    this.#part = part;
    this.#signature = asString(block['signature']) ?? '';
  }

  open(): readonly ChatEvent[] {
    const extras = new Leftovers(this.#block, BLOCK_FIELDS.thinking).extras();
    return [
      { kind: 'open', part: this.#part, choice: 0, what: { kind: 'reasoning' }, ...(extras && { extras }) },
      ...delta(this.#part, asString(this.#block['thinking']) ?? ''),
    ];
  }

  delta(piece: JsonObject): readonly ChatEvent[] {
    this.#signature += asString(piece['signature']) ?? '';
    return delta(this.#part, asString(piece['thinking']) ?? '');
  }

  stop(): readonly ChatEvent[] {
    if (this.#signature === '') {
      const left = new Leftovers({}, BLOCK_FIELDS.thinking);
      left.note('signature', this.#block['signature'] === undefined ? 'absent' : 'empty');
      const extras = left.extras();
      return closing(this.#part, extras === undefined ? {} : { extras });
    }
    return closing(this.#part, { seals: [{ dialect: ID, form: 'signature', value: this.#signature }] });
  }
}

class CallReader implements BlockReader {
  readonly isCall = true;
  readonly held = 0;
  readonly #block: JsonObject;
  readonly #part: number;
  readonly #madeUpId: string;
  #blank = true;

  constructor(block: JsonObject, part: number, madeUpId: string) {
    this.#block = block;
    this.#part = part;
    this.#madeUpId = madeUpId;
  }

  open(): readonly ChatEvent[] {
    const id = asString(this.#block['id']) ?? '';
    const name = asString(this.#block['name']) ?? '';
    const extras = new Leftovers(this.#block, BLOCK_FIELDS.call).extras();
    const what = { kind: 'tool-call', id: id === '' ? this.#madeUpId : id, name, form: 'function' } as const;
    return [{ kind: 'open', part: this.#part, choice: 0, what, ...(extras && { extras }) }];
  }

  delta(piece: JsonObject): readonly ChatEvent[] {
    const text = asString(piece['partial_json']) ?? '';
    if (!isBlank(text)) this.#blank = false;
    // Blanks before the first piece say nothing, and a call without arguments may consist of them.
    return this.#blank ? NOTHING : delta(this.#part, text);
  }

  /** Some servers give the whole input with the beginning; a call without any has no arguments. */
  stop(): readonly ChatEvent[] {
    const input = this.#block['input'];
    const given = isObject(input) && Object.keys(input).length > 0 ? JSON.stringify(input) : '{}';
    return [...(this.#blank ? delta(this.#part, given) : NOTHING), { kind: 'close', part: this.#part }];
  }
}

/** Whatever its pieces are called: an input is parsed at the end, texts are joined, the rest replaces. */
class WholeReader implements BlockReader {
  readonly isCall = false;
  readonly #block: JsonDraft;
  readonly #part: number;
  #input = '';
  held = 0;

  constructor(block: JsonObject, part: number) {
    this.#block = { ...block };
    this.#part = part;
  }

  delta(piece: JsonObject): readonly ChatEvent[] {
    for (const key in piece) {
      const value = piece[key];
      if (key === 'type' || key === '__proto__' || value === undefined) continue;
      if (typeof value === 'string') this.held += value.length;
      if (key === 'partial_json') this.#input += asString(value) ?? '';
      else if (typeof value === 'string') this.#block[key] = (asString(this.#block[key]) ?? '') + value;
      else this.#block[key] = value;
    }
    return NOTHING;
  }

  stop(): readonly ChatEvent[] {
    if (!isBlank(this.#input)) this.#block['input'] = asObject(parseJson(this.#input)) ?? {};
    const decoded = decodeBlock(this.#block);
    const seals = decoded.kind === 'reasoning' ? decoded.seals : undefined;
    if (decoded.kind === 'reasoning' && seals !== undefined) {
      const extras = decoded.extras ?? ours({});
      return [
        { kind: 'open', part: this.#part, choice: 0, what: { kind: 'reasoning' }, extras },
        { kind: 'close', part: this.#part, seals },
      ];
    }
    const what = { kind: 'foreign', dialect: ID, value: this.#block } as const;
    return [
      { kind: 'open', part: this.#part, choice: 0, what },
      { kind: 'close', part: this.#part },
    ];
  }
}
