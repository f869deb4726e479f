// Token counts, both ways.

import { asNumber, asObject } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import { dollarsToNano } from '#base/money.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Usage } from '#canonical/usage.ts';
import { ours } from './spelling.ts';
import { ID } from './wire.ts';

/** An answer without a word has no `completion_tokens` at some. */
export function decodeUsage(usage: JsonObject): Usage | undefined {
  const input = count(usage['prompt_tokens']);
  const total = count(usage['total_tokens']);
  if (input === undefined) return undefined;
  const output = count(usage['completion_tokens']) ?? (total === undefined ? undefined : total - input);
  if (output === undefined || output < 0) return undefined;
  const cached = count(asObject(usage['prompt_tokens_details'])?.['cached_tokens']);
  const thought = count(asObject(usage['completion_tokens_details'])?.['reasoning_tokens']);
  const dollars = count(usage['cost']);
  return {
    inputTotal: input,
    outputTotal: output,
    ...(cached === undefined ? {} : { cacheRead: Math.min(cached, input) }),
    ...(thought === undefined ? {} : { reasoning: Math.min(thought, output) }),
    ...(dollars === undefined ? {} : { reportedCost: dollarsToNano(dollars) }),
    raw: ours(usage),
  };
}

export function encodeUsage(usage: Usage): JsonObject {
  const { inputTotal, outputTotal, cacheRead, reasoning } = usage;
  const raw = fieldsFor(ID, usage.raw);
  if (raw !== undefined) return raw;
  return {
    prompt_tokens: inputTotal,
    completion_tokens: outputTotal,
    total_tokens: inputTotal + outputTotal,
    ...(cacheRead === undefined ? {} : { prompt_tokens_details: { cached_tokens: cacheRead } }),
    ...(reasoning === undefined ? {} : { completion_tokens_details: { reasoning_tokens: reasoning } }),
  };
}

function count(value: unknown): number | undefined {
  const number = asNumber(value as never);
  return number !== undefined && Number.isFinite(number) && number >= 0 ? number : undefined;
}
