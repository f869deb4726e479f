import { describe, expect, test } from 'bun:test';

import { fold } from '#canonical/fold.ts';
import { decodeResponse } from './decode-response.ts';
import { ChatStreamDecoder } from './decode-stream.ts';
import { splitThought, ThinkTags } from './think-tags.ts';
import type { Said } from './think-tags.ts';

const CASES: readonly (readonly [text: string, reasoning: string, said: string])[] = [
  ['<think>Hm.</think>Yes.', 'Hm.', 'Yes.'],
  ['\n<think>\nHm.\nSo.\n</think>\n\nYes.\n', 'Hm.\nSo.', 'Yes.\n'],
  ['<think></think>{"a":1}', '', '{"a":1}'],
  ['<think>cut for len', 'cut for len', ''],
  ['<think>a</thin b</think>c', 'a</thin b', 'c'],
  ['Yes. <think>No.</think>', '', 'Yes. <think>No.</think>'],
  ['<thinking>No.</thinking>', '', '<thinking>No.</thinking>'],
  ['<', '', '<'],
  ['  ', '', '  '],
  ['<think>a</think>b<think>c</think>', 'a', 'b<think>c</think>'],
  ['', '', ''],
];

function joined(said: readonly Said[], kind: Said['kind']): string {
  return said.map((one) => (one.kind === kind ? one.text : '')).join('');
}

describe('thoughts between tags are reasoning, and never in the text', () => {
  test.each(CASES)('%j', (text, reasoning, answer) => {
    const whole = splitThought(text);
    expect([joined(whole, 'reasoning'), joined(whole, 'text')]).toEqual([reasoning, answer]);
    for (let first = 0; first <= text.length; first += 1) {
      for (let second = first; second <= text.length; second += 1) {
        const tags = new ThinkTags();
        const pieces = [text.slice(0, first), text.slice(first, second), text.slice(second)];
        const said = [...pieces.flatMap((piece) => tags.push(piece)), ...tags.end()];
        expect([joined(said, 'reasoning'), joined(said, 'text')]).toEqual([reasoning, answer]);
      }
    }
  });
});

describe('where the provider writes them (thinkTags)', () => {
  const message = { role: 'assistant', content: '<think>\nHm.\n</think>\n\nYes.' };
  const quirks = { thinkTags: 'reasoning' };

  test('an answer in one piece', () => {
    const body = { id: 'x', model: 'm', choices: [{ index: 0, finish_reason: 'stop', message }] };
    const read = decodeResponse(body, quirks);
    expect(read.ok && read.value.choices[0]?.parts).toEqual([
      { kind: 'reasoning', text: 'Hm.' },
      { kind: 'text', text: 'Yes.' },
    ]);
    const raw = decodeResponse(body, {});
    expect(raw.ok && raw.value.choices[0]?.parts).toEqual([{ kind: 'text', text: message.content }]);
  });

  test('a stream, with a call after the thought', () => {
    const decoder = new ChatStreamDecoder(quirks);
    const deltas = [
      { content: '<thi' },
      { content: 'nk>Hm' },
      { content: '.</think>\n' },
      { content: '\nYes.' },
      { tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] },
    ];
    const frames = deltas.map((delta) => ({
      data: JSON.stringify({ id: 'x', model: 'm', choices: [{ index: 0, delta }] }),
    }));
    const last = {
      data: JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] }),
    };
    const events = [...frames, last, { data: '[DONE]' }].flatMap((frame) => decoder.push(frame));
    const folded = fold([...events, ...decoder.finish()]);
    expect(folded.ok && folded.value.choices[0]?.parts).toMatchObject([
      { kind: 'reasoning', text: 'Hm.' },
      { kind: 'text', text: 'Yes.' },
      { kind: 'tool-call', name: 'f' },
    ]);
  });
});
