// One block of a stream at a time. Texts and thoughts begin with their first delta: Bedrock announces only calls of tools,
// their results and pictures.

import { asArray, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { CloseEvent } from '#canonical/event.ts';
import type { Opaque } from '#canonical/foreign.ts';
import { annotationsOf } from './citations.ts';
import type { EventSink } from '../event-sink.ts';
import { decodeMedia } from './media.ts';
import { ID, ours, SERVER_TOOL } from './wire.ts';

type Kind = 'text' | 'reasoning' | 'call' | 'whole';

interface Block {
  readonly index: number;
  readonly kind: Kind;
  /** Undefined for a block that is told when it is whole. */
  readonly part: number | undefined;
  /** What came so far of a block that is told whole, by its name. */
  readonly name: string;
  readonly start: JsonObject;
  readonly pieces: Json[];
  text: string;
  signature: string;
  redacted: string;
}

export class BlockReader {
  readonly #sink: EventSink;
  #open: Block | undefined;
  hasCalls = false;
  /** Characters that wait for the end of their block. */
  held = 0;

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  start(index: number, start: JsonObject): void {
    this.close();
    const [name = '', value] = Object.entries(start)[0] ?? [];
    const inside = asObject(value) ?? {};
    const id = asString(inside['toolUseId']);
    const tool = asString(inside['name']);
    if (name !== 'toolUse' || id === undefined || tool === undefined || inside['type'] === SERVER_TOOL) {
      this.#open = made(index, 'whole', { name, start: inside });
      return;
    }
    this.hasCalls = true;
    const { toolUseId: _id, name: _name, ...more } = inside;
    const extras = Object.keys(more).length === 0 ? undefined : ours(more);
    const part = this.#sink.open({ kind: 'tool-call', id, name: tool, form: 'function' }, extras);
    this.#open = made(index, 'call', { part });
  }

  delta(index: number, delta: JsonObject): void {
    if (this.#open !== undefined && this.#open.index !== index) this.close();
    const { text, reasoningContent, toolUse, citation } = delta;
    if (this.#open?.kind === 'whole') this.#collect(this.#open, delta);
    else if (typeof text === 'string') this.#text(index, text);
    else if (isObject(reasoningContent)) this.#reasoning(index, reasoningContent);
    else if (isObject(toolUse)) this.#arguments(asString(toolUse['input']) ?? '');
    else if (isObject(citation)) this.#lazily(index, 'text').pieces.push(citation);
    else this.#unknown(delta);
  }

  close(): void {
    const block = this.#open;
    this.#open = undefined;
    if (block === undefined) return;
    this.held = 0;
    if (block.part === undefined) {
      this.#tellWhole(block);
      return;
    }
    // A tool without arguments has no deltas.
    if (block.kind === 'call' && block.text.trim() === '') this.#sink.delta(block.part, '{}');
    this.#sink.close(block.part, closing(block));
  }

  #text(index: number, text: string): void {
    if (text === '') return;
    const block = this.#lazily(index, 'text');
    if (block.part !== undefined) this.#sink.delta(block.part, text);
    // The text is wanted again only where citations have to go back with it, and those come first.
    if (block.pieces.length > 0) block.text += text;
  }

  #reasoning(index: number, content: JsonObject): void {
    const block = this.#lazily(index, 'reasoning');
    const text = asString(content['text']) ?? '';
    if (text !== '' && block.part !== undefined) this.#sink.delta(block.part, text);
    block.signature += asString(content['signature']) ?? '';
    block.redacted += asString(content['redactedContent']) ?? '';
    this.held = block.signature.length + block.redacted.length;
  }

  #arguments(text: string): void {
    const block = this.#open;
    if (block?.kind !== 'call' || block.part === undefined || text === '') return;
    // Only whether anything came is asked in the end.
    if (block.text.trim() === '') block.text = text.slice(0, 64);
    this.#sink.delta(block.part, text);
  }

  #lazily(index: number, kind: 'text' | 'reasoning'): Block {
    if (this.#open?.kind === kind) return this.#open;
    this.close();
    const extras = kind === 'reasoning' ? ours({}) : undefined;
    const block = made(index, kind, { part: this.#sink.open({ kind }, extras) });
    this.#open = block;
    return block;
  }

  #collect(block: Block, delta: JsonObject): void {
    const value = delta[block.name];
    if (value === undefined) return;
    this.held += JSON.stringify(value).length;
    block.pieces.push(...(asArray(value) ?? [value]));
  }

  /** A kind of piece that is new since this was written: it goes to the same language only. */
  #unknown(delta: JsonObject): void {
    const [first] = Object.entries(delta).filter(([key]) => key !== '__proto__');
    if (first === undefined) return;
    this.close();
    this.#sink.whole({ kind: 'foreign', dialect: ID, value: { [first[0]]: first[1] } });
  }

  #tellWhole({ name, start, pieces }: Block): void {
    if (name === '') return;
    if (name === 'image') {
      const joined = pieces.map((piece) => asString(asObject(asObject(piece)?.['source'])?.['bytes']) ?? '');
      const image = decodeMedia('image', { ...start, source: { bytes: joined.join('') } });
      if (image !== undefined) this.#sink.whole({ kind: 'image', source: image.source }, image.extras);
      return;
    }
    const value: JsonDraft = { ...start };
    if (name === 'toolResult') value['content'] = pieces;
    else if (name === 'toolUse') value['input'] = parsed(pieces);
    this.#sink.whole({ kind: 'foreign', dialect: ID, value: { [name]: value } });
  }
}

function made(
  index: number,
  kind: Kind,
  more: { readonly part?: number; readonly name?: string; readonly start?: JsonObject },
): Block {
  const { part, name = '', start = {} } = more;
  return { index, kind, part, name, start, pieces: [], text: '', signature: '', redacted: '' };
}

function closing(block: Block): Omit<CloseEvent, 'kind' | 'part'> | undefined {
  if (block.kind === 'reasoning') {
    const seals: Opaque[] = [];
    if (block.signature !== '') seals.push({ dialect: ID, form: 'signature', value: block.signature });
    if (block.redacted !== '') seals.push({ dialect: ID, form: 'redacted', value: block.redacted });
    return seals.length === 0 ? undefined : { seals };
  }
  if (block.kind !== 'text' || block.pieces.length === 0) return undefined;
  const annotations = annotationsOf(block.pieces);
  return {
    ...(annotations.length === 0 ? {} : { annotations }),
    extras: ours({ citations: block.pieces, content: [{ text: block.text }] }),
  };
}

/** The pieces of a call's arguments, joined; what is not JSON stays a text. */
function parsed(pieces: readonly Json[]): Json {
  const text = pieces.map((piece) => asString(asObject(piece)?.['input']) ?? '').join('');
  try {
    return text === '' ? {} : (JSON.parse(text) as Json);
  } catch {
    return text;
  }
}
