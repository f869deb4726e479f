// Whatever arrives, nothing throws, the grammar holds, and a stream ends exactly once. CLEW_FUZZ_INPUTS sets how many
// inputs.

import { describe, expect, test } from 'bun:test';

import { seededDraw } from '#base/random.ts';
import { bedrockConverse } from '#dialects/bedrock-converse/index.ts';
import { arbitraryJson, checkFrames, fuzzStreams, fuzzWholes } from '../support/provider-fuzz.ts';

const INPUTS = Number(process.env['CLEW_FUZZ_INPUTS'] ?? 20_000);
const fuzzed = {
  provider: bedrockConverse.provider,
  words:
    'output message content role text toolUse toolUseId name input type server_tool_use reasoningContent reasoningText signature redactedContent citationsContent citations citation location web url image audio video document format source bytes png contentBlockIndex start delta stopReason usage inputTokens outputTokens cacheReadInputTokens cacheDetails ttl 1h metrics trace messages tool_calls id function arguments user assistant tool system tools tool_choice __proto__ constructor'.split(
      ' ',
    ),
  events: [
    'messageStart',
    'contentBlockStart',
    'contentBlockDelta',
    'contentBlockStop',
    'messageStop',
    'metadata',
  ],
  inputs: INPUTS / 4,
};

describe('arbitrary input', () => {
  test('streams', () => fuzzStreams(fuzzed));

  test('streams of blocks that make sense each for itself', () => {
    const draw = seededDraw(9);
    const oneOf = <Item>(list: readonly Item[]): Item => list[Math.floor(draw() * list.length)] as Item;
    const tool = { toolUse: { toolUseId: 't', name: 'n' } };
    const server = { toolUse: { toolUseId: 't', name: 'n', type: 'server_tool_use' } };
    for (let round = 0; round < INPUTS / 4; round += 1) {
      const frames = Array.from({ length: Math.floor(draw() * 12) }, () => {
        const event = oneOf(fuzzed.events);
        const start = oneOf([
          tool,
          server,
          { image: { format: 'png' } },
          { toolResult: { toolUseId: 't' } },
          {},
        ]);
        const delta = oneOf([
          { text: 'a' },
          { toolUse: { input: '{"a"' } },
          { reasoningContent: oneOf([{ text: 'r' }, { signature: 's' }, { redactedContent: 'QQ==' }]) },
          { citation: { location: { web: { url: 'https://example.com' } } } },
          { image: { source: { bytes: 'QUFB' } } },
          { toolResult: [{ text: 'x' }] },
          arbitraryJson(draw, fuzzed.words),
        ]);
        const data = { contentBlockIndex: Math.floor(draw() * 3), start, delta, stopReason: 'end_turn' };
        return { event, data: JSON.stringify(data) };
      });
      checkFrames(fuzzed.provider, frames);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('answers, failures and requests', () => fuzzWholes(fuzzed));
});
