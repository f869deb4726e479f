// Blocks of a whole answer as parts.

import { asArray, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { Part } from '#canonical/part.ts';
import { annotationsOf } from './citations.ts';
import { decodeMedia } from './media.ts';
import { ID, ours, SERVER_TOOL } from './wire.ts';

const CALL_FIELDS: ReadonlySet<string> = new Set(['toolUseId', 'name', 'input']);

/** What we do not know stays foreign, and goes back to Bedrock as it came. */
export function decodeBlock(value: Json): Part {
  const block = asObject(value);
  const part = block === undefined ? undefined : readBlock(block);
  return part ?? { kind: 'foreign', dialect: ID, value };
}

function readBlock(block: JsonObject): Part | undefined {
  const { text, toolUse, reasoningContent, citationsContent, image, audio, video } = block;
  if (typeof text === 'string') return { kind: 'text', text };
  if (isObject(toolUse)) return decodeCall(toolUse);
  if (isObject(reasoningContent)) return decodeReasoning(reasoningContent);
  if (isObject(citationsContent)) return decodeCited(citationsContent);
  if (isObject(image)) return decodeMedia('image', image);
  if (isObject(audio)) return decodeMedia('audio', audio);
  return isObject(video) ? decodeMedia('video', video) : undefined;
}

/** A call of a tool that Bedrock runs itself is nobody's to answer. */
function decodeCall(call: JsonObject): Part | undefined {
  const id = asString(call['toolUseId']);
  const name = asString(call['name']);
  if (id === undefined || name === undefined || call['type'] === SERVER_TOOL) return undefined;
  const more = Object.entries(call).filter(([key]) => !CALL_FIELDS.has(key) && key !== '__proto__');
  const input = call['input'];
  return {
    kind: 'tool-call',
    id,
    name,
    form: 'function',
    arguments: isObject(input) ? JSON.stringify(input) : '{}',
    ...(more.length === 0 ? {} : { extras: ours(Object.fromEntries(more)) }),
  };
}

function decodeReasoning(content: JsonObject): Part | undefined {
  const redacted = asString(content['redactedContent']);
  if (redacted !== undefined) {
    const seal = { dialect: ID, form: 'redacted', value: redacted } as const;
    return { kind: 'reasoning', text: '', seals: [seal], extras: ours({}) };
  }
  const inside = asObject(content['reasoningText']);
  const text = asString(inside?.['text']);
  const signature = asString(inside?.['signature']);
  if (text === undefined && signature === undefined) return undefined;
  const seals =
    signature === undefined ? [] : [{ dialect: ID, form: 'signature', value: signature } as const];
  return { kind: 'reasoning', text: text ?? '', ...(seals.length === 0 ? {} : { seals }), extras: ours({}) };
}

function decodeCited(content: JsonObject): Part | undefined {
  const citations = asArray(content['citations']);
  if (citations === undefined) return undefined;
  const pieces = (asArray(content['content']) ?? []).map(
    (piece) => asString(asObject(piece)?.['text']) ?? '',
  );
  const annotations = annotationsOf(citations);
  return {
    kind: 'text',
    text: pieces.join(''),
    ...(annotations.length === 0 ? {} : { annotations }),
    extras: ours(content),
  };
}
