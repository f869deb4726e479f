import { describe, expect, test } from 'bun:test';

import type { ChatEvent } from './event.ts';
import { failure } from './failure.ts';
import { Fold, fold } from './fold.ts';
import { Grammar } from './grammar.ts';
import type { ChatResponse } from './response.ts';
import { unfold } from './unfold.ts';

const foreign = (fields: Record<string, string | number | null | { a: number }>) => ({
  dialect: 'x',
  fields,
});

const RESPONSE: ChatResponse = {
  id: 'r1',
  model: 'm',
  createdSec: 7,
  losses: [],
  choices: [
    {
      parts: [
        { kind: 'reasoning', text: 'hm', seals: [{ dialect: 'x', form: 'signature', value: 's' }] },
        { kind: 'text', text: 'hello', annotations: [{ url: 'u' }], extras: foreign({ a: 1 }) },
        { kind: 'tool-call', id: 'c', name: 'f', form: 'function', arguments: '{"a":1}' },
        { kind: 'image', source: { from: 'url', url: 'https://host/i.png' } },
        { kind: 'foreign', dialect: 'x', value: { type: 'odd' } },
      ],
      finish: { reason: 'tool-calls', raw: 'tool_calls' },
      logprobs: { content: [{ token: 'a' }] },
      extras: foreign({ b: null }),
    },
    { parts: [{ kind: 'refusal', text: 'no' }], finish: { reason: 'refusal' } },
    { parts: [], finish: { reason: 'stop' } },
  ],
  usage: { inputTotal: 1, outputTotal: 2 },
  extras: foreign({ c: 'd' }),
};

test('an answer unfolds to events that keep the grammar, and they fold to the same answer', () => {
  const events = unfold(RESPONSE);
  const grammar = new Grammar();
  for (const event of events) expect(grammar.check(event)).toBeUndefined();
  expect(grammar.over).toBe(true);
  expect(fold(events)).toEqual({ ok: true, value: RESPONSE });
});

describe('events fold', () => {
  const start: ChatEvent = { kind: 'start', id: 'i', model: 'm', losses: [] };
  const open = (part: number, choice = 0): ChatEvent => ({
    kind: 'open',
    part,
    choice,
    what: { kind: 'text' },
  });
  const end: ChatEvent = { kind: 'end', finishes: [{ reason: 'stop' }] };

  test('deltas join, the last usage counts, foreign fields merge', () => {
    const folded = fold([
      start,
      { kind: 'usage', usage: { inputTotal: 1, outputTotal: 1 } },
      open(0),
      { kind: 'delta', part: 0, text: 'a', logprobs: { content: [1], refusal: null } },
      { kind: 'foreign', choice: 0, foreign: foreign({ n: { a: 1 } }) },
      { kind: 'delta', part: 0, text: 'b', logprobs: { content: [2], refusal: null } },
      { kind: 'close', part: 0 },
      { kind: 'foreign', choice: 0, foreign: foreign({ z: 1 }) },
      { kind: 'foreign', choice: 0, foreign: { dialect: 'y', fields: { lost: true } } },
      { kind: 'usage', usage: { inputTotal: 1, outputTotal: 5 } },
      end,
    ]);
    expect(folded.ok && folded.value.usage?.outputTotal).toBe(5);
    expect(folded.ok && folded.value.choices[0]).toEqual({
      parts: [{ kind: 'text', text: 'ab' }],
      finish: { reason: 'stop' },
      logprobs: { content: [1, 2], refusal: null },
      extras: foreign({ n: { a: 1 }, z: 1 }),
    });
  });

  test('a failure is the result', () => {
    const cut = failure('stream_cut', 'cut');
    expect(fold([start, { kind: 'failure', failure: cut }])).toEqual({ ok: false, error: cut });
  });

  test('no end is a cut', () => {
    const folded = fold([start, open(0)]);
    expect(!folded.ok && folded.error.code).toBe('stream_cut');
  });

  test('what came so far can be read at any time', () => {
    const folding = new Fold();
    for (const event of [start, open(0), { kind: 'delta', part: 0, text: 'so f' } as const])
      folding.push(event);
    expect(folding.over).toBe(false);
    expect(folding.response().choices[0]?.parts).toEqual([{ kind: 'text', text: 'so f' }]);
  });
});
