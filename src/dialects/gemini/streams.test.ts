// Streamed answers: of this vendor to events, and events to clients of this language.

import { describe, expect, test } from 'bun:test';

import { parseJson } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { isTerminal } from '#canonical/event.ts';
import { failure } from '#canonical/failure.ts';
import { fold } from '#canonical/fold.ts';
import { Grammar } from '#canonical/grammar.ts';
import type { Part } from '#canonical/part.ts';
import { unfold } from '#canonical/unfold.ts';
import { GeminiStreamDecoder } from './decode-stream.ts';
import { GeminiStreamEncoder } from './encode-stream.ts';

const chunk = (parts: readonly Json[], more: JsonObject = {}, rest: JsonObject = {}): JsonObject => ({
  candidates: [{ content: { role: 'model', parts }, ...more }],
  responseId: 'r1',
  modelVersion: 'gemini-x',
  ...rest,
});
const END = { finishReason: 'STOP' };

function decode(...chunks: readonly (Json | string)[]): readonly ChatEvent[] {
  const decoder = new GeminiStreamDecoder();
  const frames = chunks.map((one) => ({ data: typeof one === 'string' ? one : JSON.stringify(one) }));
  const events = [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.finish()];
  const grammar = new Grammar();
  expect(events.flatMap((event) => grammar.check(event) ?? [])).toEqual([]);
  expect(events.filter(isTerminal)).toHaveLength(1);
  expect(decoder.finish()).toEqual([]);
  return events;
}

function partsOf(...chunks: readonly Json[]): readonly Part[] {
  const folded = fold(decode(...chunks));
  if (!folded.ok) throw new Error(folded.error.message);
  return folded.value.choices[0]?.parts ?? [];
}

