// Converse of Amazon Bedrock. Calls of tools that Bedrock runs itself are no calls for the client.

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
  tool_use: 'tool-calls',
  guardrail_intervened: 'content-filter',
  content_filtered: 'content-filter',
  model_context_window_exceeded: 'context-full',
};

export const bedrockConverse: ApiReader = {
  whole(body) {
    const { output, stopReason, usage } = asObject(body) ?? {};
    const content = asArray(asObject(asObject(output)?.['message'])?.['content']) ?? [];
    return told(
      content.map((block) => asObject(block) ?? {}),
      asString(stopReason),
      usage,
    );
  },
  stream(events) {
    const blocks: JsonDraft[] = [];
    const inputs: string[] = [];
    let word: string | undefined;
    let usage: Json | undefined;
    for (const { name, data } of events) {
      const event = asObject(data) ?? {};
      const index = asNumber(event['contentBlockIndex']) ?? 0;
      if (/exception$/i.test(name)) return { ...told(blocks, word, usage), failed: { status: undefined } };
      if (name === 'contentBlockStart') blocks[index] = { ...asObject(event['start']) };
      if (name === 'contentBlockDelta') {
        const delta = asObject(event['delta']) ?? {};
        const block = (blocks[index] ??= {});
        if (delta['text'] !== undefined)
          block['text'] = (asString(block['text']) ?? '') + (asString(delta['text']) ?? '');
        const thought = asString(asObject(delta['reasoningContent'])?.['text']);
        if (thought !== undefined)
          block['reasoningContent'] = { reasoningText: { text: thoughtOf(block) + thought } };
        inputs[index] = (inputs[index] ?? '') + (asString(asObject(delta['toolUse'])?.['input']) ?? '');
      }
      if (name === 'messageStop') word = asString(event['stopReason']);
      if (name === 'metadata') usage = event['usage'];
    }
    inputs.forEach((text, index) => {
      const block = blocks[index];
      const call = asObject(block?.['toolUse']);
      if (block !== undefined && call !== undefined) block['toolUse'] = { ...call, input: argumentsOf(text) };
    });
    return told(blocks, word, usage);
  },
};

function thoughtOf(block: JsonObject): string {
  return asString(asObject(asObject(block['reasoningContent'])?.['reasoningText'])?.['text']) ?? '';
}

function textOf(block: JsonObject): string {
  const cited = asArray(asObject(block['citationsContent'])?.['content']) ?? [];
  return (
    (asString(block['text']) ?? '') + cited.map((one) => asString(asObject(one)?.['text']) ?? '').join('')
  );
}

function told(blocks: readonly JsonObject[], word: string | undefined, usage: Json | undefined): Expected {
  const toolCalls = blocks.flatMap((block) => {
    const call = asObject(block['toolUse']);
    if (call === undefined || call['type'] === 'server_tool_use') return [];
    return [{ name: asString(call['name']) ?? '', arguments: call['input'] ?? {} }];
  });
  return {
    ...NOTHING,
    text: blocks.map(textOf).join(''),
    reasoning: blocks.map(thoughtOf).join(''),
    toolCalls,
    ending: endedForCalls(ENDINGS[word ?? ''] ?? null, toolCalls),
    word: word ?? null,
    usage: usageOf(asObject(usage)),
  };
}

/** What was read from a cache or written to one stands beside `inputTokens`. */
function usageOf(usage: JsonObject | undefined): SeenUsage | null {
  if (usage === undefined) return null;
  const cached = asNumber(usage['cacheReadInputTokens']);
  return {
    input:
      (asNumber(usage['inputTokens']) ?? 0) + (cached ?? 0) + (asNumber(usage['cacheWriteInputTokens']) ?? 0),
    output: asNumber(usage['outputTokens']) ?? 0,
    cached: cached ?? null,
    reasoning: null,
  };
}
