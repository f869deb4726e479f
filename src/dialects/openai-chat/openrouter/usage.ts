// Token counts and money as OpenRouter's clients read them. Its own clients check every counter: a detail object lacks none
// of its members, and what is unknown is left out, never null (openrouter.ai/docs, usage accounting; @openrouter/sdk 1.3.19).

import { asObject } from '#base/json.ts';
import type { JsonDraft, JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Usage } from '#canonical/usage.ts';
import type { Served } from '../../dialect.ts';
import { ID } from '../wire.ts';

export function encodeUsage(usage: Usage, served: Served | undefined): JsonObject {
  const body: JsonDraft = {
    prompt_tokens: usage.inputTotal,
    completion_tokens: usage.outputTotal,
    total_tokens: usage.inputTotal + usage.outputTotal,
    prompt_tokens_details: {
      cached_tokens: reportedCacheRead(usage) ?? usage.cacheRead ?? 0,
      cache_write_tokens: usage.cacheWrite ?? 0,
      audio_tokens: usage.audioInput ?? 0,
      video_tokens: usage.videoInput ?? 0,
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning ?? 0,
      image_tokens: usage.imageOutput ?? 0,
      audio_tokens: usage.audioOutput ?? 0,
    },
    is_byok: false,
  };
  const cost = served?.costOf(usage);
  if (cost === undefined) return body;
  body['cost'] = cost.total;
  // Clients add `upstream_inference_cost` to `cost`: the whole price stands in one place only.
  body['cost_details'] = {
    upstream_inference_cost: null,
    upstream_inference_prompt_cost: cost.prompt,
    upstream_inference_completions_cost: cost.completion,
  };
  return body;
}

/** As a provider of this language said it: some report more than the prompt has, which counts as all of it in the cost. */
function reportedCacheRead({ raw }: Usage): number | undefined {
  const details = asObject(fieldsFor(ID, raw)?.['prompt_tokens_details']);
  const cached = details?.['cached_tokens'];
  return typeof cached === 'number' && Number.isInteger(cached) && cached >= 0 ? cached : undefined;
}
