// The parts of a model's turn as items: in the input of a request, and in the output of an answer. Parts that came from
// this language know which item they stood in; of others, texts side by side make one message.

import { asObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { Loss } from '#canonical/loss.ts';
import type { MediaPart, Part, ReasoningPart, RefusalPart, TextPart, ToolCallPart } from '#canonical/part.ts';
import { encodeContentPart } from './content.ts';
import type { LogprobCursor } from './content.ts';
import { withoutForeign } from './foreign.ts';
import { ownSeal, SEAL_FIELD, writeSeals } from './seal.ts';
import { addCarried, spelled } from './spelling.ts';
import { ID } from './wire.ts';

/** For answers: ids of items that came without, and log probabilities of the whole. */
export interface AnswerWriting {
  readonly makeId: (prefix: string) => string;
  readonly logprobs: LogprobCursor;
  /** Whether seals of other vendors are shown to the client, to be given back. */
  readonly showSeals: boolean;
}

export interface TurnWriting {
  readonly path: string;
  readonly losses: Loss[];
  /** Absent for requests. */
  readonly answer?: AnswerWriting;
}

export function encodeTurn(parts: readonly Part[], writing: TurnWriting): readonly JsonObject[] {
  const writer = new TurnWriter(writing);
  parts.forEach((part, index) => writer.write(part, `${writing.path}.parts[${index}]`));
  return writer.finish();
}

interface Thought {
  readonly part: ReasoningPart;
  readonly path: string;
}

class TurnWriter {
  readonly #writing: TurnWriting;
  readonly #items: JsonDraft[] = [];
  #message: { readonly item: JsonDraft; readonly content: Json[]; readonly made: boolean } | undefined;
  #thought: JsonDraft | undefined;
  /** Reasoning of other languages, with its path, until it is known what seals it. */
  #foreign: Thought[] = [];

  constructor(writing: TurnWriting) {
    this.#writing = writing;
  }

  write(part: Part, path: string): void {
    if (part.kind !== 'reasoning') this.#endReasoning();
    if (part.kind !== 'text' && part.kind !== 'refusal') this.#endMessage();
    switch (part.kind) {
      case 'text':
      case 'refusal':
        this.#say(part, path);
        break;
      case 'reasoning':
        this.#think(part, path);
        break;
      case 'tool-call':
        this.#items.push(this.#call(part));
        break;
      case 'foreign':
        if (part.dialect === ID && asObject(part.value) !== undefined)
          this.#items.push({ ...asObject(part.value) });
        else this.#lose(path, `Only ${part.dialect} knows this part.`);
        break;
      case 'tool-result':
        this.#lose(path, 'A result stands in a turn of its own.');
        break;
      default:
        this.#show(part, path);
    }
  }

  finish(): readonly JsonObject[] {
    this.#endReasoning();
    this.#endMessage();
    return this.#items;
  }

  #say(part: TextPart | RefusalPart, path: string): void {
    const { answer, losses } = this.#writing;
    const kept = answer === undefined ? withoutForeign(part, path, losses) : part;
    // Some clients give back the empty text that ended a stream.
    if (answer === undefined && part.text === '' && part.extras?.dialect !== ID) return;
    const start = asObject(spelled(part.extras, 'message'));
    if (start !== undefined || this.#message === undefined) {
      this.#endMessage();
      const { $content, ...fields } = start ?? {};
      const item = start === undefined ? this.#newMessage() : { ...fields, role: 'assistant' };
      if ($content === 'text' && part.kind === 'text') {
        this.#items.push({ ...item, content: part.text, ...asObject(spelled(part.extras, 'end')) });
        return;
      }
      this.#message = { item, content: [], made: start === undefined };
    }
    const content = encodeContentPart(kept, 'output_text', answer?.logprobs);
    if (content !== undefined) this.#message.content.push(content);
    Object.assign(this.#message.item, asObject(spelled(part.extras, 'end')));
  }

  #newMessage(): JsonDraft {
    const { answer } = this.#writing;
    if (answer === undefined) return { role: 'assistant' };
    return { id: answer.makeId('msg'), type: 'message', status: 'completed', role: 'assistant' };
  }

  #endMessage(): void {
    if (this.#message === undefined) return;
    const { item, content, made } = this.#message;
    this.#message = undefined;
    this.#items.push({
      ...item,
      content: made && isShort(item, content) ? (asObject(content[0])?.['text'] ?? '') : content,
    });
  }

  #think(part: ReasoningPart, path: string): void {
    const start = asObject(spelled(part.extras, 'item'));
    const goesOn = spelled(part.extras, 'more') === true && this.#thought !== undefined;
    if (start === undefined && !goesOn) {
      this.#endThought();
      this.#foreign.push({ part, path });
      return;
    }
    if (start !== undefined) {
      this.#endReasoning();
      this.#thought = { type: 'reasoning', ...start, summary: [] };
    }
    this.#tell(part);
  }

  /** One more text of the item that is being written, and what closes it. */
  #tell(part: ReasoningPart): void {
    const item = this.#thought as JsonDraft;
    const end = asObject(spelled(part.extras, 'end'));
    if (part.text !== '') append(item, part.text, part.summary === true);
    const { $content, $summary, ...rest } = end ?? {};
    if ($content !== undefined) item['content'] = $content;
    if ($summary !== undefined) item['summary'] = $summary === 'absent' ? undefined : $summary;
    Object.assign(item, rest);
    const sealed = this.#writing.answer === undefined ? ownSeal(part.seals)?.value : writeSeals(part.seals);
    if (sealed !== undefined) item['encrypted_content'] = sealed;
  }

  #endThought(): void {
    if (this.#thought === undefined) return;
    this.#items.push(this.#thought);
    this.#thought = undefined;
  }

  #endReasoning(): void {
    this.#endThought();
    if (this.#foreign.length === 0) return;
    const told = this.#foreign;
    this.#foreign = [];
    if (this.#writing.answer === undefined) this.#replay(told);
    else
      this.#items.push(
        shownThought(
          told.map(({ part }) => part),
          this.#writing.answer,
        ),
      );
  }

  /** The API takes only what it sealed itself: what is told before a seal of its own goes with it. */
  #replay(told: readonly Thought[]): void {
    let waiting: Thought[] = [];
    for (const entry of told) {
      waiting.push(entry);
      const seal = ownSeal(entry.part.seals);
      if (seal === undefined) continue;
      const item: JsonDraft = { type: 'reasoning', id: seal.id, summary: [], encrypted_content: seal.value };
      for (const { part } of waiting) if (part.text !== '') append(item, part.text, true);
      if (seal.id === undefined) delete item['id'];
      this.#items.push(item);
      waiting = [];
    }
    for (const { path } of waiting) this.#lose(path, 'This API takes only reasoning that it sealed itself.');
  }

  #call(part: ToolCallPart): JsonDraft {
    const { answer } = this.#writing;
    const { form, name, extras } = part;
    const call_id = part.id;
    const fromUs = extras?.dialect === ID;
    const made = answer !== undefined && !fromUs;
    const type = form === 'function' ? 'function_call' : 'custom_tool_call';
    const item: JsonDraft = made
      ? { id: answer.makeId(form === 'function' ? 'fc' : 'ctc'), type, status: 'completed', call_id, name }
      : { type, call_id, name };
    item[form === 'function' ? 'arguments' : 'input'] = part.arguments;
    if (answer?.showSeals === true && part.seal !== undefined) item[SEAL_FIELD] = { ...part.seal };
    return addCarried(item, extras);
  }

  /** Media in a model's turn: a picture that a hosted tool painted, or one that another model gave. */
  #show(part: MediaPart, path: string): void {
    const { answer } = this.#writing;
    const generated = spelled(part.extras, 'generated') === true;
    if (part.kind !== 'image' || part.source.from !== 'base64' || (answer === undefined && !generated)) {
      this.#lose(
        path,
        `A turn of the model’s cannot hold ${part.kind === 'image' ? 'such an image' : part.kind} here.`,
      );
      return;
    }
    const { data, mime } = part.source;
    const type = 'image_generation_call';
    const item: JsonDraft = generated
      ? { type }
      : { id: answer?.makeId('ig'), type, status: 'completed', output_format: mime.replace(/^image\//, '') };
    this.#items.push(addCarried({ ...item, result: data }, part.extras));
  }

  #lose(path: string, why: string): void {
    this.#writing.losses.push({ path, did: 'dropped', why });
  }
}

