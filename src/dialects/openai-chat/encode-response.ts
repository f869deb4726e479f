// A whole answer, from the centre's words to a client's.

import { asObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { MediaPart, Part, ReasoningPart, ToolCallPart } from '#canonical/part.ts';
import type { ChatResponse, Choice } from '#canonical/response.ts';
import { chatAnnotation } from '../openai-links.ts';
import { encodeContent } from './content.ts';
import { encodeReasoningAsSent, isLegacyCall, textOf } from './encode-message.ts';
import { encodeFinish } from './finish.ts';
import { encodeAnswerAudio, encodeAnswerImage } from './message-media.ts';
import { callSeals, foreignDetails, reasoningSpelling } from './reasoning.ts';
import { addCarried, carried, ours, present, spelled } from './spelling.ts';
import { encodeToolCall } from './tools.ts';
import { encodeUsage } from './usage.ts';
import { ID } from './wire.ts';

export function encodeResponse(response: ChatResponse): JsonObject {
  const object = spelled(response.extras, 'object');
  const body: JsonDraft = {
    id: response.id,
    object: typeof object === 'string' && object !== 'absent' ? object : 'chat.completion',
    created: response.createdSec ?? 0,
    model: response.model,
    choices: response.choices.map(encodeChoice),
  };
  if (response.usage !== undefined) body['usage'] = encodeUsage(response.usage);
  return addCarried(body, response.extras);
}

function encodeChoice(choice: Choice, index: number): JsonObject {
  const fromUs = fieldsFor(ID, choice.extras) !== undefined;
  const finishReason = encodeFinish(choice.finish);
  const body: JsonDraft = {
    index: carried(choice.extras)?.['index'] ?? index,
    message: encodeAnswer(choice, fromUs),
    finish_reason: finishReason,
  };
  if (choice.logprobs !== undefined) body['logprobs'] = choice.logprobs;
  else if (!fromUs) body['logprobs'] = null;
  addCarried(body, choice.extras);
  addNativeFinish(body, choice.finish.raw);
  return body;
}

/** The provider's own word, where we say another. */
export function addNativeFinish(body: JsonDraft, raw: string | undefined): void {
  if (raw !== undefined && raw !== body['finish_reason']) body['native_finish_reason'] ??= raw;
}

function encodeAnswer(choice: Choice, fromUs: boolean): JsonObject {
  const carriedFields = asObject(fieldsFor(ID, choice.extras)?.['message']);
  const extras = carriedFields === undefined ? undefined : ours(carriedFields);
  const body: JsonDraft = {
    role: 'assistant',
    content: encodeAnswerContent(choice.parts, spelled(extras, 'content')),
  };
  const refusals = choice.parts.filter((part) => part.kind === 'refusal');
  if (refusals.length > 0) body['refusal'] = textOf(refusals);
  else if (!fromUs) body['refusal'] = null;
  encodeReasoning(choice.parts, body);
  encodeBeside(choice.parts, body);
  encodeCalls(choice.parts, body);
  return present(addCarried(body, extras));
}

/** One text: some providers write a list in which thinking stands among it, and clients would show that as an object. */
function encodeAnswerContent(parts: readonly Part[], spelling: Json | undefined): Json | undefined {
  const texts = parts.filter((part) => part.kind === 'text' && part.text !== '');
  if (texts.length > 0) return textOf(texts);
  return spelling === 'list' ? '' : encodeContent([], spelling, null);
}

/** Reasoning of another language is told twice: as plain text for most clients, as details for those that echo them. */
function encodeReasoning(parts: readonly Part[], body: JsonDraft): void {
  const reasoning = parts.filter((part): part is ReasoningPart => part.kind === 'reasoning');
  encodeReasoningAsSent(reasoning, body);
  const foreign = reasoning.filter(isUnspelled);
  for (const part of parts) {
    if (part.kind === 'tool-call' && part.seal !== undefined) foreign.push(callSeals(part.id, [part.seal]));
  }
  if (foreign.length === 0) return;
  const text = textOf(foreign);
  if (text !== '') body['reasoning_content'] = text;
  body['reasoning_details'] = foreign.flatMap((part, index) => foreignDetails(part, index));
}

/** In no field of its own: in another language, or among the content. */
function isUnspelled({ extras }: ReasoningPart): boolean {
  const spelling = reasoningSpelling(extras);
  return spelling === undefined || spelling.thinking !== undefined;
}

function encodeBeside(parts: readonly Part[], body: JsonDraft): void {
  const media = parts.filter((part): part is MediaPart => part.kind === 'image' || part.kind === 'audio');
  const images = media.filter((part) => part.kind === 'image').map(encodeAnswerImage);
  if (images.length > 0) body['images'] = images.filter((image) => image !== undefined);
  const audio = media.find((part) => part.kind === 'audio');
  if (audio !== undefined) body['audio'] = encodeAnswerAudio(audio);
  const annotations = annotationsIn(parts);
  if (annotations.length > 0) body['annotations'] = annotations;
}

/** Their places count the characters of the whole text. */
function annotationsIn(parts: readonly Part[]): readonly Json[] {
  let start = 0;
  return parts.flatMap((part) => {
    if (part.kind !== 'text') return [];
    const span = { start, end: start + part.text.length };
    start = span.end;
    return (part.annotations ?? []).flatMap((annotation) => chatAnnotation(annotation, span) ?? []);
  });
}

function encodeCalls(parts: readonly Part[], body: JsonDraft): void {
  const calls = parts.filter((part): part is ToolCallPart => part.kind === 'tool-call');
  const legacy = calls.find(isLegacyCall);
  if (legacy !== undefined) body['function_call'] = { name: legacy.name, arguments: legacy.arguments };
  const usual = calls.filter((call) => !isLegacyCall(call));
  // Some providers leave out which kind of call it is; clients ask before they look.
  if (usual.length > 0)
    body['tool_calls'] = usual.map((call) => ({ type: call.form, ...encodeToolCall(call) }));
}
