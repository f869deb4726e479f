// The Messages API. Blocks of tools that the server runs itself are no calls for the client.

import { asArray, asNumber, asObject, asString } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { argumentsOf } from '../seen.ts';
import type { SeenUsage } from '../seen.ts';
import { endedForCalls, NOTHING } from './expected.ts';
import type { ApiReader, Ending, Expected } from './expected.ts';

const ENDINGS: Readonly<Record<string, Ending>> = {
  end_turn: 'stop',
  stop_sequence: 'stop-sequence',
  max_tokens: 'length',
  model_context_window_exceeded: 'context-full',
  tool_use: 'tool-calls',
  refusal: 'refusal',
  pause_turn: 'pause',
  compaction: 'pause',
};

export const anthropicMessages: ApiReader = {
  whole(body) {
    const message = asObject(body) ?? {};
    const blocks = (asArray(message['content']) ?? []).map((block) => asObject(block) ?? {});
    return told(blocks, asString(message['stop_reason']), message['usage']);
  },
  stream(events) {
    const blocks: JsonDraft[] = [];
    const inputs: string[] = [];
    let usage: JsonObject = {};
    let word: string | undefined;
    for (const { data } of events) {
      const event = asObject(data) ?? {};
      const index = asNumber(event['index']) ?? 0;
      const delta = asObject(event['delta']) ?? {};
      if (event['type'] === 'error') return { ...told(blocks, word, usage), failed: { status: undefined } };
      if (event['type'] === 'message_start') usage = asObject(asObject(event['message'])?.['usage']) ?? {};
      if (event['type'] === 'content_block_start') blocks[index] = { ...asObject(event['content_block']) };
      if (event['type'] === 'content_block_delta') {
        const block = blocks[index] ?? {};
        for (const field of ['text', 'thinking'])
          if (delta[field] !== undefined)
            block[field] = (asString(block[field]) ?? '') + (asString(delta[field]) ?? '');
        inputs[index] = (inputs[index] ?? '') + (asString(delta['partial_json']) ?? '');
      }
      if (event['type'] === 'message_delta') {
        word = asString(delta['stop_reason']) ?? word;
        usage = { ...usage, ...asObject(event['usage']) };
      }
      if (event['type'] === 'message_stop') break;
    }
    inputs.forEach((text, index) => {
      const block = blocks[index];
      if (block !== undefined && text !== '') block['input'] = argumentsOf(text);
    });
    return told(blocks, word, usage);
  },
};

function told(blocks: readonly JsonObject[], word: string | undefined, usage: Json | undefined): Expected {
  const joined = (type: string, field: string): string =>
    blocks.map((block) => (block['type'] === type ? (asString(block[field]) ?? '') : '')).join('');
  const toolCalls = blocks.flatMap((block) =>
    block['type'] === 'tool_use'
      ? [{ name: asString(block['name']) ?? '', arguments: block['input'] ?? {} }]
      : [],
  );
  return {
    ...NOTHING,
    text: joined('text', 'text'),
    reasoning: joined('thinking', 'thinking'),
    toolCalls,
    ending: endedForCalls(ENDINGS[word ?? ''] ?? null, toolCalls),
    word: word ?? null,
    usage: usageOf(usage),
  };
}

/** What was read from a cache or written to one stands beside `input_tokens`. */
function usageOf(value: Json | undefined): SeenUsage | null {
  const usage = asObject(value);
  if (usage === undefined) return null;
  const cached = asNumber(usage['cache_read_input_tokens']);
  const written = asNumber(usage['cache_creation_input_tokens']) ?? 0;
  return {
    input: (asNumber(usage['input_tokens']) ?? 0) + (cached ?? 0) + written,
    output: asNumber(usage['output_tokens']) ?? 0,
    cached: cached ?? null,
    reasoning: asNumber(asObject(usage['output_tokens_details'])?.['thinking_tokens']) ?? null,
  };
}
