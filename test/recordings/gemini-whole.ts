// A recorded generateContent stream as the answer that it would be in one piece, put together by someone who knows nothing
// of odd streams.

import type { Frame } from '#base/frame.ts';
import { asArray, asObject, isObject, parseJson } from '#base/json.ts';
import type { JsonDraft, JsonObject } from '#base/json.ts';

export function chunksOf(frames: readonly Frame[]): readonly JsonObject[] {
  return frames.map(({ data }) => parseJson(data)).filter(isObject);
}

/** The stream as the answer in one piece: increments of a text joined, everything else in order, the last of the rest. */
export function inOnePiece(frames: readonly Frame[]): JsonObject {
  const whole: JsonDraft = {};
  const parts: JsonDraft[] = [];
  const candidate: JsonDraft = {};
  for (const chunk of chunksOf(frames)) {
    Object.assign(whole, chunk);
    const one = asObject(asArray(chunk['candidates'])?.[0]);
    const { content, ...rest } = one ?? {};
    const { finishReason } = candidate;
    Object.assign(candidate, rest, finishReason === undefined ? {} : { finishReason });
    for (const part of asArray(asObject(content)?.['parts']) ?? []) addPart(parts, asObject(part) ?? {});
  }
  return { ...whole, candidates: [{ ...candidate, content: { role: 'model', parts } }] };
}

function addPart(parts: JsonDraft[], part: JsonObject): void {
  const last = parts.at(-1);
  const isText = typeof part['text'] === 'string';
  if (isText && part['text'] === '' && part['thoughtSignature'] === undefined) return;
  const joins =
    isText &&
    typeof last?.['text'] === 'string' &&
    last['thought'] === part['thought'] &&
    last['thoughtSignature'] === undefined &&
    part['text'] !== '';
  if (joins && last !== undefined)
    Object.assign(last, part, { text: `${last['text'] as string}${part['text'] as string}` });
  else parts.push({ ...part });
}
