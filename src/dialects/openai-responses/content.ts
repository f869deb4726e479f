// The parts of a message's content, both ways. What clients say is `input_text`, what the model said `output_text`; both
// come in the other's place too, and are written again as they came.

import { asArray, asNumber, asString, isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { Part, RefusalPart, TextPart } from '#canonical/part.ts';
import { decodeAudio, decodeFile, decodeImage, encodeMedia } from './media.ts';
import { responsesAnnotation } from '../openai-links.ts';
import { addCarried, carried, othersOf, present, spelled, withExtras } from './spelling.ts';
import { ID } from './wire.ts';

export type TextType = 'input_text' | 'output_text';

const TEXT_TYPES: ReadonlySet<string> = new Set(['input_text', 'output_text', 'text']);
const TEXT_FIELDS: ReadonlySet<string> = new Set([
  'type',
  'text',
  'annotations',
  'logprobs',
  'prompt_cache_breakpoint',
]);
const REFUSAL_FIELDS: ReadonlySet<string> = new Set(['type', 'refusal']);
const NO_ENTRIES: readonly Json[] = [];

/** What is added to the notes of a part: which item it stands in. */
export type ItemNotes = JsonDraft;

/** Undefined for a part that cannot be read. `logprobs` collects the log probabilities of an answer. */
export function decodeContentPart(
  part: JsonObject,
  usual: TextType,
  item: ItemNotes = {},
  logprobs?: Json[],
): Part | undefined {
  const type = asString(part['type']) ?? '';
  if (TEXT_TYPES.has(type)) return decodeText(part, usual, item, logprobs);
  switch (type) {
    case 'refusal':
      return decodeRefusal(part, item);
    case 'input_image':
      return decodeImage(part);
    case 'input_file':
      return decodeFile(part);
    case 'input_audio':
      return decodeAudio(part);
    default:
      return undefined;
  }
}

function decodeText(
  part: JsonObject,
  usual: TextType,
  item: ItemNotes,
  logprobs: Json[] | undefined,
): TextPart | undefined {
  const text = asString(part['text']);
  if (text === undefined) return undefined;
  const annotations = asArray(part['annotations']) ?? NO_ENTRIES;
  const breakpoint = part['prompt_cache_breakpoint'];
  const marked = isObject(breakpoint);
  const fields = othersOf(part, TEXT_FIELDS);
  if (breakpoint !== undefined && !marked) fields['prompt_cache_breakpoint'] = breakpoint;
  const extras = withExtras(fields, {
    ...item,
    type: part['type'] === usual ? undefined : part['type'],
    ...textNotes(part, fields, logprobs),
    breakpoint: marked ? breakpoint : undefined,
  });
  return {
    kind: 'text',
    text,
    ...(annotations.length > 0 && { annotations }),
    ...(marked && { cache: {} }),
    ...extras,
  };
}

/** How the two lists of an output text were written, where they are not empty lists. */
export function textNotes(part: JsonObject, fields: JsonDraft, logprobs: Json[] | undefined): JsonDraft {
  const isOutput = part['type'] === 'output_text';
  const notes: JsonDraft = {};
  const annotations = part['annotations'];
  if (asArray(annotations) === undefined) {
    if (annotations !== undefined) fields['annotations'] = annotations;
    else if (isOutput) notes['annotations'] = 'absent';
  } else if (!isOutput && annotations !== undefined) notes['annotations'] = 'listed';
  const entries = asArray(part['logprobs']);
  if (entries === undefined) {
    if (part['logprobs'] !== undefined) fields['logprobs'] = part['logprobs'];
    else if (isOutput) notes['logprobs'] = 'absent';
  } else if (logprobs === undefined || !isOutput) fields['logprobs'] = entries;
  else if (entries.length > 0) {
    notes['logprobs'] = entries.length;
    logprobs.push(...entries);
  }
  return notes;
}

function decodeRefusal(part: JsonObject, item: ItemNotes): RefusalPart | undefined {
  const text = asString(part['refusal']);
  if (text === undefined) return undefined;
  return { kind: 'refusal', text, ...withExtras(othersOf(part, REFUSAL_FIELDS), item) };
}

/** Takes the log probabilities of an answer a part at a time. */
export class LogprobCursor {
  readonly #entries: readonly Json[];
  #at = 0;

  constructor(logprobs: Json | undefined) {
    this.#entries = entriesOf(logprobs);
  }

  /** Without a number: all that are left. */
  take(count: number | undefined): readonly Json[] {
    const from = this.#at;
    this.#at = count === undefined ? this.#entries.length : Math.min(from + count, this.#entries.length);
    return this.#entries.slice(from, this.#at);
  }
}

/** One list of tokens, as here, or an object with one (`{content: [...]}`), as Chat Completions has it. */
export function entriesOf(logprobs: Json | undefined): readonly Json[] {
  return asArray(isObject(logprobs) ? logprobs['content'] : logprobs) ?? NO_ENTRIES;
}

/** Undefined when this language has no words for the part here. */
export function encodeContentPart(part: Part, usual: TextType, logprobs?: LogprobCursor): Json | undefined {
  switch (part.kind) {
    case 'text':
      return encodeText(part, usual, logprobs);
    case 'refusal':
      return addCarried({ type: 'refusal', refusal: part.text }, part.extras);
    case 'image':
    case 'document':
    case 'audio':
    case 'video':
      return encodeMedia(part);
    case 'foreign':
      return part.dialect === ID ? part.value : undefined;
    default:
      return undefined;
  }
}

function encodeText(part: TextPart, usual: TextType, logprobs: LogprobCursor | undefined): JsonObject {
  const { extras, text } = part;
  const type = spelled(extras, 'type') ?? usual;
  const body: JsonDraft = { type, text };
  const fromUs = extras?.dialect === ID;
  const span = { start: 0, end: text.length };
  const annotations = (part.annotations ?? NO_ENTRIES).flatMap(
    (annotation) => responsesAnnotation(annotation, span) ?? [],
  );
  // Answers have both lists, also where they are empty.
  const full = type === 'output_text' && (fromUs || logprobs !== undefined);
  const how = spelled(extras, 'annotations');
  if (annotations.length > 0 || how === 'listed' || (full && how !== 'absent'))
    body['annotations'] = annotations;
  const count = spelled(extras, 'logprobs');
  if (full && count !== 'absent') {
    const told = fromUs && typeof count !== 'number' ? 0 : count;
    body['logprobs'] = carried(extras)?.['logprobs'] ?? logprobs?.take(asNumber(told)) ?? NO_ENTRIES;
  }
  if (part.cache !== undefined) body['prompt_cache_breakpoint'] = spelled(extras, 'breakpoint');
  return present(addCarried(body, extras));
}
