import { describe, expect, test } from 'bun:test';

import type { Json } from '#base/json.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { Fold } from '#canonical/fold.ts';
import { Grammar } from '#canonical/grammar.ts';
import { ChatStreamDecoder } from './decode-stream.ts';

function read(chunks: readonly (Json | string)[], done = true): readonly ChatEvent[] {
  const decoder = new ChatStreamDecoder({});
  const events = chunks.flatMap((one) => [
    ...decoder.push({ data: typeof one === 'string' ? one : JSON.stringify(one) }),
  ]);
  if (done) events.push(...decoder.push({ data: '[DONE]' }));
  events.push(...decoder.finish());
  const grammar = new Grammar();
  expect(events.flatMap((event) => grammar.check(event) ?? [])).toEqual([]);
  expect(grammar.over).toBe(true);
  return events;
}

function chunk(delta: Json, finish: string | null = null, more: object = {}): Json {
  return {
    id: 'c1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...more,
  };
}

const call = (more: object): Json => ({ tool_calls: [more as Json] });

/** Parts as short texts, the finish reason, and the total of output tokens. */
function brief(events: readonly ChatEvent[]): string {
  const fold = new Fold();
  for (const event of events) fold.push(event);
  if (fold.failure !== undefined) return `failure ${fold.failure.code}`;
  const [choice] = fold.response().choices;
  const parts = (choice?.parts ?? []).map((part) => {
    if (part.kind === 'tool-call') return `${part.name}(${part.arguments})#${part.id}`;
    return 'text' in part ? `${part.kind}:${part.text}` : part.kind;
  });
  return [...parts, choice?.finish.reason, fold.response().usage?.outputTotal ?? ''].join(' ').trim();
}

const USAGE = { usage: { prompt_tokens: 1, completion_tokens: 3, total_tokens: 4 } };

const TABLE: readonly (readonly [name: string, chunks: readonly (Json | string)[], expected: string])[] = [
  [
    'text',
    [
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: 'He' }),
      chunk({ content: 'y' }),
      chunk({}, 'stop'),
    ],
    'text:Hey stop',
  ],
  [
    'two calls in a row',
    [
      chunk(call({ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } })),
      chunk(call({ index: 0, function: { arguments: '{"x":1}' } })),
      chunk(call({ index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '{}' } })),
      chunk({}, 'tool_calls'),
    ],
    'f({"x":1})#a g({})#b tool-calls',
  ],
  [
    'several calls that all say index 0',
    [
      chunk(call({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x":1}' } })),
      chunk(call({ index: 0, id: 'b', function: { name: 'g', arguments: '{"y":2}' } })),
      chunk({}, 'tool_calls'),
    ],
    'f({"x":1})#a g({"y":2})#b tool-calls',
  ],
  [
    'calls without an index, and a fragment with neither id nor index',
    [
      chunk(call({ id: 'a', function: { name: 'f', arguments: '{"x"' } })),
      chunk(call({ function: { arguments: ':1}' } })),
      chunk({}, 'tool_calls'),
    ],
    'f({"x":1})#a tool-calls',
  ],
  [
    'an id repeated on every fragment',
    [
      chunk(call({ index: 0, id: 'a', function: { name: 'f', arguments: '{' } })),
      chunk(call({ index: 0, id: 'a', function: { arguments: '}' } })),
      chunk({}, 'tool_calls'),
    ],
    'f({})#a tool-calls',
  ],
  [
    'a call although the provider says stop',
    [chunk(call({ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } })), chunk({}, 'stop')],
    'f({})#a tool-calls',
  ],
  [
    'reasoning before text',
    [chunk({ reasoning_content: 'hm' }), chunk({ content: 'a' }), chunk({}, 'stop')],
    'reasoning:hm text:a stop',
  ],
  [
    'usage on a chunk without choices',
    [chunk({ content: 'a' }), chunk({}, 'stop'), { ...(chunk({}) as object), choices: [], ...USAGE }],
    'text:a stop 3',
  ],
  [
    'usage on every chunk: the last counts',
    [
      chunk({ content: 'a' }, null, { usage: { prompt_tokens: 1, completion_tokens: 1 } }),
      chunk({}, 'stop', USAGE),
    ],
    'text:a stop 3',
  ],
  [
    'a first chunk without choices or id',
    [{ id: '', choices: [], prompt_filter_results: [] }, chunk({ content: 'a' }), chunk({}, 'stop')],
    'text:a stop',
  ],
  [
    'a choice without a delta',
    [chunk({ content: 'a' }), { id: 'c1', choices: [{ index: 0, finish_reason: null }] }, chunk({}, 'stop')],
    'text:a stop',
  ],
  [
    'two finish reasons, and content after them',
    [chunk({ content: 'a' }), chunk({}, 'stop'), chunk({ content: 'b' }, 'stop')],
    'text:a stop',
  ],
  [
    'a line that is not JSON',
    [chunk({ content: 'a' }), '{"id": "c1", "cho', chunk({ content: 'b' }), chunk({}, 'stop')],
    'text:ab stop',
  ],
  [
    'an error in the stream',
    [chunk({ content: 'a' }), { error: { message: 'overloaded', code: 503 } }],
    'failure upstream_overloaded',
  ],
  [
    'an error beside choices',
    [chunk({ content: 'a' }), { ...(chunk({}, 'error') as object), error: { code: 502, message: 'gone' } }],
    'failure upstream_error',
  ],
  ['nothing that can be read', ['<html>', 'nope'], 'failure upstream_protocol'],
];

describe('decode-stream', () => {
  test.each([...TABLE])('%s', (_, chunks, expected) => {
    expect(brief(read(chunks))).toBe(expected);
  });

  test('a clean end after a finish reason needs no marker', () => {
    expect(brief(read([chunk({ content: 'a' }), chunk({}, 'stop')], false))).toBe('text:a stop');
  });

  test('an end without a finish reason or a marker is a cut', () => {
    expect(brief(read([chunk({ content: 'a' })], false))).toBe('failure stream_cut');
    expect(brief(read([], false))).toBe('failure stream_cut');
  });

  test('arguments that are cut stay cut', () => {
    const events = read(
      [chunk(call({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x' } }))],
      false,
    );
    const text = events.flatMap((event) => (event.kind === 'delta' ? [event.text] : [])).join('');
    expect(['', '{"x']).toContain(text);
    expect(events.at(-1)).toMatchObject({ kind: 'failure' });
  });

  test('answers of several choices may interleave', () => {
    const of = (index: number, content: string): Json => ({
      id: 'c1',
      model: 'm',
      choices: [{ index, delta: { content }, finish_reason: null }],
    });
    const ends = [0, 1].map((index): Json => ({
      id: 'c1',
      choices: [{ index, delta: {}, finish_reason: 'stop' }],
    }));
    const fold = new Fold();
    for (const event of read([of(0, 'a'), of(1, 'b'), of(0, 'c'), ...ends])) fold.push(event);
    expect(fold.response().choices.map(({ parts }) => parts[0])).toMatchObject([
      { text: 'ac' },
      { text: 'b' },
    ]);
  });
});
