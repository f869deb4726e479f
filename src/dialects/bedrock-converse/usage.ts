// Token counts. Bedrock counts what was read from and written to a prompt cache beside `inputTokens`, not inside it.

import { asArray, asNumber, asObject } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import type { Usage } from '#canonical/usage.ts';
import { ours } from './wire.ts';

/** Undefined when the object counts nothing: a missing counter is unknown, not zero. */
export function decodeUsage(usage: JsonObject): Usage | undefined {
  const input = count(usage['inputTokens']);
  const output = count(usage['outputTokens']);
  if (input === undefined || output === undefined) return undefined;
  const cacheRead = count(usage['cacheReadInputTokens']) ?? count(usage['cacheReadInputTokenCount']);
  const cacheWrite = count(usage['cacheWriteInputTokens']) ?? count(usage['cacheWriteInputTokenCount']);
  const cacheWrite1h = cacheWrite === undefined ? undefined : writtenForAnHour(usage);
  return {
    inputTotal: input + (cacheRead ?? 0) + (cacheWrite ?? 0),
    outputTotal: output,
    ...(cacheRead === undefined ? {} : { cacheRead }),
    ...(cacheWrite === undefined ? {} : { cacheWrite }),
    ...(cacheWrite1h === undefined ? {} : { cacheWrite1h: Math.min(cacheWrite1h, cacheWrite ?? 0) }),
    raw: ours(usage),
  };
}

/** `cacheDetails` splits what was written by how long it lives. */
function writtenForAnHour(usage: JsonObject): number | undefined {
  let total: number | undefined;
  for (const detail of asArray(usage['cacheDetails']) ?? []) {
    const row = asObject(detail);
    if (row?.['ttl'] === '1h') total = (total ?? 0) + (count(row['inputTokens']) ?? 0);
  }
  return total;
}

function count(value: JsonObject[string]): number | undefined {
  const number = asNumber(value);
  return number !== undefined && number >= 0 ? number : undefined;
}
