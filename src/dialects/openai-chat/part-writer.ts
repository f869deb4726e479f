// How each kind of part is written in a stream: what its opening says, where the text of its deltas stands, and what
// follows when it closes.

import type { Json, JsonObject } from '#base/json.ts';
import type { CloseEvent, OpenEvent } from '#canonical/event.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { MediaPart, ReasoningPart } from '#canonical/part.ts';
import { encodeAnswerAudio, encodeAnswerImage } from './message-media.ts';
import { callSeals, encodeDetails, foreignDetails, LENGTH_FIELD, reasoningSpelling } from './reasoning.ts';
import { addCarried } from './spelling.ts';
import { ID } from './wire.ts';

export interface DeltaShape {
  /** The delta as text before and after the piece, which is a JSON string. */
  readonly head: string;
  readonly tail: string;
  /** Stands between two copies of the piece, where a delta tells it twice. */
  readonly twice?: string;
  /** The same as a value. */
  delta(text: string): JsonObject;
}

/** The lists of a delta whose entries say which they are, as the official clients' helpers need it. */
export function listOf(event: OpenEvent): 'tool_calls' | 'reasoning_details' | 'images' | undefined {
  switch (event.what.kind) {
    case 'tool-call':
      return 'tool_calls';
    case 'reasoning':
      return 'reasoning_details';
    case 'image':
      return 'images';
    default:
      return undefined;
  }
}

/** Undefined for parts without deltas. `place` is that of the part in its list, among those of its choice. */
export function deltaShape(event: OpenEvent, place: number): DeltaShape | undefined {
  const { what } = event;
  switch (what.kind) {
    case 'text':
      return fieldShape('content');
    case 'refusal':
      return fieldShape('refusal');
    case 'tool-call':
      if (isLegacy(event)) {
        return wrapped('{"function_call":{"arguments":', '}}', (text) => ({
          function_call: { arguments: text },
        }));
      }
      return callShape(what.form, place);
    case 'reasoning':
      return reasoningShape(event, place);
    default:
      return undefined;
  }
}

function wrapped(
  head: string,
  tail: string,
  delta: (text: string) => JsonObject,
  twice?: string,
): DeltaShape {
  return twice === undefined ? { head, tail, delta } : { head, tail, delta, twice };
}

function fieldShape(field: string): DeltaShape {
  return wrapped(`{"${field}":`, '}', (text) => ({ [field]: text }));
}

function callShape(form: 'function' | 'custom', call: number): DeltaShape {
  const field = form === 'function' ? 'arguments' : 'input';
  return wrapped(`{"tool_calls":[{"index":${call},"${form}":{"${field}":`, '}}]}', (text) => ({
    tool_calls: [{ index: call, [form]: { [field]: text } }],
  }));
}

/** As it came, where it came from this language; else as plain text for most clients and as a detail for the others. */
function reasoningShape(event: OpenEvent, place: number): DeltaShape {
  const spelling = reasoningSpelling(event.extras);
  const foreign = spelling === undefined || spelling.thinking !== undefined;
  const field = foreign ? 'reasoning_content' : spelling.plain[0];
  const detail = foreign ? foreignDetail(event, place) : spelling.detail;
  if (detail === undefined) return fieldShape(field ?? 'reasoning_content');
  const textField = detail['type'] === 'reasoning.summary' ? 'summary' : 'text';
  const entry = JSON.stringify({ ...detail, [textField]: undefined }).slice(0, -1);
  const details = `"reasoning_details":[${entry},"${textField}":`;
  const asDelta = (text: string): JsonObject => ({
    ...(field !== undefined && { [field]: text }),
    reasoning_details: [{ ...detail, [textField]: text }],
  });
  if (field === undefined) return wrapped(`{${details}`, '}]}', asDelta);
  return wrapped(`{"${field}":`, '}]}', asDelta, `,${details}`);
}

function foreignDetail(event: OpenEvent, place: number): JsonObject {
  const summary = event.what.kind === 'reasoning' && event.what.summary === true;
  return { type: summary ? 'reasoning.summary' : 'reasoning.text', format: 'unknown', index: place };
}

/** What is said when a part opens; undefined when there is nothing to say before its first delta. */
export function openDelta(event: OpenEvent, place: number): JsonObject | undefined {
  const { what } = event;
  switch (what.kind) {
    case 'tool-call': {
      const text = what.form === 'function' ? { arguments: '' } : { input: '' };
      const inner = { name: what.name, ...text };
      if (isLegacy(event)) return { function_call: inner };
      const body = { index: place, id: what.id, type: what.form, [what.form]: inner };
      return { tool_calls: [addCarried(body, event.extras)] };
    }
    case 'image': {
      const image = encodeAnswerImage(mediaOf(event, what));
      return image === undefined ? undefined : { images: [{ index: place, ...image }] };
    }
    case 'audio': {
      const audio = encodeAnswerAudio(mediaOf(event, what));
      return audio === undefined ? undefined : { audio };
    }
    default:
      return undefined;
  }
}

export interface SealedPart {
  readonly open: OpenEvent;
  /** Characters of its text, told in deltas before. */
  readonly length: number;
  /** Of the seals' entry in `reasoning_details`. */
  readonly place: number;
}

/** Seals come when the part closes: in an entry of their own, without text. */
export function sealDelta({ open, length, place }: SealedPart, close: CloseEvent): JsonObject | undefined {
  if (close.seals === undefined || close.seals.length === 0) return undefined;
  if (open.what.kind === 'tool-call') {
    return { reasoning_details: foreignDetails(callSeals(open.what.id, close.seals), place) };
  }
  if (open.what.kind !== 'reasoning') return undefined;
  const part: ReasoningPart = { kind: 'reasoning', text: '', seals: close.seals };
  const ours = reasoningSpelling(open.extras);
  const entries: readonly Json[] =
    ours === undefined
      ? foreignDetails(part, place).map((entry) => ofText(entry, length))
      : encodeDetails([{ ...part, extras: open.extras ?? { dialect: ID, fields: {} } }]);
  return entries.length === 0 ? undefined : { reasoning_details: entries };
}

/** The text went before; how much it was is told to whoever puts them together. */
function ofText(entry: JsonObject, length: number): JsonObject {
  if (length === 0) return { ...entry, text: '' };
  return entry['signature'] === undefined ? entry : { ...entry, [LENGTH_FIELD]: length };
}

function isLegacy(event: OpenEvent): boolean {
  return fieldsFor(ID, event.extras)?.['legacy'] === true;
}

function mediaOf(event: OpenEvent, what: Pick<MediaPart, 'kind' | 'source'>): MediaPart {
  return { kind: what.kind, source: what.source, ...(event.extras && { extras: event.extras }) };
}
