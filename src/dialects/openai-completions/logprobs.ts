// Log probabilities of a chat as clients of this API read them: four lists instead of one.

import { asArray, asNumber, asObject, asString } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';

/** What is not of a chat is in this API's own shape already. `offset` is where the text begins. */
export function encodeLogprobs(logprobs: Json, offset: number): Json {
  const content = asArray(asObject(logprobs)?.['content']);
  if (content === undefined) return logprobs;
  const entries = content.map((item) => asObject(item) ?? {});
  let at = offset;
  return {
    tokens: entries.map(tokenOf),
    token_logprobs: entries.map((entry) => asNumber(entry['logprob']) ?? null),
    top_logprobs: entries.map(topOf),
    text_offset: entries.map((entry) => {
      const here = at;
      at += tokenOf(entry).length;
      return here;
    }),
  };
}

function tokenOf(entry: JsonObject): string {
  return asString(entry['token']) ?? '';
}

function topOf(entry: JsonObject): JsonObject {
  const top: JsonDraft = {};
  for (const item of asArray(entry['top_logprobs']) ?? []) {
    const alternative = asObject(item) ?? {};
    const token = tokenOf(alternative);
    if (token !== '__proto__') top[token] = asNumber(alternative['logprob']) ?? null;
  }
  return top;
}