/** A message made here that is one plain text is written as a text. */
function isShort(item: JsonDraft, content: readonly Json[]): boolean {
  const only = asObject(content[0]);
  if (item['type'] !== undefined || Object.keys(item).length !== 1 || content.length !== 1) return false;
  return only?.['type'] === 'output_text' && Object.keys(only).length === 2;
}

function append(item: JsonDraft, text: string, summary: boolean): void {
  const field = summary ? 'summary' : 'content';
  const before = Array.isArray(item[field]) ? (item[field] as readonly Json[]) : [];
  item[field] = [...before, { type: summary ? 'summary_text' : 'reasoning_text', text }];
}

/** Reasoning of another language, for a client: as a summary, which is what clients of this one show. */
export function shownThought(parts: readonly ReasoningPart[], answer: AnswerWriting): JsonDraft {
  const item: JsonDraft = { id: answer.makeId('rs'), type: 'reasoning', summary: [] };
  for (const part of parts) if (part.text !== '') append(item, part.text, true);
  const sealed = sealedFor(
    parts.flatMap((part) => part.seals ?? []),
    answer.showSeals,
  );
  if (sealed !== undefined) item['encrypted_content'] = sealed;
  return item;
}

export function sealedFor(
  seals: NonNullable<ReasoningPart['seals']>,
  showSeals: boolean,
): string | undefined {
  if (showSeals) return writeSeals(seals);
  const own = ownSeal(seals);
  return own?.issuer === undefined ? own?.value : writeSeals([own]);
}
