import { describe, expect, test } from 'bun:test';

import type { Json } from '#base/json.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { fold } from '#canonical/fold.ts';
import { Grammar } from '#canonical/grammar.ts';
import { ChatStreamDecoder } from './decode-stream.ts';

interface Piece {
  readonly index?: number | null;
  readonly id?: string | null;
  readonly name?: string | null;
  readonly args?: Json;
  /** Text of the answer beside the fragment. */
  readonly text?: string;
}

/** A chunk for each list of pieces; a piece is a fragment of a call, or a text. */
function read(
  chunks: readonly (readonly Piece[])[],
  finish: string | null = 'tool_calls',
): readonly ChatEvent[] {
  const decoder = new ChatStreamDecoder({});
  const events: ChatEvent[] = [];
  const push = (delta: Json, reason: string | null): void => {
    const chunk = { id: 'answer', model: 'm', choices: [{ index: 0, delta, finish_reason: reason }] };
    events.push(...decoder.push({ data: JSON.stringify(chunk) }));
  };
  for (const pieces of chunks) push(deltaOf(pieces), null);
  if (finish !== null) push({}, finish);
  events.push(...decoder.finish());
  const grammar = new Grammar();
  expect(events.flatMap((event) => grammar.check(event) ?? [])).toEqual([]);
  return events;
}

function deltaOf(pieces: readonly Piece[]): Json {
  const text = pieces.find((piece) => piece.text !== undefined)?.text;
  const calls = pieces.filter((piece) => piece.text === undefined);
  const fragments = calls.map(({ index, id, name, args }) => ({
    ...(index === undefined ? {} : { index }),
    ...(id === undefined ? {} : { id }),
    function: { ...(name === undefined ? {} : { name }), ...(args === undefined ? {} : { arguments: args }) },
  }));
  return { ...(text === undefined ? {} : { content: text }), tool_calls: fragments };
}

/** Calls as `name(arguments)#id`, texts as they are. */
function brief(events: readonly ChatEvent[]): string {
  const folded = fold(events);
  if (!folded.ok) return folded.error.code;
  const parts = folded.value.choices[0]?.parts ?? [];
  return parts
    .map((part) =>
      part.kind === 'tool-call' ? `${part.name}(${part.arguments})#${part.id}` : 'text' in part && part.text,
    )
    .join(' ');
}

