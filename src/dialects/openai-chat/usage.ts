// Token counts, both ways. The provider's own object is kept beside the counts and goes to clients of this
// dialect: they know their provider's accounting, and its extra counters.

import { asNumber, asObject } from '#base/json.ts';
import type { JsonDraft, JsonObject } from '#base/json.ts';
import { dollarsToNano } from '#base/money.ts';
import type { NanoDollars } from '#base/money.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Usage } from '#canonical/usage.ts';
import { ours, present } from './spelling.ts';
import { ID } from './wire.ts';

/** Undefined when the object counts nothing: a missing counter is unknown, not zero. */
export function decodeUsage(usage: JsonObject, reasoningOutside: boolean): Usage | undefined {
  const input = count(usage['prompt_tokens']) ?? count(usage['input_tokens']);
  const output = count(usage['completion_tokens']) ?? count(usage['output_tokens']);
  const total = count(usage['total_tokens']);
  const inputTotal = input ?? rest(total, output);
  const completion = output ?? rest(total, input);
  if (inputTotal === undefined || completion === undefined) return undefined;

  const inputDetails = asObject(usage['prompt_tokens_details']);
  const outputDetails = asObject(usage['completion_tokens_details']);
  const thought = count(outputDetails?.['reasoning_tokens']);
  const outputTotal = reasoningOutside ? completion + (thought ?? 0) : completion;
  const cacheRead =
    count(inputDetails?.['cached_tokens']) ??
    count(usage['cached_tokens']) ??
    count(usage['prompt_cache_hit_tokens']) ??
    count(usage['num_cached_tokens']);
  const counts: { -readonly [Key in keyof Usage]: Usage[Key] } = {
    inputTotal,
    outputTotal,
    raw: ours(usage),
  };
  // Sub-counters are estimates at some providers and exceed what they are part of; the totals stand.
  if (cacheRead !== undefined) counts.cacheRead = Math.min(cacheRead, inputTotal);
  const cacheWrite = count(inputDetails?.['cache_write_tokens']);
  if (cacheWrite !== undefined)
    counts.cacheWrite = Math.min(cacheWrite, inputTotal - (counts.cacheRead ?? 0));
  if (thought !== undefined) counts.reasoning = Math.min(thought, outputTotal);
  const audioInput = count(inputDetails?.['audio_tokens']);
  if (audioInput !== undefined) counts.audioInput = audioInput;
  const audioOutput = count(outputDetails?.['audio_tokens']);
  if (audioOutput !== undefined) counts.audioOutput = audioOutput;
  const imageOutput = count(outputDetails?.['image_tokens']);
  if (imageOutput !== undefined) counts.imageOutput = imageOutput;
  const cost = reportedCost(usage);
  if (cost !== undefined) counts.reportedCost = cost;
  return counts;
}

export function encodeUsage(usage: Usage): JsonObject {
  const raw = fieldsFor(ID, usage.raw);
  if (raw !== undefined) return withCacheRead(raw, usage.cacheRead);
  const body: JsonDraft = {
    prompt_tokens: usage.inputTotal,
    completion_tokens: usage.outputTotal,
    total_tokens: usage.inputTotal + usage.outputTotal,
    prompt_tokens_details: present({
      // Some clients insist on this one once the object is there.
      cached_tokens: usage.cacheRead ?? 0,
      cache_write_tokens: usage.cacheWrite,
      audio_tokens: usage.audioInput,
    }),
    completion_tokens_details: present({
      reasoning_tokens: usage.reasoning ?? 0,
      audio_tokens: usage.audioOutput,
      image_tokens: usage.imageOutput,
    }),
  };
  return body;
}

/** Where clients look for it: one provider counts it in a field of its own only. */
function withCacheRead(raw: JsonObject, cacheRead: number | undefined): JsonObject {
  if (raw['num_cached_tokens'] === undefined || cacheRead === undefined) return raw;
  const details = asObject(raw['prompt_tokens_details']);
  return { ...raw, prompt_tokens_details: { cached_tokens: cacheRead, ...details } };
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function rest(total: number | undefined, part: number | undefined): number | undefined {
  return total === undefined || part === undefined || total < part ? undefined : total - part;
}

/** `cost` in dollars: a number (OpenRouter) or an object with `total_cost` (Perplexity). */
function reportedCost(usage: JsonObject): NanoDollars | undefined {
  const cost = asNumber(usage['cost']) ?? asNumber(asObject(usage['cost'])?.['total_cost']);
  return cost === undefined || cost < 0 || cost > 1e6 ? undefined : dollarsToNano(cost);
}
