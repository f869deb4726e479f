// Cohere's Chat API, version 2. The plan before calls is reasoning.

import { asArray, asNumber, asObject, asString } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { argumentsOf } from '../seen.ts';
import type { SeenCall, SeenUsage } from '../seen.ts';
import { endedForCalls, NOTHING } from './expected.ts';
import type { ApiReader, Ending, Expected } from './expected.ts';

const ENDINGS: Readonly<Record<string, Ending>> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop-sequence',
  MAX_TOKENS: 'length',
  TOOL_CALL: 'tool-calls',
};

export const cohere: ApiReader = {
  whole(body) {
    const { message, finish_reason: word, usage } = asObject(body) ?? {};
    const { content, tool_plan: plan, tool_calls: calls } = asObject(message) ?? {};
    const said = (kind: string): string =>
      (asArray(content) ?? []).map((part) => asString(asObject(part)?.[kind]) ?? '').join('');
    return told(
      {
        text: said('text'),
        reasoning: (asString(plan) ?? '') + said('thinking'),
        calls: (asArray(calls) ?? []).map(functionOf),
      },
      asString(word),
      usage,
    );
  },
  stream(events) {
    const said = { text: '', reasoning: '', calls: [] as { name: string; written: string }[] };
    for (const { data } of events) {
      const event = asObject(data) ?? {};
      const delta = asObject(event['delta']) ?? {};
      const message = asObject(delta['message']) ?? {};
      // A part begins with its first letters, which are usually none.
      const content = asObject(message['content']) ?? {};
      said.text += asString(content['text']) ?? '';
      said.reasoning += (asString(content['thinking']) ?? '') + (asString(message['tool_plan']) ?? '');
      if (event['type'] === 'tool-call-start') said.calls.push(functionOf(message['tool_calls']));
      if (event['type'] === 'tool-call-delta') {
        const call = said.calls.at(-1);
        if (call !== undefined) call.written += functionOf(message['tool_calls']).written;
      }
      if (event['type'] === 'message-end')
        return told(said, asString(delta['finish_reason']), delta['usage']);
    }
    return { ...told(said, undefined, undefined), failed: { status: undefined } };
  },
};

function functionOf(call: Json | undefined): { name: string; written: string } {
  const { name, arguments: written } = asObject(asObject(call)?.['function']) ?? {};
  return { name: asString(name) ?? '', written: asString(written) ?? '' };
}

interface Said {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly { readonly name: string; readonly written: string }[];
}

function told({ text, reasoning, calls }: Said, word: string | undefined, usage: Json | undefined): Expected {
  const toolCalls: readonly SeenCall[] = calls.map(({ name, written }) => ({
    name,
    arguments: argumentsOf(written),
  }));
  const ending = endedForCalls(ENDINGS[word ?? ''] ?? null, toolCalls);
  return { ...NOTHING, text, reasoning, toolCalls, ending, usage: usageOf(asObject(usage)) };
}

function usageOf(usage: JsonObject | undefined): SeenUsage | null {
  const tokens = asObject(usage?.['tokens']);
  if (tokens === undefined) return null;
  return {
    input: asNumber(tokens['input_tokens']) ?? 0,
    output: asNumber(tokens['output_tokens']) ?? 0,
    cached: asNumber(usage?.['cached_tokens']) ?? null,
    reasoning: asNumber(tokens['reasoning_tokens']) ?? null,
  };
}
