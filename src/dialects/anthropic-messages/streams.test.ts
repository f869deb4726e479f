// Streams that no vendor should send and some do, and what clients get of events from other languages.

import { describe, expect, test } from 'bun:test';

import type { Frame } from '#base/frame.ts';
import type { JsonObject } from '#base/json.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { failure } from '#canonical/failure.ts';
import { fold } from '#canonical/fold.ts';
import { Grammar } from '#canonical/grammar.ts';
import { MessagesStreamDecoder } from './decode-stream.ts';
import { MessagesStreamEncoder } from './encode-stream.ts';

const START = {
  type: 'message_start',
  message: { id: 'msg_1', model: 'm', usage: { input_tokens: 3, output_tokens: 1 } },
};
const END = [
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } },
  { type: 'message_stop' },
];
const open = (index: number, content_block: JsonObject) => ({
  type: 'content_block_start',
  index,
  content_block,
});
const piece = (index: number, delta: JsonObject) => ({ type: 'content_block_delta', index, delta });
const stop = (index: number) => ({ type: 'content_block_stop', index });
const TEXT = { type: 'text', text: '' };
const say = (index: number, text: string) => piece(index, { type: 'text_delta', text });
const call = (id: string) => ({ type: 'tool_use', id, name: 'f', input: {} });
const input = (index: number, text: string) => piece(index, { type: 'input_json_delta', partial_json: text });

function decode(events: readonly JsonObject[], quirks = {}): readonly ChatEvent[] {
  const decoder = new MessagesStreamDecoder(quirks);
  const given = events.flatMap((event) => decoder.push({ data: JSON.stringify(event) }));
  const all = [...given, ...decoder.finish()];
  const grammar = new Grammar();
  expect(all.flatMap((event) => grammar.check(event) ?? [])).toEqual([]);
  return all;
}

function partsOf(events: readonly JsonObject[]): unknown {
  const folded = fold(decode(events));
  if (!folded.ok) return folded.error.code;
  return folded.value.choices[0]?.parts.map((part) =>
    part.kind === 'tool-call' ? [part.id, part.arguments] : part.kind === 'text' ? part.text : part.kind,
  );
}

