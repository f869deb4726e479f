// Token counts: `tokens` is what the model read and wrote, `billed_units` what is charged, without Cohere's own preamble
// for tools. The first is reported; both are kept in the provider's own object.

import { asNumber, asObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { Usage } from '#canonical/usage.ts';
import { ours } from './wire.ts';

/** Undefined when the object counts nothing: a missing counter is unknown, not zero. */
export function decodeUsage(usage: JsonObject): Usage | undefined {
  const tokens = asObject(usage['tokens']);
  const billed = asObject(usage['billed_units']);
  const inputTotal = count(tokens?.['input_tokens']) ?? count(billed?.['input_tokens']);
  const outputTotal = count(tokens?.['output_tokens']) ?? count(billed?.['output_tokens']);
  if (inputTotal === undefined || outputTotal === undefined) return undefined;
  const cached = count(usage['cached_tokens']);
  const thought = count(tokens?.['reasoning_tokens']);
  return {
    inputTotal,
    outputTotal,
    // Part of the totals, so never more than they are.
    ...(cached === undefined ? {} : { cacheRead: Math.min(cached, inputTotal) }),
    ...(thought === undefined ? {} : { reasoning: Math.min(thought, outputTotal) }),
    raw: ours(usage),
  };
}

function count(value: Json | undefined): number | undefined {
  const number = asNumber(value);
  return number !== undefined && number >= 0 ? number : undefined;
}
