// One candidate of a streamed answer: its parts as they come, opened when the first of a kind arrives. Texts are pieces;
// everything else comes whole, but for calls whose arguments are streamed.

import { asArray, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { TextSoFar } from '#base/text-so-far.ts';
import type { Finish } from '#canonical/finish.ts';
import type { Opaque } from '#canonical/foreign.ts';
import type { Part } from '#canonical/part.ts';
import { annotationsOf } from './annotations.ts';
import type { AnswerIds } from './call-ids.ts';
import { decodePart, ON } from './decode-part.ts';
import type { EventSink } from './event-sink.ts';
import { Fields, OURS, ours, sameJson } from './fields.ts';
import { decodeFinish } from './finish.ts';
import { decodeLogprobs } from './logprobs.ts';
import { isPiece, PartialCall } from './partial-call.ts';
import { readSeal } from './seal.ts';
import { CALL_FIELDS, CANDIDATE_FIELDS, ID, PART_FIELDS } from './wire.ts';

/** Longer texts are not kept for the positions of their links. */
const TEXT_LENGTH_MAX = 4 * 1024 * 1024;
const SOURCES = ['groundingMetadata', 'citationMetadata'] as const;

interface OpenPart {
  readonly part: number;
  readonly kind: 'text' | 'reasoning';
}

export class ChoiceReader {
  readonly #sink: EventSink;
  readonly #index: number;
  readonly #ids: AnswerIds;
  #open: OpenPart | undefined;
  #partial: PartialCall | undefined;
  #finish: string | undefined;
  #hasCalls = false;
  readonly #text = new TextSoFar();
  /** Where the text comes from, as far as it was told, and whether that still has to be passed on. */
  #sources: JsonDraft = {};
  #sourcesNew = false;
  #fields: JsonDraft = {};
  #logprobs: Json | undefined;

  constructor(sink: EventSink, index: number, ids: AnswerIds) {
    this.#sink = sink;
    this.#index = index;
    this.#ids = ids;
  }

  get finished(): boolean {
    return this.#finish !== undefined;
  }

  /** Characters that wait for their call to be complete. */
  get held(): number {
    return this.#partial?.length ?? 0;
  }

  read(candidate: JsonObject): void {
    const fields = new Fields(candidate, CANDIDATE_FIELDS);
    const content = asObject(fields.take('content'));
    const finish = fields.string('finishReason');
    fields.take('index');
    this.#logprobs = decodeLogprobs(fields.take('logprobsResult'));
    this.#readFields(fields.rest());
    for (const part of asArray(content?.['parts']) ?? []) this.#readPart(part);
    // Some events repeat the reason; the first one counts.
    if (finish !== undefined && finish !== '') this.#finish ??= finish;
    if (this.#finish !== undefined) this.#endCall();
  }

  /** Closes what is open. The finish is unknown when the provider did not say. */
  end(): Finish {
    this.#endCall();
    this.#close();
    this.#tellSources();
    return decodeFinish(this.#finish, this.#hasCalls);
  }

  /** Fields that the centre does not know are told when they are new or have changed. */
  #readFields(rest: JsonObject | undefined): void {
    let fresh: JsonDraft | undefined;
    for (const key in rest) {
      const value = rest[key];
      if (sameJson(this.#fields[key], value)) continue;
      this.#fields[key] = value;
      fresh ??= {};
      fresh[key] = value;
    }
    if (fresh === undefined) return;
    for (const key of SOURCES) {
      if (fresh[key] === undefined) continue;
      this.#sources[key] = fresh[key];
      this.#sourcesNew = true;
    }
    this.#sink.push({ kind: 'foreign', foreign: ours(fresh), choice: this.#index });
  }

  #readPart(value: Json): void {
    if (isObject(value)) {
      const fields = new Fields(value, PART_FIELDS);
      const call = asObject(fields.see('functionCall'));
      if (call !== undefined && this.#readPiece(call, fields)) return;
      if (this.#readText(fields)) return;
    }
    const ids = { call: (given: string | undefined) => this.#ids.call(given) };
    for (const part of decodePart(value, ids)) this.#whole(part);
  }

  /** Plain texts and thoughts, with or without a signature: all that comes in pieces. */
  #readText(fields: Fields): boolean {
    const text = asString(fields.see('text'));
    if (text === undefined) return false;
    fields.take('text');
    const signature = fields.string('thoughtSignature');
    const thought = fields.see('thought') === true;
    fields.take('thought');
    // Other fields belong to this very part: it is told as a whole.
    if (fields.rest() !== undefined) return false;
    if (thought) this.#thought(text, signature);
    else this.#answer(text, signature);
    return true;
  }

  #answer(text: string, signature: string | undefined): void {
    if (text !== '') {
      this.#endCall();
      const part = this.#opened('text');
      const logprobs = this.#logprobs === undefined ? {} : { logprobs: this.#logprobs };
      this.#sink.push({ kind: 'delta', part, text, ...logprobs });
      this.#logprobs = undefined;
      if (this.#text.length < TEXT_LENGTH_MAX) this.#text.add(text);
    }
    if (signature !== undefined) this.#seal(readSeal(signature), text === '' ? 'itself' : 'text');
  }

  #thought(text: string, signature: string | undefined): void {
    this.#endCall();
    this.#sink.delta(this.#opened('reasoning'), text);
    if (signature !== undefined) this.#close([readSeal(signature)]);
  }

  #seal(seal: Opaque, on: 'itself' | 'text'): void {
    this.#close();
    const part = this.#sink.open(this.#index, { kind: 'reasoning' }, ours({ [ON]: on }));
    this.#sink.close(part, { seals: [seal] });
  }

  #opened(kind: OpenPart['kind']): number {
    if (this.#open?.kind !== kind) {
      this.#close();
      const extras = kind === 'reasoning' ? OURS : undefined;
      this.#open = { part: this.#sink.open(this.#index, { kind }, extras), kind };
    }
    return this.#open.part;
  }

  #close(seals?: readonly Opaque[]): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    const annotations = open.kind === 'text' ? this.#takeAnnotations() : undefined;
    this.#sink.close(open.part, { ...(seals && { seals }), ...(annotations && { annotations }) });
  }

  #takeAnnotations(): readonly Json[] | undefined {
    if (!this.#sourcesNew) return undefined;
    this.#sourcesNew = false;
    const annotations = annotationsOf(this.#sources, this.#text.read());
    return annotations.length === 0 ? undefined : annotations;
  }

  /** Sources that came after their text was closed stand on an empty text of their own. */
  #tellSources(): void {
    const annotations = this.#text.length === 0 ? undefined : this.#takeAnnotations();
    if (annotations === undefined) return;
    const part = this.#sink.open(this.#index, { kind: 'text' });
    this.#sink.close(part, { annotations });
  }

  /** True when it was a piece of a call, or the end of one. */
  #readPiece(call: JsonObject, fields: Fields): boolean {
    const goesOn = isPiece(call);
    const inner = new Fields(call, CALL_FIELDS);
    const name = inner.string('name');
    const ending = name === undefined && this.#partial !== undefined;
    if (!goesOn && !ending) return false;
    if (name !== undefined) {
      this.#endCall();
      this.#close();
      this.#partial = new PartialCall(name, inner.string('id'), fields.string('thoughtSignature'));
    }
    this.#partial?.read(inner);
    if (inner.see('willContinue') !== true) this.#endCall();
    return true;
  }

  #endCall(): void {
    const call = this.#partial;
    if (call === undefined) return;
    this.#partial = undefined;
    this.#whole({
      kind: 'tool-call',
      id: this.#ids.call(call.given),
      name: call.name,
      arguments: call.arguments(),
      form: 'function',
      ...(call.signature === undefined ? {} : { seal: readSeal(call.signature) }),
      extras: call.given === undefined ? ours({ $id: 'absent' }) : OURS,
    });
  }

  #whole(part: Part): void {
    this.#endCall();
    this.#close();
    const extras = 'extras' in part ? part.extras : undefined;
    switch (part.kind) {
      case 'tool-call': {
        const { id, name, form, seal } = part;
        this.#hasCalls = true;
        const opened = this.#sink.open(this.#index, { kind: 'tool-call', id, name, form }, extras);
        this.#sink.delta(opened, part.arguments);
        this.#sink.close(opened, seal && { seals: [seal] });
        return;
      }
      case 'text':
      case 'reasoning': {
        const opened = this.#sink.open(this.#index, { kind: part.kind }, extras);
        this.#sink.delta(opened, part.text);
        const seals = part.kind === 'reasoning' ? part.seals : undefined;
        this.#sink.close(opened, seals && { seals });
        return;
      }
      case 'foreign':
        this.#sink.close(this.#sink.open(this.#index, { kind: 'foreign', dialect: ID, value: part.value }));
        return;
      case 'refusal':
      case 'tool-result':
        return;
      default:
        this.#sink.close(this.#sink.open(this.#index, { kind: part.kind, source: part.source }, extras));
    }
  }
}
