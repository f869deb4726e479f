// Token counts, both ways. Here `input_tokens` is what is left besides the cache: what was read from it and written to it
// is counted apart. The provider's own object goes unchanged to clients of this language.

import { asObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Usage } from '#canonical/usage.ts';
import { ours, present } from './notes.ts';
import { ID } from './wire.ts';

/** Undefined when the object counts nothing: a missing counter is unknown, not zero. */
export function decodeUsage(usage: JsonObject): Usage | undefined {
  const input = count(usage['input_tokens']);
  const output = count(usage['output_tokens']);
  if (input === undefined && output === undefined) return undefined;
  const cacheRead = count(usage['cache_read_input_tokens']);
  const split = asObject(usage['cache_creation']);
  const short = count(split?.['ephemeral_5m_input_tokens']);
  const long = count(split?.['ephemeral_1h_input_tokens']);
  const parts = short === undefined && long === undefined ? undefined : (short ?? 0) + (long ?? 0);
  const cacheWrite = count(usage['cache_creation_input_tokens']) ?? parts;
  const thought = count(asObject(usage['output_tokens_details'])?.['thinking_tokens']);
  return {
    inputTotal: (input ?? 0) + (cacheRead ?? 0) + (cacheWrite ?? 0),
    outputTotal: output ?? 0,
    ...(cacheRead === undefined ? {} : { cacheRead }),
    ...(cacheWrite === undefined ? {} : { cacheWrite }),
    ...(long === undefined ? {} : { cacheWrite1h: Math.min(long, cacheWrite ?? long) }),
    // The sub-counter is an estimate at some providers; the total stands.
    ...(thought === undefined ? {} : { reasoning: Math.min(thought, output ?? 0) }),
    raw: ours(usage),
  };
}

/** All four counters are there: clients add them up. */
export function encodeUsage(usage: Usage | undefined): JsonObject {
  const raw = fieldsFor(ID, usage?.raw);
  if (raw !== undefined) return raw;
  const cacheRead = usage?.cacheRead ?? 0;
  const cacheWrite = usage?.cacheWrite ?? 0;
  const long = usage?.cacheWrite1h;
  const body: JsonDraft = {
    input_tokens: Math.max((usage?.inputTotal ?? 0) - cacheRead - cacheWrite, 0),
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cacheRead,
    cache_creation:
      long === undefined
        ? undefined
        : { ephemeral_5m_input_tokens: Math.max(cacheWrite - long, 0), ephemeral_1h_input_tokens: long },
    output_tokens: usage?.outputTotal ?? 0,
    output_tokens_details: usage?.reasoning === undefined ? undefined : { thinking_tokens: usage.reasoning },
  };
  return present(body);
}

/** Reports of a stream are cumulative: the latest value of each counter that is one. */
export function mergeUsage(before: JsonObject | undefined, more: JsonObject): JsonObject {
  const merged: JsonDraft = { ...before };
  for (const key in more) {
    const value = more[key];
    if (value === undefined || key === '__proto__' || (value === null && merged[key] !== undefined)) continue;
    merged[key] = value;
  }
  return merged;
}

function count(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
