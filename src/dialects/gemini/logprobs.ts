// Log probabilities: the wire has two lists, of what was chosen and of what might have been; the centre has one entry for
// each token, as Chat Completions and most others write it.

import { asArray, asNumber, asObject, asString } from '#base/json.ts';
import type { Json, JsonDraft } from '#base/json.ts';

export function decodeLogprobs(result: Json | undefined): Json | undefined {
  const object = asObject(result);
  const chosen = asArray(object?.['chosenCandidates']);
  if (chosen === undefined) return undefined;
  const top = asArray(object?.['topCandidates']) ?? [];
  const content = chosen.map((token, index) => {
    const others = asArray(asObject(top[index])?.['candidates']) ?? [];
    return { ...entryOf(token), top_logprobs: others.map(entryOf) };
  });
  return { content };
}

function entryOf(candidate: Json): JsonDraft {
  const object = asObject(candidate);
  const token = asString(object?.['token']) ?? '';
  return {
    token,
    logprob: asNumber(object?.['logProbability']) ?? 0,
    bytes: [...new TextEncoder().encode(token)],
  };
}

/** Undefined when they are in no shape that we know. */
export function encodeLogprobs(logprobs: Json | undefined): Json | undefined {
  const content = asArray(asObject(logprobs)?.['content']);
  if (content === undefined) return undefined;
  return {
    chosenCandidates: content.map(candidateOf),
    topCandidates: content.map((entry) => ({
      candidates: (asArray(asObject(entry)?.['top_logprobs']) ?? []).map(candidateOf),
    })),
  };
}

function candidateOf(entry: Json): JsonDraft {
  const object = asObject(entry);
  return {
    token: asString(object?.['token']) ?? '',
    logProbability: asNumber(object?.['logprob']) ?? 0,
  };
}
