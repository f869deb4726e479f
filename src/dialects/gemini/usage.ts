// Token counts, both ways. On the wire thoughts stand beside the candidates, and what hosted tools read beside the
// prompt: totalTokenCount = prompt + toolUsePrompt + candidates + thoughts. What was cached is inside the prompt.

import { asArray, asObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Usage } from '#canonical/usage.ts';
import { ours, present } from './fields.ts';
import { ID } from './wire.ts';

/** Undefined when the object counts nothing, as early events of Vertex: a missing counter is unknown, not zero. */
export function decodeUsage(usage: JsonObject): Usage | undefined {
  const prompt = count(usage['promptTokenCount']);
  const candidates = count(usage['candidatesTokenCount']);
  const thoughts = count(usage['thoughtsTokenCount']);
  const read = count(usage['toolUsePromptTokenCount']);
  const total = count(usage['totalTokenCount']);
  const told = candidates === undefined && thoughts === undefined ? undefined : sum(candidates, thoughts);
  const asked = prompt === undefined && read === undefined ? undefined : sum(prompt, read);
  const outputTotal = told ?? rest(total, asked);
  const inputTotal = asked ?? rest(total, outputTotal);
  if (inputTotal === undefined || outputTotal === undefined) return undefined;

  const counts: { -readonly [Key in keyof Usage]: Usage[Key] } = {
    inputTotal,
    outputTotal,
    raw: ours(usage),
  };
  const cached = count(usage['cachedContentTokenCount']);
  if (cached !== undefined) counts.cacheRead = Math.min(cached, inputTotal);
  if (thoughts !== undefined) counts.reasoning = thoughts;
  const audioInput = modality(usage['promptTokensDetails'], 'AUDIO');
  if (audioInput !== undefined) counts.audioInput = audioInput;
  const audioOutput = modality(usage['candidatesTokensDetails'], 'AUDIO');
  if (audioOutput !== undefined) counts.audioOutput = audioOutput;
  const imageOutput = modality(usage['candidatesTokensDetails'], 'IMAGE');
  if (imageOutput !== undefined) counts.imageOutput = imageOutput;
  return counts;
}

export function encodeUsage(usage: Usage): JsonObject {
  const raw = fieldsFor(ID, usage.raw);
  if (raw !== undefined) return raw;
  const { inputTotal, outputTotal, cacheRead, reasoning = 0, audioInput, audioOutput, imageOutput } = usage;
  const thoughts = Math.min(reasoning, outputTotal);
  const body: JsonDraft = {
    promptTokenCount: inputTotal,
    candidatesTokenCount: outputTotal - thoughts,
    totalTokenCount: inputTotal + outputTotal,
    cachedContentTokenCount: cacheRead,
    thoughtsTokenCount: thoughts > 0 || usage.reasoning !== undefined ? thoughts : undefined,
    promptTokensDetails: details([['AUDIO', audioInput]]),
    candidatesTokensDetails: details([
      ['AUDIO', audioOutput],
      ['IMAGE', imageOutput],
    ]),
  };
  return present(body);
}

function details(counts: readonly (readonly [string, number | undefined])[]): Json | undefined {
  const known = counts.filter(([, tokenCount]) => tokenCount !== undefined && tokenCount > 0);
  return known.length === 0
    ? undefined
    : known.map(([name, tokenCount]) => ({ modality: name, tokenCount: tokenCount ?? 0 }));
}

function modality(counts: Json | undefined, name: string): number | undefined {
  const entry = (asArray(counts) ?? []).map(asObject).find((detail) => detail?.['modality'] === name);
  return count(entry?.['tokenCount']);
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function sum(a: number | undefined, b: number | undefined): number {
  return (a ?? 0) + (b ?? 0);
}

function rest(total: number | undefined, part: number | undefined): number | undefined {
  return total === undefined || part === undefined || total < part ? undefined : total - part;
}
