// The parts of an answer as the fields of a message. A field that says nothing is left out: most must not be null.

import { asArray, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { MediaPart, Part, ReasoningPart, ToolCallPart } from '#canonical/part.ts';
import { encodeAnswerAudio, encodeAnswerImage } from '../message-media.ts';
import { callSeals, encodeDetails, foreignDetails, reasoningSpelling } from '../reasoning.ts';

export function encodeMessage(parts: readonly Part[]): JsonObject {
  const body: JsonDraft = { role: 'assistant', content: textOf(parts, 'text') ?? null };
  body['refusal'] = textOf(parts, 'refusal') ?? null;
  body['reasoning'] = textOf(parts, 'reasoning') ?? null;
  const details = detailsOf(parts);
  if (details.length > 0) body['reasoning_details'] = details;
  const calls = parts.filter((part): part is ToolCallPart => part.kind === 'tool-call').map(encodeCall);
  if (calls.length > 0) body['tool_calls'] = calls;
  encodeMedia(parts, body);
  const annotations = parts.flatMap((part) => (part.kind === 'text' ? (part.annotations ?? []) : []));
  const known = encodeAnnotations(annotations);
  if (known.length > 0) body['annotations'] = known;
  return body;
}

function textOf(parts: readonly Part[], kind: 'text' | 'refusal' | 'reasoning'): string | undefined {
  let text: string | undefined;
  for (const part of parts) {
    if (part.kind !== kind || part.text === '') continue;
    text = (text ?? '') + part.text;
  }
  return text;
}

/** All reasoning in order, that which came as a plain text too: clients that know details do not look at the text. */
function detailsOf(parts: readonly Part[]): readonly JsonObject[] {
  const reasoning: ReasoningPart[] = [];
  for (const part of parts) {
    if (part.kind === 'reasoning') reasoning.push(part);
    else if (part.kind === 'tool-call' && part.seal !== undefined)
      reasoning.push(callSeals(part.id, [part.seal]));
  }
  return reasoning.flatMap((part, index) => {
    const detailed = reasoningSpelling(part.extras)?.detail !== undefined;
    return detailed ? encodeDetails([part]) : foreignDetails(part, index);
  });
}

/** Only functions are known there; a tool that takes any text gets it as its arguments, as it does elsewhere. */
export function encodeCall(call: ToolCallPart): JsonObject {
  return { id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } };
}

function encodeMedia(parts: readonly Part[], body: JsonDraft): void {
  const media = parts.filter((part): part is MediaPart => part.kind === 'image' || part.kind === 'audio');
  const images = media
    .filter((part) => part.kind === 'image')
    .map(encodeAnswerImage)
    .filter((image) => image !== undefined);
  if (images.length > 0) body['images'] = images;
  const audio = media.find((part) => part.kind === 'audio');
  const encoded = audio === undefined ? undefined : encodeAnswerAudio(audio);
  if (encoded !== undefined) body['audio'] = encoded;
}

/** Links in the nested form, each with all its members; what is neither a link nor a file is understood by nobody. */
export function encodeAnnotations(annotations: readonly Json[]): readonly JsonObject[] {
  return annotations.map(encodeAnnotation).filter((annotation) => annotation !== undefined);
}

function encodeAnnotation(annotation: Json): JsonObject | undefined {
  if (!isObject(annotation)) return undefined;
  if (annotation['type'] === 'file' && isObject(annotation['file'])) return annotation;
  const link = asObject(annotation['url_citation']) ?? annotation;
  const url = asString(link['url']);
  if (annotation['type'] !== 'url_citation' || url === undefined) return undefined;
  const content = asString(link['content']);
  return {
    type: 'url_citation',
    url_citation: {
      url,
      title: asString(link['title']) ?? url,
      ...(content !== undefined && { content }),
      start_index: indexOf(link['start_index']),
      end_index: indexOf(link['end_index']),
    },
  };
}

function indexOf(value: Json | undefined): number {
  return typeof value === 'number' && Number.isInteger(value) ? value : 0;
}

/** `{content: [{token, logprob, bytes, top_logprobs}]}`: every token has all of its members. */
export function encodeLogprobs(logprobs: Json | undefined): JsonObject | null {
  const written = asObject(logprobs);
  const content = asArray(written?.['content']);
  if (written === undefined || content === undefined) return null;
  return { content: content.filter(isObject).map(encodeToken) };
}

function encodeToken(token: JsonObject): JsonObject {
  return { bytes: null, top_logprobs: [], ...token };
}
