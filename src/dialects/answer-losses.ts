// What an answer of another language holds and a client's language has no place for. Told once for each kind of thing: in the
// header where the answer is in one piece, else in the record, since the head of a stream has long left when it comes.

import { asArray, asString, isObject } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import type { ChatEvent, Opening } from '#canonical/event.ts';
import type { FinishReason } from '#canonical/finish.ts';
import type { DialectId, Foreign } from '#canonical/foreign.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Part } from '#canonical/part.ts';
import type { ChatResponse, Choice } from '#canonical/response.ts';

type Media = 'image' | 'document' | 'audio' | 'video';

/** What answers in a language never have. Places without an address and blocks of other vendors none has. */
export interface Unsayable {
  /** More than one answer. */
  readonly choices?: true;
  readonly logprobs?: true;
  /** `worded`: a sentence or a link stands in its place. */
  readonly media?: Readonly<Partial<Record<Media, 'absent' | 'worded'>>>;
  /** Why answers end, as far as another reason must stand for it that says something else. */
  readonly finishes?: readonly FinishReason[];
}

export class AnswerLosses {
  readonly #language: DialectId;
  readonly #unsayable: Unsayable;
  readonly #losses = new Map<string, Loss>();
  /** A refusal is told as a part, whatever the end says. */
  #refused = false;

  constructor(language: DialectId, unsayable: Unsayable) {
    this.#language = language;
    this.#unsayable = unsayable;
  }

  get all(): readonly Loss[] {
    return [...this.#losses.values()];
  }

  /** Of an answer in one piece. */
  read(choices: readonly Choice[], beside?: ChatResponse['extras']): void {
    this.#beside(beside);
    if (choices.length > 1) this.#choice(1);
    for (const { parts, logprobs, extras, finish } of choices) {
      if (logprobs !== undefined) this.#logprobs();
      this.#beside(extras);
      for (const part of parts) this.#part(part);
      this.#finish(finish.reason);
    }
  }

  /** Of a streamed one. */
  push(event: ChatEvent): void {
    if (event.kind === 'open') {
      this.#choice(event.choice);
      this.#opening(event.what);
    } else if (event.kind === 'delta') {
      if (event.logprobs !== undefined) this.#logprobs();
    } else if (event.kind === 'close') {
      if (event.annotations !== undefined) this.#annotations(event.annotations);
      this.#beside(event.extras, event.annotations);
    } else if (event.kind === 'foreign') this.#beside(event.foreign);
    else if (event.kind === 'start') this.#beside(event.extras);
    else if (event.kind === 'end') for (const { reason } of event.finishes) this.#finish(reason);
  }

  #part(part: Part): void {
    if (part.kind === 'text') {
      if (part.annotations !== undefined) this.#annotations(part.annotations);
      this.#beside(part.extras, part.annotations);
    } else if (part.kind !== 'tool-result') this.#opening(part);
  }

  #opening(what: Opening | Exclude<Part, { kind: 'text' | 'tool-result' }>): void {
    switch (what.kind) {
      case 'refusal':
        this.#refused = true;
        return;
      case 'foreign':
        if (what.dialect !== this.#language)
          this.#lose('blocks', 'dropped', 'Only its vendor’s language has such a block.');
        return;
      case 'image':
      case 'document':
      case 'audio':
      case 'video': {
        const how = this.#unsayable.media?.[what.kind];
        if (how === 'absent') this.#lose(what.kind, 'dropped', 'Answers in this language have none.');
        if (how === 'worded')
          this.#lose(what.kind, 'approximated', 'A link or a sentence stands in its place.');
        return;
      }
      default:
    }
  }

  #annotations(annotations: readonly Json[]): void {
    if (annotations.every(hasAddress)) return;
    this.#lose('annotations', 'dropped', 'A place without an address has no form in this language.');
  }

  /** Fields that only the answer's own language knows, and that say where the answer is from. Others are passed over. */
  #beside(extras: Foreign | undefined, links: readonly Json[] = []): void {
    if (extras === undefined || extras.dialect === this.#language) return;
    const { fields } = extras;
    for (const name of SOURCES) {
      if ((asArray(fields[name])?.length ?? 0) > links.length)
        this.#lose('annotations', 'dropped', 'Only the language of the answer tells its sources so.');
    }
    if ((asArray(fields['logprobs'])?.length ?? 0) > 0)
      this.#lose('logprobs', 'dropped', 'Only the language of the answer writes log probabilities so.');
    const grounding = fields['groundingMetadata'];
    if (isObject(grounding) && Object.keys(grounding).some((name) => !AS_LINKS.has(name)))
      this.#lose('grounding', 'dropped', 'Only the language of the answer tells what was searched.');
  }

  #choice(index: number): void {
    if (index > 0 && this.#unsayable.choices === true)
      this.#lose('choices', 'dropped', 'This language has one answer, which is the first.');
  }

  #finish(reason: FinishReason): void {
    if (this.#unsayable.finishes?.includes(reason) !== true) return;
    if (reason === 'refusal' && this.#refused) return;
    this.#lose('finish', 'changed', `This language has no word for the end of the answer: ${reason}.`);
  }

  #logprobs(): void {
    if (this.#unsayable.logprobs === true)
      this.#lose('logprobs', 'dropped', 'Answers in this language have no log probabilities.');
  }

  #lose(what: string, did: Loss['did'], why: string): void {
    const path = `answer.${what}`;
    if (!this.#losses.has(path)) this.#losses.set(path, { path, did, why });
  }
}

/** Lists of sources beside a text or beside the whole answer. */
const SOURCES = ['citations', 'search_results'] as const;
/** What of a search becomes links. */
const AS_LINKS: ReadonlySet<string> = new Set(['groundingChunks', 'groundingSupports']);

function hasAddress(annotation: Json): boolean {
  if (!isObject(annotation)) return false;
  if (typeof annotation['url'] === 'string') return true;
  const inner = annotation[asString(annotation['type']) ?? ''];
  return isObject(inner) && typeof inner['url'] === 'string';
}
