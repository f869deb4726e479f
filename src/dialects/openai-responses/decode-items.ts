// The items that a model's turn is made of, from the wire's words to parts: messages, reasoning, calls, and what hosted
// tools did. An item of which anything cannot be read stays whole, as a foreign part.

import { asArray, asString, isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { Opaque } from '#canonical/foreign.ts';
import type { MediaPart, Part, ReasoningPart, ToolCallPart } from '#canonical/part.ts';
import { decodeContentPart } from './content.ts';
import { othersOf, withExtras } from './spelling.ts';
import { isMadeId } from './envelope.ts';
import { readSeal, readSealObject, SEAL_FIELD } from './seal.ts';
import { CALL_TYPES, callTypeOf, ID, MESSAGE_FIELDS } from './wire.ts';

const START_FIELDS: ReadonlySet<string> = new Set(['id', 'type', 'phase']);
const CALL_FIELDS = {
  function: new Set(['type', 'call_id', 'name', 'arguments', SEAL_FIELD]),
  custom: new Set(['type', 'call_id', 'name', 'input', SEAL_FIELD]),
} as const;
const REASONING_FIELDS: ReadonlySet<string> = new Set([
  'id',
  'type',
  'summary',
  'content',
  'encrypted_content',
]);
const IMAGE_FIELDS: ReadonlySet<string> = new Set(['type', 'result']);
const TEXT_FIELDS: ReadonlySet<string> = new Set(['type', 'text']);

/** The parts of one item of an assistant's turn. `logprobs` collects those of an answer. */
export function decodeItem(item: JsonObject, logprobs?: Json[]): readonly Part[] {
  return readItem(item, logprobs) ?? [foreign(item)];
}

function readItem(item: JsonObject, logprobs: Json[] | undefined): readonly Part[] | undefined {
  const type = item['type'];
  if (type === 'reasoning') return decodeReasoning(item);
  const callType = callTypeOf(item);
  if (callType !== undefined) {
    const call = decodeCall(item, CALL_TYPES[callType]);
    return call && [call];
  }
  if (type === 'image_generation_call') {
    const image = decodeGeneratedImage(item);
    return image && [image];
  }
  // What the client had said comes back in the answer to a request to compact a conversation.
  return isMessage(item) && item['role'] === 'assistant' ? decodeMessage(item, logprobs) : undefined;
}

export function foreign(value: Json): Part {
  return { kind: 'foreign', dialect: ID, value };
}

/** The type may be left out on messages. */
export function isMessage(item: JsonObject): boolean {
  return item['type'] === 'message' || (item['type'] === undefined && typeof item['role'] === 'string');
}

/** What is known of a message when it begins. */
export function messageStart(item: JsonObject): JsonDraft {
  const start: JsonDraft = {};
  for (const field of START_FIELDS) if (item[field] !== undefined) start[field] = item[field];
  return start;
}

/** What is known of a message only when it is over. Undefined when there is nothing. */
export function messageEnd(item: JsonObject): JsonDraft | undefined {
  const end = othersOf(item, MESSAGE_FIELDS);
  for (const field of START_FIELDS) delete end[field];
  return Object.keys(end).length === 0 ? undefined : end;
}

function decodeMessage(item: JsonObject, logprobs: Json[] | undefined): readonly Part[] | undefined {
  const message = messageStart(item);
  const end = messageEnd(item);
  const content = item['content'];
  if (typeof content === 'string') {
    const notes = { message: { ...message, $content: 'text' }, end };
    return [{ kind: 'text', text: content, ...withExtras({}, notes) }];
  }
  const list = asArray(content);
  if (list === undefined || list.length === 0) return undefined;
  const found: Json[] = [];
  const parts = list.map((value, index) => {
    const notes = {
      ...(index === 0 ? { message } : { more: true }),
      ...(index === list.length - 1 && { end }),
    };
    return isObject(value)
      ? decodeContentPart(value, 'output_text', notes, logprobs === undefined ? undefined : found)
      : undefined;
  });
  const said = parts.filter((part) => part?.kind === 'text' || part?.kind === 'refusal');
  if (said.length !== list.length) return undefined;
  logprobs?.push(...found);
  return said;
}

export function reasoningStart(item: JsonObject): JsonDraft {
  return item['id'] === undefined ? {} : { id: item['id'] };
}

export function reasoningEnd(item: JsonObject): JsonDraft | undefined {
  const end = othersOf(item, REASONING_FIELDS);
  const { content, summary, encrypted_content: sealed } = item;
  if (content !== undefined && (asArray(content)?.length ?? 0) === 0) end['$content'] = content;
  if (asArray(summary) === undefined) end['$summary'] = summary === undefined ? 'absent' : summary;
  if (sealed !== undefined && (typeof sealed !== 'string' || sealed === ''))
    end['encrypted_content'] = sealed;
  return Object.keys(end).length === 0 ? undefined : end;
}

/** A part for each text; one without text where there is none, to hold the seal. */
function decodeReasoning(item: JsonObject): readonly ReasoningPart[] | undefined {
  const summaries = textsOf(item['summary'], 'summary_text');
  const contents = textsOf(item['content'], 'reasoning_text');
  if (summaries === undefined || contents === undefined) return undefined;
  const told = [
    ...summaries.map((text) => ({ text, summary: true })),
    ...contents.map((text) => ({ text, summary: false })),
  ];
  if (told.length === 0) told.push({ text: '', summary: false });
  const seals = readSeal(item['encrypted_content'], item['id']);
  if (isShown(item, seals)) return shownBefore(told, seals);
  return told.map(({ text, summary }, index): ReasoningPart => {
    const last = index === told.length - 1;
    const place = index === 0 ? { item: reasoningStart(item) } : { more: true };
    const extras = withExtras({}, last ? { ...place, end: reasoningEnd(item) } : place);
    return {
      kind: 'reasoning',
      text,
      ...(summary && { summary }),
      ...(last && seals !== undefined && { seals }),
      ...extras,
    };
  });
}

/** An item that we made to show the reasoning of another vendor: no provider of this language knows it. */
function isShown(item: JsonObject, seals: readonly Opaque[] | undefined): boolean {
  if (seals?.some(({ dialect, issuer }) => dialect === ID && issuer === undefined) === true) return false;
  return isMadeId(asString(item['id']) ?? '');
}

function shownBefore(
  told: readonly { readonly text: string; readonly summary: boolean }[],
  seals: readonly Opaque[] | undefined,
): readonly ReasoningPart[] {
  return told.map(({ text, summary }, index) => ({
    kind: 'reasoning',
    text,
    ...(summary && { summary }),
    ...(index === told.length - 1 && seals !== undefined && { seals }),
  }));
}

/** Undefined when there is more to an entry than its text. Absent, null and empty are no entries. */
function textsOf(list: Json | undefined, type: string): readonly string[] | undefined {
  const texts: string[] = [];
  for (const entry of asArray(list) ?? []) {
    const text = isObject(entry) && entry['type'] === type ? asString(entry['text']) : undefined;
    if (text === undefined || !isObject(entry)) return undefined;
    if (Object.keys(othersOf(entry, TEXT_FIELDS)).length > 0) return undefined;
    texts.push(text);
  }
  return texts;
}

/** `call_id` ties a call to its result; `id` only names the item. */
function decodeCall(item: JsonObject, form: ToolCallPart['form']): ToolCallPart | undefined {
  const name = asString(item['name']);
  const text = asString(item[form === 'function' ? 'arguments' : 'input']);
  const id = asString(item['call_id']);
  if (name === undefined || text === undefined || id === undefined || id === '') return undefined;
  const seal = readSealObject(item[SEAL_FIELD]);
  return {
    kind: 'tool-call',
    id,
    name,
    arguments: text,
    form,
    ...(seal && { seal }),
    ...callExtras(item, form),
  };
}

export function callExtras(item: JsonObject, form: ToolCallPart['form']): ReturnType<typeof withExtras> {
  return withExtras(othersOf(item, CALL_FIELDS[form]), {}, true);
}

/** A picture that a hosted tool painted is a picture to everyone. */
export function decodeGeneratedImage(item: JsonObject): MediaPart | undefined {
  const data = asString(item['result']);
  if (data === undefined || data === '') return undefined;
  const format = asString(item['output_format']) ?? 'png';
  const source = { from: 'base64', mime: `image/${format}`, data } as const;
  return { kind: 'image', source, ...withExtras(othersOf(item, IMAGE_FIELDS), { generated: true }) };
}