describe('decoder', () => {
  test('texts and thoughts are pieces, calls come whole', () => {
    const call = { functionCall: { name: 'f', args: { a: 1 } } };
    expect(
      partsOf(
        chunk([{ text: 'h', thought: true }]),
        chunk([{ text: 'm', thought: true }, { text: 'we' }]),
        chunk([{ text: 'll' }, call]),
        chunk([call], END),
      ),
    ).toMatchObject([
      { kind: 'reasoning', text: 'hm' },
      { kind: 'text', text: 'well' },
      { kind: 'tool-call', id: 'call_r1_0', arguments: '{"a":1}' },
      { kind: 'tool-call', id: 'call_r1_1', arguments: '{"a":1}' },
    ]);
  });

  test('usage is cumulative, the last counts; the finish is told once', () => {
    const usageMetadata = (candidatesTokenCount: number) => ({
      usageMetadata: { promptTokenCount: 2, candidatesTokenCount },
    });
    const events = decode(
      chunk([{ text: 'a' }], {}, usageMetadata(1)),
      chunk([{ text: 'b' }], END, usageMetadata(2)),
      chunk([{ text: '' }], { finishReason: 'MAX_TOKENS' }, { usageMetadata: { trafficType: 'X' } }),
    );
    expect(events.findLast((event) => event.kind === 'usage')).toMatchObject({
      usage: { inputTotal: 2, outputTotal: 2 },
    });
    expect(events.at(-1)).toEqual({ kind: 'end', finishes: [{ reason: 'stop', raw: 'STOP' }] });
  });

  test('a signature on a text, on an empty one, on a thought', () => {
    const seal = (value: string) => [{ dialect: 'gemini', form: 'signature', value }];
    expect(
      partsOf(
        chunk([
          { text: 'h', thought: true },
          { text: 'm', thought: true, thoughtSignature: 'QQ==' },
        ]),
        chunk([{ text: 'a', thoughtSignature: 'Qg==' }]),
        chunk([{ text: 'b' }]),
        chunk([{ text: '', thoughtSignature: 'Qw==' }], END),
      ),
    ).toMatchObject([
      { kind: 'reasoning', text: 'hm', seals: seal('QQ==') },
      { kind: 'text', text: 'a' },
      { kind: 'reasoning', text: '', seals: seal('Qg==') },
      { kind: 'text', text: 'b' },
      { kind: 'reasoning', text: '', seals: seal('Qw==') },
    ]);
  });

  test('several candidates take turns', () => {
    const turn = (index: number, text: string, more: JsonObject = {}): JsonObject => ({
      index,
      content: { parts: [{ text }] },
      ...more,
    });
    const folded = fold(
      decode(
        { candidates: [turn(0, 'a'), turn(1, 'x')] },
        { candidates: [turn(1, 'y', END), turn(0, 'b', END)] },
      ),
    );
    expect(folded.ok && folded.value.choices.map(({ parts }) => parts)).toEqual([
      [{ kind: 'text', text: 'ab' }],
      [{ kind: 'text', text: 'xy' }],
    ]);
  });

  test('streamed arguments are put together by their paths', () => {
    const piece = (functionCall: JsonObject, more = {}): JsonObject => chunk([{ functionCall, ...more }]);
    const at = (jsonPath: string, value: JsonObject, willContinue = true): JsonObject => ({
      partialArgs: [{ jsonPath, ...value, willContinue }],
      willContinue: true,
    });
    const parts = partsOf(
      piece({ name: 'f', willContinue: true }, { thoughtSignature: 'QQ==' }),
      piece(at('$.a[0].b', { stringValue: 'on' })),
      piece(at('$.a[0].b', { stringValue: 'e' }, false)),
      piece(at('$.a[1]', { numberValue: 2 })),
      piece(at("$['c d']", { boolValue: false })),
      piece(at('$.n', { nullValue: null })),
      piece({}),
      piece({ name: 'g', willContinue: true }),
      piece(at('$.x', { stringValue: 'y' })),
      chunk([{ text: '' }], END),
    );
    expect(parts).toMatchObject([
      {
        kind: 'tool-call',
        id: 'call_r1_0',
        name: 'f',
        arguments: '{"a":[{"b":"one"},2],"c d":false,"n":null}',
        seal: { value: 'QQ==' },
      },
      { kind: 'tool-call', id: 'call_r1_1', name: 'g', arguments: '{"x":"y"}' },
    ]);
  });

  test('paths that would do harm are ignored', () => {
    const paths = ['$.__proto__.polluted', '$[99999999]', 'a', '$..', `$${'.a'.repeat(200)}`];
    const pieces = paths.map((jsonPath) => ({ jsonPath, stringValue: 'x' }));
    const [part] = partsOf(
      chunk([{ functionCall: { name: 'f', willContinue: true, partialArgs: pieces } }], END),
    );
    expect(part).toMatchObject({ arguments: '{}' });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('sources that come after their text still reach it', () => {
    const grounding = { groundingMetadata: { groundingChunks: [{ web: { uri: 'https://a' } }] } };
    const linked = (parts: readonly Part[]): unknown =>
      parts.flatMap((part) => (part.kind === 'text' ? (part.annotations ?? []) : []));
    const links = [{ type: 'url_citation', url_citation: { url: 'https://a' } }];
    expect(linked(partsOf(chunk([{ text: 'a' }]), chunk([{ text: 'b' }], { ...grounding, ...END })))).toEqual(
      links,
    );
    expect(
      linked(partsOf(chunk([{ text: 'a', thoughtSignature: 'QQ==' }]), chunk([], { ...grounding, ...END }))),
    ).toEqual(links);
  });

  test.each<readonly [string, readonly (Json | string)[], string]>([
    ['EOF without finish reason', [chunk([{ text: 'a' }])], 'stream_cut'],
    [
      'one of two candidates unfinished',
      [{ candidates: [{ index: 0, ...END }, { index: 1 }] }],
      'stream_cut',
    ],
    ['nothing', [], 'stream_cut'],
    ['nothing that can be read', ['<html>', 'x'], 'upstream_protocol'],
    [
      'an error object',
      [chunk([{ text: 'a' }]), { error: { code: 500, status: 'INTERNAL', message: 'x' } }],
      'upstream_error',
    ],
    [
      'an error in a list',
      [[{ error: { code: 429, status: 'RESOURCE_EXHAUSTED' } }]],
      'upstream_rate_limited',
    ],
    ['a blocked prompt', [{ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }], 'content_filtered'],
  ])('%s is a failure', (_, chunks, code) => {
    expect(decode(...chunks).at(-1)).toMatchObject({ kind: 'failure', failure: { code } });
  });

  test('what is odd changes nothing', () => {
    expect(
      partsOf({ candidates: [null, 5] }, chunk([null, 5, {}]), chunk([{ text: 'a' }], END)).at(-1),
    ).toEqual({ kind: 'text', text: 'a' });
    expect(decode(chunk([{ text: 'a' }], END), '[DONE]').at(-1)?.kind).toBe('end');
  });
});

function encode(events: readonly ChatEvent[]): readonly JsonObject[] {
  const encoder = new GeminiStreamEncoder();
  return events.flatMap((event) => encoder.push(event)).map(({ data }) => parseJson(data) as JsonObject);
}

describe('encoder', () => {
  const parts: readonly Part[] = [
    { kind: 'reasoning', text: 'hm', seals: [{ dialect: 'other', form: 'signature', value: 's' }] },
    {
      kind: 'text',
      text: 'well',
      annotations: [{ type: 'url_citation', url_citation: { url: 'https://a' } }],
    },
    { kind: 'tool-call', id: 'a', name: 'f', arguments: '{"a":1}', form: 'function' },
    { kind: 'refusal', text: 'No.' },
  ];
  const events = unfold({
    id: 'id',
    model: 'm',
    losses: [],
    choices: [{ parts, finish: { reason: 'tool-calls', raw: 'tool_calls' } }],
    usage: { inputTotal: 3, outputTotal: 2, cacheRead: 1 },
  });

  test('each frame is a whole response; reason and counts come last', () => {
    const frames = encode(events);
    const said = frames.flatMap(
      ({ candidates }) => (candidates as { content: { parts: Json[] } }[])[0]?.content.parts ?? [],
    );
    expect(said).toMatchObject([
      { text: 'hm', thought: true },
      { text: '', thought: true, thoughtSignature: expect.stringMatching(/^Y2xldzE6/) as never },
      { text: 'well' },
      { functionCall: { id: 'a', name: 'f', args: { a: 1 } } },
      { text: 'No.' },
      { text: '' },
    ]);
    for (const frame of frames) expect(frame).toMatchObject({ responseId: 'id', modelVersion: 'm' });
    expect(frames.filter((frame) => JSON.stringify(frame).includes('finishReason'))).toHaveLength(1);
    expect(frames.at(-1)).toMatchObject({
      candidates: [
        {
          finishReason: 'STOP',
          index: 0,
          groundingMetadata: { groundingChunks: [{ web: { uri: 'https://a' } }] },
        },
      ],
      usageMetadata: {
        promptTokenCount: 3,
        candidatesTokenCount: 2,
        totalTokenCount: 5,
        cachedContentTokenCount: 1,
      },
    });
  });

  test('a call is told only when it is complete', () => {
    const open: ChatEvent = {
      kind: 'open',
      part: 0,
      choice: 0,
      what: { kind: 'tool-call', id: 'a', name: 'f', form: 'function' },
    };
    const start: ChatEvent = { kind: 'start', id: 'i', model: 'm', losses: [] };
    const delta = (text: string): ChatEvent => ({ kind: 'delta', part: 0, text });
    expect(encode([start, open, delta('{"a"'), delta(':1}')])).toEqual([]);
    const frames = encode([
      start,
      open,
      delta('{"a"'),
      { kind: 'close', part: 0 },
      { kind: 'end', finishes: [{ reason: 'length' }] },
    ]);
    expect(frames).toMatchObject([
      { candidates: [{ content: { parts: [{ functionCall: { args: { input: '{"a"' } } }] } }] },
      { candidates: [{ finishReason: 'MALFORMED_FUNCTION_CALL' }] },
    ]);
  });

  test('a refusal ends as one, whatever the provider called it', () => {
    const frames = encode([
      { kind: 'start', id: 'i', model: 'm', losses: [] },
      { kind: 'open', part: 0, choice: 0, what: { kind: 'refusal' } },
      { kind: 'delta', part: 0, text: 'No.' },
      { kind: 'close', part: 0 },
      { kind: 'end', finishes: [{ reason: 'stop', raw: 'stop' }] },
    ]);
    expect(frames.at(-1)).toMatchObject({ candidates: [{ finishReason: 'SAFETY' }] });
  });

  test('a failure is an error object, and nothing says that the answer ended', () => {
    const frames = encode([
      ...events.slice(0, 3),
      { kind: 'failure', failure: failure('stream_cut', 'It broke off.') },
    ]);
    expect(frames.at(-1)).toMatchObject({
      error: { code: 502, status: 'UNAVAILABLE', message: 'It broke off.' },
    });
    expect(JSON.stringify(frames)).not.toContain('finishReason');
  });
});
