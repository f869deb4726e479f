// One choice of a stream: deltas with several fields become parts, one open at a time.

import { asArray, asObject, isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { Opening } from '#canonical/event.ts';
import type { Finish } from '#canonical/finish.ts';
import type { Foreign, Opaque } from '#canonical/foreign.ts';
import { decodeContentPart } from './content.ts';
import { StreamedAudio } from './streamed-audio.ts';
import type { EventSink } from './event-sink.ts';
import { decodeFinish } from './finish.ts';
import { decodeAnswerImage } from './message-media.ts';
import { readDetail } from './reasoning.ts';
import { ours } from './spelling.ts';
import { ThinkTags } from './think-tags.ts';
import type { Said } from './think-tags.ts';
import { ToolCallReader } from './tool-call-reader.ts';
import { ID, REASONING_FIELDS } from './wire.ts';

/** A plain reasoning text by its field: made once, shared by all parts. */
const PLAIN: Readonly<Record<string, Foreign>> = Object.fromEntries(
  REASONING_FIELDS.map((field) => [field, ours({ plain: [field] })]),
);

/** A piece of a part. Pieces with the same key, one after another, are one part. */
interface Piece {
  readonly kind: 'text' | 'refusal' | 'reasoning';
  readonly key: string;
  readonly text: string;
  readonly extras?: Foreign | undefined;
  readonly logprobs?: Json | undefined;
  readonly summary?: boolean;
  readonly seals?: readonly Opaque[];
}

/** A part that comes in one piece. */
interface Whole {
  readonly kind: 'whole';
  readonly what: Opening;
  readonly extras?: Foreign | undefined;
}

export class ChoiceReader {
  readonly #sink: EventSink;
  readonly #choice: number;
  readonly #calls: ToolCallReader;
  /** What came beside a tool call whose arguments are not whole: a call keeps its turn until they are. */
  readonly #waiting: (Piece | Whole)[] = [];
  readonly #tags: ThinkTags | undefined;
  #audio: StreamedAudio | undefined;
  /** Kind and, for reasoning, which entry: '' when no part is open. */
  #openKey = '';
  #part = -1;
  #seals: Opaque[] | undefined;
  #annotations: Json[] | undefined;
  #raw: string | undefined;

  /** `thinkTags`: thoughts stand between tags in the content. */
  constructor(sink: EventSink, choice: number, thinkTags = false) {
    this.#tags = thinkTags ? new ThinkTags() : undefined;
    this.#sink = sink;
    this.#choice = choice;
    this.#calls = new ToolCallReader(sink, choice);
  }

  get finished(): boolean {
    return this.#raw !== undefined;
  }

  /** Nothing was said yet. */
  get silent(): boolean {
    return this.#part < 0 && !this.#calls.any;
  }

  /** The first finish reason stands; some providers say it twice. */
  finish(raw: string): void {
    this.#raw ??= raw;
  }

  read(delta: JsonObject, logprobs: Json | undefined, responseId: string): void {
    const content = delta['content'];
    if (typeof content === 'string' && content !== '' && this.#openKey === 'text') {
      // The usual case: more text. Reasoning fields beside it are null or empty.
      if (!hasReasoning(delta)) this.#sink.delta(this.#part, content, logprobs);
      else this.#readAll(delta, logprobs, responseId);
    } else {
      this.#readAll(delta, logprobs, responseId);
    }
    if (delta['tool_calls'] !== undefined) this.#readCalls(delta['tool_calls'], responseId);
    const legacy = delta['function_call'];
    if (isObject(legacy) && !(legacy['name'] === '' && legacy['arguments'] === '')) {
      this.#leaveText();
      this.#calls.readLegacy(legacy, responseId);
    }
    const annotations = asArray(delta['annotations']);
    if (annotations !== undefined) (this.#annotations ??= []).push(...annotations);
  }

  /** The answer is over: closes everything. */
  end(responseId: string): Finish {
    const cut = this.#raw === 'length';
    this.#endTags(responseId);
    this.#closePart();
    this.#calls.finish(responseId, cut);
    this.#writeWaiting();
    this.#closePart();
    this.#audio?.give(this.#sink, this.#choice);
    if (this.#annotations !== undefined && this.#annotations.length > 0) {
      this.#foreign({ message: { annotations: this.#annotations } });
    }
    return decodeFinish(this.#raw, this.#calls.any);
  }

  #readAll(delta: JsonObject, logprobs: Json | undefined, responseId: string): void {
    this.#readReasoning(delta, responseId);
    const content = delta['content'];
    if (typeof content === 'string') this.#text('text', content, responseId, logprobs);
    else if (content !== undefined && content !== null) this.#readContentList(content, responseId);
    const refusal = delta['refusal'];
    if (typeof refusal === 'string') this.#text('refusal', refusal, responseId, logprobs);
    const images = asArray(delta['images']);
    if (images !== undefined) this.#readImages(images, responseId);
    const audio = asObject(delta['audio']);
    if (audio !== undefined) (this.#audio ??= new StreamedAudio()).read(audio, this.#sink);
  }

  #readCalls(list: Json, responseId: string): void {
    if (!Array.isArray(list) || list.length === 0) return;
    this.#endTags(responseId);
    this.#leaveText();
    this.#calls.read(list as readonly Json[], responseId);
  }

  #text(kind: 'text' | 'refusal', text: string, responseId: string, logprobs?: Json): void {
    if (text === '') return;
    if (kind === 'text' && this.#tags?.over === false) this.#tagged(this.#tags.push(text), responseId);
    else this.#say({ kind, key: kind, text, logprobs }, responseId);
  }

  #tagged(said: readonly Said[], responseId: string): void {
    for (const { kind, text } of said)
      this.#say({ kind, key: kind === 'text' ? 'text' : 'reasoning:tags', text }, responseId);
  }

  /** What was held back is said before something else is. */
  #endTags(responseId: string): void {
    if (this.#tags?.over === false) this.#tagged(this.#tags.end(), responseId);
  }

  #readReasoning(delta: JsonObject, responseId: string): void {
    const details = asArray(delta['reasoning_details']);
    let told = '';
    for (const field of REASONING_FIELDS) {
      const text = delta[field];
      if (typeof text === 'string' && text !== '') {
        told = field;
        break;
      }
    }
    if (details !== undefined && details.length > 0) {
      const hasText = this.#readDetails(details, told, responseId);
      if (hasText) return;
    }
    if (told === '') return;
    const text = delta[told] as string;
    this.#say({ kind: 'reasoning', key: `reasoning:${told}`, text, extras: PLAIN[told] }, responseId);
  }

  /** True when the details told a text, which the plain field only repeats. */
  #readDetails(details: readonly Json[], told: string, responseId: string): boolean {
    let hasText = false;
    for (const detail of details) {
      if (!isObject(detail)) continue;
      const { type, text, seals, rest } = readDetail(detail);
      if (text === '' && seals.length === 0) continue;
      hasText ||= text !== '';
      const plain = told === '' || text === '' ? [] : [told];
      const key = `reasoning:${type}#${JSON.stringify(detail['index'])}`;
      const extras = ours({ plain, detail: rest });
      const summary = type === 'reasoning.summary';
      this.#say({ kind: 'reasoning', key, text, extras, summary, seals }, responseId);
    }
    return hasText;
  }

  /** Says it now, or when the tool call that has the turn is over. */
  #say(piece: Piece | Whole, responseId: string): void {
    const goesOn = piece.kind !== 'whole' && this.#openKey === piece.key;
    if (goesOn || this.#mayOpen(responseId)) {
      if (this.#waiting.length > 0) this.#writeWaiting();
      this.#write(piece);
      return;
    }
    this.#waiting.push(piece);
    this.#sink.held += piece.kind === 'whole' ? JSON.stringify(piece.what).length : piece.text.length;
  }

  /** Mistral's content: text in pieces, thinking, references. */
  #readContentList(content: Json, responseId: string): void {
    for (const value of asArray(content) ?? []) {
      const part = decodeContentPart(value);
      if (part.kind === 'text') this.#text('text', part.text, responseId);
      else if (part.kind === 'reasoning') {
        const { text, extras } = part;
        this.#say({ kind: 'reasoning', key: 'reasoning:thinking', text, extras }, responseId);
      } else {
        this.#say({ kind: 'whole', what: { kind: 'foreign', dialect: ID, value } }, responseId);
      }
    }
  }

  #readImages(images: readonly Json[], responseId: string): void {
    for (const image of images) {
      const part = isObject(image) ? decodeAnswerImage(image) : undefined;
      if (part === undefined) continue;
      const what = { kind: 'image', source: part.source } as const;
      this.#say({ kind: 'whole', what, extras: part.extras }, responseId);
    }
  }

  #writeWaiting(): void {
    for (const piece of this.#waiting.splice(0)) this.#write(piece);
  }

  #write(piece: Piece | Whole): void {
    if (piece.kind === 'whole') {
      this.#closePart();
      this.#sink.whole(this.#choice, piece.what, piece.extras);
      return;
    }
    const { kind, key, text, extras, logprobs, summary = false, seals } = piece;
    if (this.#openKey !== key) {
      this.#closePart();
      const what = kind === 'reasoning' && summary ? { kind, summary } : { kind };
      this.#part = this.#sink.open(this.#choice, what, extras);
      this.#openKey = key;
    }
    if (text !== '') this.#sink.delta(this.#part, text, logprobs);
    if (seals !== undefined && seals.length > 0) (this.#seals ??= []).push(...seals);
  }

  /** A tool call whose arguments are not whole keeps the turn. */
  #mayOpen(responseId: string): boolean {
    this.#calls.yieldTurn(responseId);
    return !this.#calls.busy;
  }

  #leaveText(): void {
    if (this.#openKey !== '') this.#closePart();
  }

  #closePart(): void {
    if (this.#openKey === '') return;
    const seals = this.#seals;
    const annotations = this.#openKey === 'text' ? this.#annotations : undefined;
    const plain = seals === undefined && annotations === undefined;
    this.#sink.close(
      this.#part,
      plain ? undefined : { ...(seals && { seals }), ...(annotations && { annotations }) },
    );
    this.#seals = undefined;
    if (annotations !== undefined) this.#annotations = undefined;
    this.#openKey = '';
  }

  #foreign(fields: JsonDraft): void {
    this.#sink.push({ kind: 'foreign', choice: this.#choice, foreign: ours(fields) });
  }
}

function hasReasoning(delta: JsonObject): boolean {
  const details = delta['reasoning_details'];
  if (Array.isArray(details) && details.length > 0) return true;
  return isSaid(delta['reasoning_content']) || isSaid(delta['reasoning']) || isSaid(delta['refusal']);
}

function isSaid(value: Json | undefined): boolean {
  return typeof value === 'string' && value !== '';
}