describe('reads', () => {
  const cases: readonly [string, readonly JsonObject[], unknown][] = [
    [
      'blocks that overlap, one after the other',
      [
        START,
        open(0, TEXT),
        say(0, 'a'),
        open(1, call('t')),
        input(1, '{"x":'),
        say(0, 'b'),
        input(1, '1}'),
        stop(1),
        stop(0),
        ...END,
      ],
      ['ab', ['t', '{"x":1}']],
    ],
    ['a beginning that is repeated', [START, START, open(0, TEXT), say(0, 'a'), stop(0), ...END], ['a']],
    ['a second answer inside the first', [START, open(0, TEXT), say(0, 'a'), START], 'upstream_protocol'],
    ['an end of a block that is left out', [START, open(0, TEXT), say(0, 'a'), ...END], ['a']],
    ['a beginning of a block that is left out', [START, say(0, 'a'), stop(0), ...END], ['a']],
    ['a call without arguments', [START, open(0, call('t')), input(0, ''), stop(0), ...END], [['t', '{}']]],
    ['a call without pieces', [START, open(0, call('t')), stop(0), ...END], [['t', '{}']]],
    [
      'a call whose input comes at once',
      [START, open(0, { ...call('t'), input: { a: 1 } }), stop(0), ...END],
      [['t', '{"a":1}']],
    ],
    ['a call without an id', [START, open(0, call('')), stop(0), ...END], [['toolu_clew_0', '{}']]],
    [
      'kinds of events that are not known',
      [START, { type: 'ping' }, { type: 'news' }, open(0, TEXT), say(0, 'a'), stop(0), ...END],
      ['a'],
    ],
    ['an end without a beginning', [{ type: 'message_stop' }], 'upstream_protocol'],
    [
      'an end that is left out after its reason',
      [START, open(0, TEXT), say(0, 'a'), stop(0), END[0] as JsonObject],
      ['a'],
    ],
    [
      'a block left open, and no end',
      [START, open(0, TEXT), say(0, 'a'), END[0] as JsonObject],
      'stream_cut',
    ],
    ['no reason and no end', [START, open(0, TEXT), say(0, 'a'), stop(0)], 'stream_cut'],
    [
      'an error after content',
      [
        START,
        open(0, TEXT),
        say(0, 'a'),
        { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
      ],
      'upstream_overloaded',
    ],
    ['nothing', [], 'stream_cut'],
  ];
  test.each(cases)('%s', (_, events, expected) => expect(partsOf(events)).toEqual(expected));

  test('the calls of hosted tools whole, and not as calls', () => {
    const use = { type: 'server_tool_use', id: 's', name: 'web_search', input: {} };
    const folded = fold(
      decode([START, open(0, use), input(0, '{"query":'), input(0, '"x"}'), stop(0), ...END]),
    );
    expect(folded.ok && folded.value.choices[0]).toEqual({
      parts: [{ kind: 'foreign', dialect: 'anthropic-messages', value: { ...use, input: { query: 'x' } } }],
      finish: { reason: 'stop', raw: 'end_turn' },
    });
  });

  test('usage that is cumulative: the last of each counter', () => {
    const delta = {
      type: 'message_delta',
      delta: { stop_reason: 'stop_sequence', stop_sequence: 'END' },
      usage: { output_tokens: 9, cache_read_input_tokens: 4, input_tokens: null },
    };
    const folded = fold(decode([START, delta, { type: 'message_stop' }]));
    expect(folded.ok && folded.value.usage).toMatchObject({ inputTotal: 7, outputTotal: 9, cacheRead: 4 });
    expect(folded.ok && folded.value.choices[0]?.finish).toEqual({
      reason: 'stop-sequence',
      raw: 'stop_sequence',
      stopSequence: 'END',
    });
  });

  test('events in the bytes of an AWS event stream, and its exceptions', () => {
    const wrapped = [START, open(0, TEXT), say(0, 'ä'), stop(0), ...END].map((event) => {
      const bytes = new TextEncoder().encode(JSON.stringify(event));
      return {
        event: 'chunk',
        data: JSON.stringify({ bytes: btoa(String.fromCharCode(...bytes)), p: 'abc' }),
      };
    });
    const decoder = new MessagesStreamDecoder({ envelope: 'bedrock' });
    const folded = fold(wrapped.flatMap((frame) => decoder.push(frame)));
    expect(folded.ok && folded.value.choices[0]?.parts).toMatchObject([{ kind: 'text', text: 'ä' }]);
    const broken = new MessagesStreamDecoder({ envelope: 'bedrock' });
    const frame = { event: 'throttlingException', data: '{"message":"Too many requests"}' };
    expect(broken.push(frame)).toMatchObject([
      { kind: 'failure', failure: { code: 'upstream_rate_limited' } },
    ]);
  });
});

function encode(events: readonly ChatEvent[]): readonly JsonObject[] {
  const encoder = new MessagesStreamEncoder({ generationId: 'gen-1' });
  const frames: readonly Frame[] = events.flatMap((event) => encoder.push(event));
  return frames.map(({ event, data }) => {
    const body = JSON.parse(data) as JsonObject;
    expect(event).toBe(body['type'] as string);
    return body;
  });
}

describe('writes', () => {
  const start: ChatEvent = { kind: 'start', id: 'x', model: 'm', losses: [] };
  const seal = { dialect: 'gemini', form: 'signature', value: 's' } as const;

  test('a thought of another vendor, a text, calls and their seals', () => {
    const written = encode([
      start,
      { kind: 'open', part: 0, choice: 0, what: { kind: 'reasoning' } },
      { kind: 'delta', part: 0, text: 'hm' },
      { kind: 'close', part: 0 },
      { kind: 'open', part: 1, choice: 0, what: { kind: 'text' } },
      { kind: 'close', part: 1 },
      { kind: 'open', part: 2, choice: 0, what: { kind: 'tool-call', id: 'a', name: 'f', form: 'function' } },
      { kind: 'close', part: 2, seals: [seal] },
      { kind: 'usage', usage: { inputTotal: 10, cacheRead: 4, cacheWrite: 1, outputTotal: 5, reasoning: 2 } },
      { kind: 'end', finishes: [{ reason: 'tool-calls' }] },
    ]);
    const mark = expect.stringMatching(/^clew:v1:/) as never;
    expect(written.slice(2)).toEqual([
      open(0, { type: 'thinking', thinking: '', signature: '' }),
      piece(0, { type: 'thinking_delta', thinking: 'hm' }),
      piece(0, { type: 'signature_delta', signature: mark }),
      stop(0),
      open(1, call('a')),
      input(1, '{}'),
      stop(1),
      open(2, { type: 'thinking', thinking: '', signature: '' }),
      piece(2, { type: 'signature_delta', signature: mark }),
      stop(2),
      {
        type: 'message_delta',
        delta: { stop_reason: 'tool_use', stop_sequence: null },
        usage: {
          input_tokens: 5,
          cache_creation_input_tokens: 1,
          cache_read_input_tokens: 4,
          output_tokens: 5,
          output_tokens_details: { thinking_tokens: 2 },
        },
      },
      { type: 'message_stop' },
    ]);
  });

  test('a refusal, a link, a second answer that cannot be shown', () => {
    const written = encode([
      start,
      { kind: 'open', part: 0, choice: 0, what: { kind: 'refusal' } },
      { kind: 'open', part: 1, choice: 1, what: { kind: 'text' } },
      { kind: 'delta', part: 0, text: 'No' },
      { kind: 'delta', part: 1, text: 'unseen' },
      { kind: 'close', part: 1 },
      { kind: 'close', part: 0, annotations: [] },
      { kind: 'end', finishes: [{ reason: 'stop' }, { reason: 'stop' }] },
    ]);
    expect(JSON.stringify(written)).not.toContain('unseen');
    expect(written.at(-2)).toMatchObject({ delta: { stop_reason: 'refusal' } });
  });

  test('a failure as the vendor’s event, before and after the beginning', () => {
    const problem: ChatEvent = { kind: 'failure', failure: failure('upstream_overloaded', 'Busy.') };
    const shown = { type: 'error', error: { type: 'overloaded_error', message: 'Busy.' } };
    expect(encode([problem])).toEqual([shown]);
    expect(
      encode([
        start,
        { kind: 'open', part: 0, choice: 0, what: { kind: 'text' } },
        { kind: 'delta', part: 0, text: 'a' },
        problem,
      ]).at(-1),
    ).toEqual(shown);
  });
});