const CASES: Readonly<Record<string, readonly [chunks: readonly (readonly Piece[])[], expected: string]>> = {
  'two whole calls in one delta': [
    [
      [
        { index: 0, id: 'a', name: 'f', args: '{"x":1}' },
        { index: 1, id: 'b', name: 'g', args: '{}' },
      ],
    ],
    'f({"x":1})#a g({})#b',
  ],
  'two whole calls in one delta without index': [
    [
      [
        { id: 'a', name: 'f', args: '{"x":1}' },
        { id: 'b', name: 'g', args: '{}' },
      ],
    ],
    'f({"x":1})#a g({})#b',
  ],
  'a call of nothing: no arguments': [[[{ index: 0, id: 'a', name: 'f' }]], 'f({})#a'],
  'a call of nothing: empty': [[[{ index: 0, id: 'a', name: 'f', args: '' }]], 'f({})#a'],
  'a call of nothing: null': [[[{ index: 0, id: 'a', name: 'f', args: null }]], 'f({})#a'],
  'a call of nothing: the word null, in pieces': [
    [[{ index: 0, id: 'a', name: 'f', args: 'nu' }], [{ index: 0, args: 'll' }]],
    'f({})#a',
  ],
  'a call of nothing: blanks': [[[{ index: 0, id: 'a', name: 'f', args: ' \n' }]], 'f({})#a'],
  'arguments as an object': [[[{ index: 0, id: 'a', name: 'f', args: { x: 1 } }]], 'f({"x":1})#a'],
  'a late id': [
    [[{ index: 0, name: 'f', args: '{"x":' }], [{ index: 0, id: 'a', args: '1}' }]],
    'f({"x":1})#a',
  ],
  'a late name': [
    [[{ index: 0, id: 'a', args: '{"x":' }], [{ index: 0, name: 'f', args: '1}' }]],
    'f({"x":1})#a',
  ],
  'no id at all': [[[{ index: 0, id: '', name: 'f', args: '{}' }]], 'f({})#call_answer_0'],
  'the word null as id': [
    [[{ index: 0, id: 'a', name: 'f', args: '{' }], [{ index: 0, id: 'null', name: '', args: '}' }]],
    'f({})#a',
  ],
  'id and name on every fragment': [
    [[{ index: 0, id: 'a', name: 'f', args: '{' }], [{ index: 0, id: 'a', name: 'f', args: '}' }]],
    'f({})#a',
  ],
  'another id for each fragment of a call': [
    [[{ index: 0, id: 'a', name: 'f', args: '{' }], [{ index: 0, id: 'b', args: '}' }]],
    'f({})#a',
  ],
  'the whole call said twice': [
    [
      [{ index: 0, id: 'a', name: 'f', args: '{"x":1}' }],
      [{ index: 0, id: 'a', name: 'f', args: '{"x":1}' }],
    ],
    'f({"x":1})#a',
  ],
  'one id for two calls, by index': [
    [[{ index: 0, id: 'a', name: 'f', args: '{"x":1}' }], [{ index: 1, id: 'a', name: 'g', args: '{}' }]],
    'f({"x":1})#a g({})#a',
  ],
  'one id for two calls, without index': [
    [[{ id: 'a', name: 'f', args: '{"x":1}' }], [{ id: 'a', name: 'f', args: '{"x":2}' }]],
    'f({"x":1})#a f({"x":2})#a',
  ],
  'no ids, and index 0 for all': [
    [[{ index: 0, name: 'f', args: '{"x":1}' }], [{ index: 0, name: 'g', args: '{}' }]],
    'f({"x":1})#call_answer_0 g({})#call_answer_1',
  ],
  'neither ids nor indices': [
    [[{ name: 'f', args: '{"x":' }], [{ args: '1}' }], [{ name: 'f', args: '{}' }]],
    'f({"x":1})#call_answer_0 f({})#call_answer_1',
  ],
  'fragments of two calls by turns': [
    [
      [{ index: 0, id: 'a', name: 'f', args: '{"x"' }],
      [{ index: 1, id: 'b', name: 'g', args: '{"y"' }],
      [{ index: 0, args: ':1}' }],
      [{ index: 1, args: ':2}' }],
    ],
    'f({"x":1})#a g({"y":2})#b',
  ],
  'text between the fragments of a call waits, and keeps its order': [
    [
      [{ index: 0, id: 'a', name: 'f', args: '{"x"' }],
      [{ text: 'one ' }],
      [{ index: 0, args: ':1}' }],
      [{ text: 'two' }],
    ],
    'f({"x":1})#a one two',
  ],
  'nonsense is as good as nothing': [
    [[{ index: null, id: null, name: null, args: null }], [{ text: 'x' }]],
    '({})#call_answer_0 x',
  ],
};

describe('calls in a stream', () => {
  test.each(Object.entries(CASES))('%s', (_, [chunks, expected]) => {
    expect(brief(read(chunks))).toBe(expected);
  });

  test('arguments arrive as they come', () => {
    const events = read([
      [{ index: 0, id: 'a', name: 'f', args: '' }],
      [{ index: 0, args: '{"x"' }],
      [{ index: 0, args: ':1}' }],
    ]);
    expect(events.map(({ kind }) => kind)).toEqual(['start', 'open', 'delta', 'delta', 'close', 'end']);
  });

  test('arguments cut for length stay cut', () => {
    expect(brief(read([[{ index: 0, id: 'a', name: 'f', args: '{"x":' }]], 'length'))).toBe('f({"x":)#a');
    expect(brief(read([[{ index: 0, id: 'a', name: 'f' }]], 'length'))).toBe('f()#a');
  });

  test('a stream cut within a call closes nothing', () => {
    const events = read([[{ index: 0, id: 'a', name: 'f', args: '{"x":' }]], null);
    expect(events.map(({ kind }) => kind)).toEqual(['start', 'open', 'delta', 'failure']);
  });

  test('a thousand calls are too many', () => {
    const calls = Array.from({ length: 1_000 }, (_, index) => ({
      index,
      id: `c${index}`,
      name: 'f',
      args: '{}',
    }));
    expect(read([calls]).filter(({ kind }) => kind === 'open')).toHaveLength(512);
  });
});
