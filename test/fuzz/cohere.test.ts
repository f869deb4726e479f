// Whatever arrives, nothing throws, the grammar holds, and a stream ends exactly once. CLEW_FUZZ_INPUTS sets how many
// inputs.

import { describe, expect, test } from 'bun:test';

import { seededDraw } from '#base/random.ts';
import { cohere } from '#dialects/cohere/index.ts';
import { arbitraryJson, checkFrames, fuzzStreams, fuzzWholes } from '../support/provider-fuzz.ts';

const INPUTS = Number(process.env['CLEW_FUZZ_INPUTS'] ?? 20_000);
const fuzzed = {
  provider: cohere.provider,
  words:
    'id type delta message content role text thinking tool_plan tool_calls function name arguments citations sources document tool_output url title start end index content_index finish_reason usage tokens billed_units input_tokens output_tokens cached_tokens error messages tools tool_choice user assistant tool system __proto__ constructor'.split(
      ' ',
    ),
  events:
    'message-start content-start content-delta content-end tool-plan-delta tool-call-start tool-call-delta tool-call-end citation-start citation-end message-end error'.split(
      ' ',
    ),
  inputs: INPUTS / 4,
};

describe('arbitrary input', () => {
  test('streams', () => fuzzStreams(fuzzed));

  test('streams of events that make sense each for itself', () => {
    const draw = seededDraw(9);
    const oneOf = <Item>(list: readonly Item[]): Item => list[Math.floor(draw() * list.length)] as Item;
    for (let round = 0; round < INPUTS / 4; round += 1) {
      const frames = Array.from({ length: Math.floor(draw() * 12) }, () => {
        const type = oneOf(fuzzed.events);
        const message = oneOf([
          { content: { type: 'text', text: oneOf(['', 'a', 'b']) } },
          { content: { type: 'thinking', thinking: 't' } },
          { tool_plan: 'p' },
          {
            tool_calls: {
              id: 'c',
              type: 'function',
              function: { name: 'n', arguments: oneOf(['', 'nu', 'll', '{}', ' ']) },
            },
          },
          {
            citations: {
              start: 0,
              end: 1,
              text: 'a',
              sources: [{ document: { url: 'https://example.com' } }],
            },
          },
          arbitraryJson(draw, fuzzed.words),
        ]);
        return {
          event: type,
          data: JSON.stringify({ type, delta: { message, finish_reason: oneOf(['COMPLETE', 'ERROR']) } }),
        };
      });
      checkFrames(fuzzed.provider, frames);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('answers, failures and requests', () => fuzzWholes(fuzzed));
});
