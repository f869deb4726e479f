import { describe, expect, test } from 'bun:test';

import type { Frame } from '#base/frame.ts';
import type { JsonObject } from '#base/json.ts';
import { openaiChat } from './index.ts';
import { keepFrame, relayRequest } from './relay.ts';

function relay(text: string): string {
  return relayRequest(text, JSON.parse(text) as JsonObject, 'up');
}

describe('relayRequest', () => {
  test.each([
    [
      'keeps every other byte',
      '{ "model" : "m",\n "seed": 12345678901234567890, "x": 1.0 }',
      '{ "model" : "up",\n "seed": 12345678901234567890, "x": 1.0 }',
    ],
    [
      'is not misled by a nested model',
      '{"a":{"model":"inner"},"model":"m"}',
      '{"a":{"model":"inner"},"model":"up"}',
    ],
    [
      'is not misled by text',
      '{"messages":[{"content":"\\"model\\":\\"m\\""}],"model":"m"}',
      '{"messages":[{"content":"\\"model\\":\\"m\\""}],"model":"up"}',
    ],
    [
      'takes router fields out',
      '{"model":"m","models":["b"],"route":"fallback","n":1}',
      '{"model":"up","n":1}',
    ],
    [
      'asks for usage',
      '{"model":"m","stream":true}',
      '{"stream_options":{"include_usage":true},"model":"up","stream":true}',
    ],
    [
      'leaves a wish for usage alone',
      '{"model":"m","stream":true,"stream_options":{"include_usage":true}}',
      '{"model":"up","stream":true,"stream_options":{"include_usage":true}}',
    ],
  ])('%s', (_, text, expected) => {
    expect(relay(text)).toBe(expected);
  });

  test('keeps the other options of a stream', () => {
    const relayed = JSON.parse(
      relay('{"model":"m","stream":true,"stream_options":{"include_obfuscation":false}}'),
    );
    expect(relayed.stream_options).toEqual({ include_obfuscation: false, include_usage: true });
  });

  test('a duplicate key means what it means to JSON: the last', () => {
    expect(JSON.parse(relay('{"model":"a","model":"b"}')).model).toBe('up');
  });
});

test('keepFrame drops the report of usage that only Clew asked for', () => {
  const usage = { kind: 'usage', usage: { inputTotal: 1, outputTotal: 1 } } as const;
  const only = { data: '{"choices":[],"usage":{}}' };
  const beside = { data: '{"choices":[{"index":0}],"usage":{}}' };
  expect(keepFrame(only, [usage], { streamUsage: false })).toBe(false);
  expect(keepFrame(only, [usage], { streamUsage: true })).toBe(true);
  expect(keepFrame(beside, [usage], { streamUsage: false })).toBe(true);
});

describe('keepFrame, after the finish reason', () => {
  const said = (delta: object, more: object = {}) => ({
    data: JSON.stringify({
      id: 'c',
      model: 'm',
      choices: [{ index: 0, delta, finish_reason: 'stop' }],
      ...more,
    }),
  });
  const USAGE = { usage: { prompt_tokens: 1, completion_tokens: 2 } };
  const cases: readonly (readonly [name: string, frame: Frame, usage: boolean, kept: boolean])[] = [
    ['text', said({ content: 'more' }), true, false],
    ['a call', said({ tool_calls: [{ index: 0, id: 'x', function: { name: 'f' } }] }), true, false],
    ['nothing', said({ role: 'assistant', content: '', tool_calls: [], refusal: null }), true, true],
    ['text beside the usage that the client wants', said({ content: 'more' }, USAGE), true, true],
    ['text beside the usage that only Clew wants', said({ content: 'more' }, USAGE), false, false],
    ['text beside what nobody knows', said({ content: 'more' }, { tier: 'x' }), false, true],
  ];
  test.each([...cases])('%s', (_, frame, usage, kept) => {
    const decoder = openaiChat.provider.openDecoder({});
    const first = said({ content: 'words' });
    expect(keepFrame(first, decoder.push(first), { streamUsage: usage })).toBe(true);
    expect(keepFrame(frame, decoder.push(frame), { streamUsage: usage })).toBe(kept);
  });
});
