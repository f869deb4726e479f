// Parts as blocks of an answer to a client. Nothing here is declared any more: what this API cannot show of an answer is
// told in words, or is of use to its own language only.

import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { Opaque } from '#canonical/foreign.ts';
import type { MediaPart, Part, ReasoningPart, TextPart, ToolCallPart } from '#canonical/part.ts';
import { citationOf } from './citations.ts';
import { addCarried, isOurs, noted } from './notes.ts';
import { bareSeal, writeMark } from './seals.ts';
import { CUSTOM_FIELD, inputOf } from './tool-input.ts';
import { ID } from './wire.ts';

/** The blocks of an answer, in order. */
export function answerBlocks(parts: readonly Part[]): readonly Json[] {
  return parts.flatMap((part) => answerBlock(part));
}

function answerBlock(part: Part): readonly Json[] {
  switch (part.kind) {
    case 'text':
      return textBlock(part);
    case 'refusal':
      return part.text === '' ? [] : [{ type: 'text', text: part.text }];
    case 'reasoning':
      return thinkingBlock(part);
    case 'tool-call':
      return callBlocks(part);
    case 'foreign':
      return part.dialect === ID ? [part.value] : [];
    case 'tool-result':
      return [];
    default:
      return [{ type: 'text', text: mediaText(part) }];
  }
}

/** Empty texts make clients stumble when they send them back. */
function textBlock(part: TextPart): readonly Json[] {
  if (part.text === '' && !isOurs(part.extras) && part.annotations === undefined) return [];
  const body: JsonDraft = { type: 'text', text: part.text };
  const citations = citationsOf(part.annotations ?? [], part.text);
  if (citations.length > 0) body['citations'] = citations;
  return [addCarried(body, part.extras)];
}

export function citationsOf(annotations: readonly Json[], text: string): readonly JsonObject[] {
  return annotations.map((annotation) => citationOf(annotation, text)).filter((one) => one !== undefined);
}

function thinkingBlock(part: ReasoningPart): readonly Json[] {
  const redacted = bareSeal(part.seals, 'redacted');
  if (redacted !== undefined)
    return [addCarried({ type: 'redacted_thinking', data: redacted.value }, part.extras)];
  if (part.text === '' && (part.seals ?? []).length === 0 && noted(part.extras, 'signature') === undefined)
    return [];
  const body: JsonDraft = { type: 'thinking', thinking: part.text };
  if (noted(part.extras, 'signature') !== 'absent') body['signature'] = signatureOf(part);
  return [addCarried(body, part.extras)];
}

/** Its own; nothing where the provider gave nothing; else our mark, so that the thought is known when it comes back. */
export function signatureOf({ seals, extras }: Pick<ReasoningPart, 'seals' | 'extras'>): string {
  const own = bareSeal(seals, 'signature');
  if (own !== undefined) return own.value;
  return noted(extras, 'signature') === undefined ? writeMark({ seals: seals ?? [] }) : '';
}

function callBlocks(part: ToolCallPart): readonly Json[] {
  const input = part.form === 'custom' ? { [CUSTOM_FIELD]: part.arguments } : inputOf(part.arguments).input;
  const block = addCarried({ type: 'tool_use', id: part.id, name: part.name, input }, part.extras);
  return part.seal === undefined ? [block] : [block, sealBlock(part.id, part.seal)];
}

/** A call has no place for a seal here: it travels in a thought without text. */
export function sealBlock(call: string, seal: Opaque): JsonObject {
  return { type: 'thinking', thinking: '', signature: writeMark({ seals: [seal], call }) };
}

/** Answers of this API hold no media. */
export function mediaText({ kind, source }: Pick<MediaPart, 'kind' | 'source'>): string {
  if (source.from === 'url') return kind === 'image' ? `![image](${source.url})` : `[${kind}](${source.url})`;
  const type = source.mime === undefined ? '' : ` of type ${source.mime}`;
  return `[The answer has ${kind === 'image' || kind === 'audio' ? 'an' : 'a'} ${kind}${type} here, which this API cannot carry.]`;
}
