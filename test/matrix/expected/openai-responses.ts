// The Responses API. A stream ends with the whole answer, but what is recorded in pieces is read from the pieces.

import { asArray, asNumber, asObject, asString } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { argumentsOf } from '../seen.ts';
import type { SeenCall, SeenUsage } from '../seen.ts';
import { endedForCalls, NOTHING } from './expected.ts';
import type { ApiReader, Ending, Expected } from './expected.ts';

export const openaiResponses: ApiReader = {
  whole(body) {
    const response = asObject(body) ?? {};
    if (response['status'] === 'failed') return { ...NOTHING, failed: { status: undefined } };
    return ended(response, itemsOf(response));
  },
  stream(events) {
    let said = NOTHING;
    const items: JsonObject[] = [];
    for (const { data } of events) {
      const event = asObject(data) ?? {};
      const type = asString(event['type']) ?? '';
      const delta = asString(event['delta']) ?? '';
      if (type === 'response.output_text.delta') said = { ...said, text: said.text + delta };
      if (type === 'response.refusal.delta') said = { ...said, refusal: said.refusal + delta };
      if (/^response\.reasoning(?:_summary)?_text\.delta$/.test(type))
        said = { ...said, reasoning: said.reasoning + delta };
      // Items in the order in which they end are in the order in which they stand.
      if (type === 'response.output_item.done') items.push(asObject(event['item']) ?? {});
      if (type === 'error' || type === 'response.failed') return { ...said, failed: { status: undefined } };
      if (type === 'response.completed' || type === 'response.incomplete')
        return ended(asObject(event['response']) ?? {}, { ...said, toolCalls: items.flatMap(callOf) });
    }
    return { ...said, failed: { status: undefined } };
  },
};

function itemsOf(response: JsonObject): Expected {
  const items = (asArray(response['output']) ?? []).map((item) => asObject(item) ?? {});
  const texts = (type: string, part: string, field: string, list = 'content'): string =>
    items
      .flatMap((item) => (item['type'] === type ? (asArray(item[list]) ?? []) : []))
      .map((one) => asObject(one) ?? {})
      .map((one) => (one['type'] === part ? (asString(one[field]) ?? '') : ''))
      .join('');
  return {
    ...NOTHING,
    text: texts('message', 'output_text', 'text'),
    refusal: texts('message', 'refusal', 'refusal'),
    reasoning:
      texts('reasoning', 'summary_text', 'text', 'summary') + texts('reasoning', 'reasoning_text', 'text'),
    toolCalls: items.flatMap(callOf),
  };
}

function callOf(item: JsonObject): readonly SeenCall[] {
  const name = asString(item['name']) ?? '';
  if (item['type'] === 'function_call')
    return [{ name, arguments: argumentsOf(asString(item['arguments'])) }];
  // Searches of xAI's own, which it answers itself, are told as calls of custom tools.
  const hosted = /^x_|^view_x_/.test(name);
  if (item['type'] === 'custom_tool_call' && !hosted) return [{ name, arguments: item['input'] ?? '' }];
  return [];
}

function ended(response: JsonObject, said: Expected): Expected {
  const reason = asString(asObject(response['incomplete_details'])?.['reason']);
  const ending: Ending =
    response['status'] === 'completed'
      ? 'stop'
      : reason === 'max_output_tokens'
        ? 'length'
        : reason === 'content_filter'
          ? 'content-filter'
          : null;
  return { ...said, ending: endedForCalls(ending, said.toolCalls), usage: usageOf(response['usage']) };
}

function usageOf(value: Json | undefined): SeenUsage | null {
  const usage = asObject(value);
  // Once a provider counted fewer tokens than none.
  if (usage === undefined || (asNumber(usage['output_tokens']) ?? 0) < 0) return null;
  return {
    input: asNumber(usage['input_tokens']) ?? 0,
    output: asNumber(usage['output_tokens']) ?? 0,
    cached: asNumber(asObject(usage['input_tokens_details'])?.['cached_tokens']) ?? null,
    reasoning: asNumber(asObject(usage['output_tokens_details'])?.['reasoning_tokens']) ?? null,
  };
}
