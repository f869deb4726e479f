// Token counts, both ways: totals include what was cached and what was thought, at every provider of this language. The
// provider's own object is kept beside the counts and goes unchanged to clients of this dialect.

import { asNumber, asObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { dollarsToNano } from '#base/money.ts';
import type { NanoDollars } from '#base/money.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Usage } from '#canonical/usage.ts';
import { ID } from './wire.ts';

/** xAI's unit of cost: ten thousand million make a dollar (docs.x.ai, "cost_in_usd_ticks"). */
const TICKS_PER_DOLLAR = 1e10;

/** Undefined when the object counts nothing: a missing counter is unknown, not zero. */
export function decodeUsage(value: Json | undefined): Usage | undefined {
  const usage = asObject(value);
  const inputTotal = count(usage?.['input_tokens']);
  const outputTotal = count(usage?.['output_tokens']);
  if (usage === undefined || inputTotal === undefined || outputTotal === undefined) return undefined;
  const inputDetails = asObject(usage['input_tokens_details']);
  const outputDetails = asObject(usage['output_tokens_details']);
  const counts: { -readonly [Key in keyof Usage]: Usage[Key] } = {
    inputTotal,
    outputTotal,
    raw: { dialect: ID, fields: usage },
  };
  // Sub-counters are estimates at some providers and exceed what they are part of; the totals stand.
  const cacheRead = count(inputDetails?.['cached_tokens']);
  if (cacheRead !== undefined) counts.cacheRead = Math.min(cacheRead, inputTotal);
  const cacheWrite = count(inputDetails?.['cache_write_tokens']);
  if (cacheWrite !== undefined)
    counts.cacheWrite = Math.min(cacheWrite, inputTotal - (counts.cacheRead ?? 0));
  const thought = count(outputDetails?.['reasoning_tokens']);
  if (thought !== undefined) counts.reasoning = Math.min(thought, outputTotal);
  const cost = reportedCost(usage);
  if (cost !== undefined) counts.reportedCost = cost;
  return counts;
}

export function encodeUsage(usage: Usage): JsonObject {
  const raw = fieldsFor(ID, usage.raw);
  if (raw !== undefined) return raw;
  const details: JsonDraft = { cached_tokens: usage.cacheRead ?? 0 };
  if (usage.cacheWrite !== undefined) details['cache_write_tokens'] = usage.cacheWrite;
  return {
    input_tokens: usage.inputTotal,
    input_tokens_details: details,
    output_tokens: usage.outputTotal,
    output_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
    total_tokens: usage.inputTotal + usage.outputTotal,
  };
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** `cost` in dollars, as routers tell it, or xAI's ticks. */
function reportedCost(usage: JsonObject): NanoDollars | undefined {
  const ticks = asNumber(usage['cost_in_usd_ticks']);
  const cost = asNumber(usage['cost']) ?? (ticks === undefined ? undefined : ticks / TICKS_PER_DOLLAR);
  return cost === undefined || cost < 0 || cost > 1e6 ? undefined : dollarsToNano(cost);
}
