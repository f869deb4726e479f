import { expect, test } from 'bun:test';

import type { JsonObject } from '#base/json.ts';
import { fold } from '#canonical/fold.ts';
import { ConverseStreamDecoder } from './decode-stream.ts';

const delta = (contentBlockIndex: number, inner: JsonObject) => ({
  event: 'contentBlockDelta',
  data: JSON.stringify({ contentBlockIndex, delta: inner }),
});

test('a text opens with its first piece, since nothing announces it; a call is announced', () => {
  const decoder = new ConverseStreamDecoder();
  const frames = [
    { event: 'messageStart', data: '{"role":"assistant"}' },
    delta(0, { text: 'Let me ' }),
    delta(0, { text: 'see.' }),
    { event: 'contentBlockStop', data: '{"contentBlockIndex":0}' },
    {
      event: 'contentBlockStart',
      data: '{"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"a","name":"f"}}}',
    },
    delta(1, { toolUse: { input: '{"x":' } }),
    delta(1, { toolUse: { input: '1}' } }),
    { event: 'contentBlockStop', data: '{"contentBlockIndex":1}' },
    { event: 'messageStop', data: '{"stopReason":"tool_use"}' },
    { event: 'metadata', data: '{"usage":{"inputTokens":5,"outputTokens":7,"totalTokens":12}}' },
  ];
  const events = [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.finish()];
  const folded = fold(events);
  expect(folded.ok && folded.value.choices[0]?.parts).toMatchObject([
    { kind: 'text', text: 'Let me see.' },
    { kind: 'tool-call', id: 'a', name: 'f', arguments: '{"x":1}' },
  ]);
  expect(folded.ok && folded.value.choices[0]?.finish.reason).toBe('tool-calls');
});
