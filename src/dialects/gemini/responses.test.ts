// Whole answers: of this vendor to the centre, and of others to clients of this language.

import { describe, expect, test } from 'bun:test';

import type { JsonObject } from '#base/json.ts';
import type { Finish } from '#canonical/finish.ts';
import type { Part } from '#canonical/part.ts';
import type { ChatResponse } from '#canonical/response.ts';
import type { Usage } from '#canonical/usage.ts';
import { decodeResponse } from './decode-response.ts';
import { encodeResponse } from './encode-response.ts';
import { decodeUsage, encodeUsage } from './usage.ts';

function decode(...parts: JsonObject[]): ChatResponse {
  return decodeAll({ candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP', index: 0 }] });
}

function decodeAll(body: JsonObject): ChatResponse {
  const decoded = decodeResponse({ responseId: 'Ab-12_x', modelVersion: 'gemini-x', ...body });
  if (!decoded.ok) throw new Error(decoded.error.message);
  return decoded.value;
}

const STOP: Finish = { reason: 'stop' };
const answer = (parts: readonly Part[], finish: Finish = STOP): ChatResponse => ({
  id: 'id',
  model: 'm',
  losses: [],
  choices: [{ parts, finish }],
});
const candidate = (response: ChatResponse): JsonObject =>
  ((encodeResponse(response) as JsonObject)['candidates'] as JsonObject[])[0] ?? {};

describe('of this vendor', () => {
  test('calls without ids get some, different in each answer and place', () => {
    const { choices } = decode(
      { functionCall: { name: 'f', args: {} } },
      { functionCall: { name: 'f', args: { a: [1] } } },
      { functionCall: { id: 'x', name: 'g' } },
    );
    expect(choices[0]?.parts).toMatchObject([
      { id: 'call_Ab12x_0', name: 'f', arguments: '{}' },
      { id: 'call_Ab12x_1', name: 'f', arguments: '{"a":[1]}' },
      { id: 'x', name: 'g', arguments: '{}' },
    ]);
  });

  test('finish STOP with calls is tool-calls; a limit stands', () => {
    const call = { functionCall: { name: 'f', args: {} } };
    const finishOf = (finishReason: string, parts: readonly JsonObject[]): unknown =>
      decodeAll({ candidates: [{ content: { parts }, finishReason }] }).choices[0]?.finish;
    expect(finishOf('STOP', [call])).toEqual({ reason: 'tool-calls', raw: 'STOP' });
    expect(finishOf('UNEXPECTED_TOOL_CALL', [call])).toEqual({
      reason: 'tool-calls',
      raw: 'UNEXPECTED_TOOL_CALL',
    });
    expect(finishOf('MAX_TOKENS', [call])).toEqual({ reason: 'length', raw: 'MAX_TOKENS' });
    for (const [word, reason] of [
      ['STOP', 'stop'],
      ['SAFETY', 'content-filter'],
      ['RECITATION', 'content-filter'],
      ['MALFORMED_FUNCTION_CALL', 'malformed-call'],
      ['OTHER', 'unknown'],
      ['BRAND_NEW', 'unknown'],
    ] as const)
      expect(finishOf(word, [])).toEqual({ reason, raw: word });
  });

  test('server (hosted) tool calls are never calls of the client', () => {
    const { choices } = decode(
      { executableCode: { code: '1' } },
      { codeExecutionResult: { output: '1' } },
      { toolCall: { id: 'x' } },
    );
    expect(choices[0]).toMatchObject({
      finish: { reason: 'stop' },
      parts: [{ kind: 'foreign' }, { kind: 'foreign' }, { kind: 'foreign' }],
    });
  });

  test('thoughts, signatures and pictures', () => {
    const { choices } = decode(
      { text: 'hm', thought: true, thoughtSignature: 'QQ==' },
      { text: 'well', thoughtSignature: 'Qg==' },
      { inlineData: { mimeType: 'image/png', data: 'AA==' } },
      { inlineData: { mimeType: 'image/png', data: 'AB==' }, thought: true },
      { functionCall: { name: 'f' }, thoughtSignature: 'Qw==' },
    );
    const seal = (value: string) => ({ dialect: 'gemini', form: 'signature', value });
    expect(choices[0]?.parts).toMatchObject([
      { kind: 'reasoning', text: 'hm', seals: [seal('QQ==')] },
      { kind: 'text', text: 'well' },
      { kind: 'reasoning', text: '', seals: [seal('Qg==')] },
      { kind: 'image', source: { from: 'base64', mime: 'image/png', data: 'AA==' } },
      { kind: 'foreign' },
      { kind: 'tool-call', seal: seal('Qw==') },
    ]);
  });

  test('a legal empty answer is an answer', () => {
    const empty = decodeAll({
      candidates: [{ content: { role: 'model' }, finishReason: 'MAX_TOKENS', index: 0 }],
    });
    expect(empty.choices).toMatchObject([{ parts: [], finish: { reason: 'length' } }]);
  });

  test('links become annotations, with positions in characters', () => {
    const said = 'Żółw is slow. Yes.';
    const { choices } = decodeAll({
      candidates: [
        {
          content: { parts: [{ text: said }] },
          groundingMetadata: {
            groundingChunks: [{ web: { uri: 'https://a', title: 'A' } }, { web: { uri: 'https://b' } }],
            groundingSupports: [
              { segment: { endIndex: 16, text: 'Żółw is slow.' }, groundingChunkIndices: [0, 1, 7] },
            ],
          },
          citationMetadata: { citationSources: [{ startIndex: 16, endIndex: 21, uri: 'https://c' }] },
        },
      ],
    });
    const link = (url: string, start_index: number, end_index: number, more = {}) => ({
      type: 'url_citation',
      url_citation: { url, ...more, start_index, end_index },
    });
    expect(choices[0]?.parts[0]).toEqual({
      kind: 'text',
      text: said,
      annotations: [
        link('https://a', 0, 13, { title: 'A' }),
        link('https://b', 0, 13),
        link('https://c', 13, 18),
      ],
    });
  });

  test('log probabilities have one entry for each token', () => {
    const { choices } = decodeAll({
      candidates: [
        {
          content: { parts: [{ text: 'é' }] },
          logprobsResult: {
            chosenCandidates: [{ token: 'é', logProbability: -0.5, tokenId: 1 }],
            topCandidates: [{ candidates: [{ token: 'e', logProbability: -1 }] }],
          },
        },
      ],
    });
    expect(choices[0]?.logprobs).toEqual({
      content: [
        {
          token: 'é',
          logprob: -0.5,
          bytes: [195, 169],
          top_logprobs: [{ token: 'e', logprob: -1, bytes: [101] }],
        },
      ],
    });
  });

  test.each([
    [{ promptFeedback: { blockReason: 'SAFETY' } }, 'content_filtered'],
    [{ error: { code: 503, message: 'x', status: 'UNAVAILABLE' } }, 'upstream_overloaded'],
    [[{ error: { code: 429, status: 'RESOURCE_EXHAUSTED' } }], 'upstream_rate_limited'],
    [{ candidates: [] }, 'upstream_protocol'],
    [[], 'upstream_protocol'],
    ['text', 'upstream_protocol'],
  ] as const)('%j is no answer', (body, code) => {
    expect(decodeResponse(body as never)).toMatchObject({ ok: false, error: { code } });
  });
});

describe('usage', () => {
  test.each([
    [
      {
        promptTokenCount: 10,
        cachedContentTokenCount: 4,
        toolUsePromptTokenCount: 3,
        candidatesTokenCount: 5,
        thoughtsTokenCount: 7,
        totalTokenCount: 25,
      },
      { inputTotal: 13, outputTotal: 12, cacheRead: 4, reasoning: 7 },
    ],
    [
      { promptTokenCount: 10, totalTokenCount: 10 },
      { inputTotal: 10, outputTotal: 0 },
    ],
    [
      { promptTokenCount: 10, totalTokenCount: 14 },
      { inputTotal: 10, outputTotal: 4 },
    ],
    [
      { promptTokenCount: 10, thoughtsTokenCount: 4, totalTokenCount: 14 },
      { inputTotal: 10, outputTotal: 4, reasoning: 4 },
    ],
    [
      { candidatesTokenCount: 4, totalTokenCount: 14 },
      { inputTotal: 10, outputTotal: 4 },
    ],
    [
      { promptTokenCount: 1, cachedContentTokenCount: 5, candidatesTokenCount: 1 },
      { inputTotal: 1, outputTotal: 1, cacheRead: 1 },
    ],
    [
      {
        promptTokenCount: 9,
        candidatesTokenCount: 9,
        promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 2 }],
        candidatesTokensDetails: [
          { modality: 'IMAGE', tokenCount: 3 },
          { modality: 'AUDIO', tokenCount: 1 },
        ],
      },
      { inputTotal: 9, outputTotal: 9, audioInput: 2, imageOutput: 3, audioOutput: 1 },
    ],
  ])('%j', (wire, counts) => {
    const { raw, ...usage } = decodeUsage(wire) ?? { raw: undefined };
    expect(usage).toEqual(counts);
    expect(raw?.fields).toBe(wire as never);
  });

  test.each([[{ trafficType: 'ON_DEMAND' }], [{}], [{ promptTokenCount: 'many' }], [{ totalTokenCount: 5 }]])(
    '%j counts nothing: a missing counter is unknown, not zero',
    (wire) => expect(decodeUsage(wire)).toBeUndefined(),
  );

  test.each<readonly [Usage, JsonObject]>([
    [
      { inputTotal: 10, outputTotal: 12, cacheRead: 4, cacheWrite: 2, reasoning: 7 },
      {
        promptTokenCount: 10,
        candidatesTokenCount: 5,
        totalTokenCount: 22,
        cachedContentTokenCount: 4,
        thoughtsTokenCount: 7,
      },
    ],
    [
      { inputTotal: 1, outputTotal: 2 },
      { promptTokenCount: 1, candidatesTokenCount: 2, totalTokenCount: 3 },
    ],
    [
      { inputTotal: 1, outputTotal: 2, cacheRead: 0, reasoning: 5 },
      {
        promptTokenCount: 1,
        candidatesTokenCount: 0,
        totalTokenCount: 3,
        cachedContentTokenCount: 0,
        thoughtsTokenCount: 2,
      },
    ],
    [
      { inputTotal: 3, outputTotal: 2, audioInput: 1 },
      {
        promptTokenCount: 3,
        candidatesTokenCount: 2,
        totalTokenCount: 5,
        promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 1 }],
      },
    ],
  ])('of another vendor, %j', (usage, wire) => expect(encodeUsage(usage)).toEqual(wire));
});

describe('of another vendor, to a client of this language', () => {
  const call: Part = {
    kind: 'tool-call',
    id: 'toolu_1',
    name: 'f',
    arguments: '{"a": 1.50}',
    form: 'function',
  };
  test('thoughts, texts and calls in their order', () => {
    const parts: readonly Part[] = [
      { kind: 'reasoning', text: 'hm' },
      { kind: 'text', text: 'well' },
      call,
      { kind: 'refusal', text: 'No.' },
      { kind: 'foreign', dialect: 'other', value: {} },
      { kind: 'reasoning', text: '' },
    ];
    expect(candidate(answer(parts, { reason: 'tool-calls', raw: 'tool_use' }))).toEqual({
      content: {
        role: 'model',
        parts: [
          { text: 'hm', thought: true },
          { text: 'well' },
          { functionCall: { id: 'toolu_1', name: 'f', args: { a: 1.5 } } },
          { text: 'No.' },
        ],
      },
      finishReason: 'STOP',
      index: 0,
    });
  });

  test('an answer without parts has a content all the same', () => {
    expect(candidate(answer([]))).toEqual({
      content: { role: 'model', parts: [] },
      finishReason: 'STOP',
      index: 0,
    });
  });

  test.each([
    ['stop', 'STOP'],
    ['stop-sequence', 'STOP'],
    ['length', 'MAX_TOKENS'],
    ['context-full', 'MAX_TOKENS'],
    ['tool-calls', 'STOP'],
    ['refusal', 'SAFETY'],
    ['content-filter', 'SAFETY'],
    ['pause', 'STOP'],
    ['malformed-call', 'MALFORMED_FUNCTION_CALL'],
    ['unknown', 'OTHER'],
  ] as const)('finish %s is %s', (reason, word) => {
    expect(
      candidate(answer([{ kind: 'text', text: 'x' }], { reason, raw: 'end_turn' }))['finishReason'],
    ).toBe(word);
  });

  test.each(['{"a": ', '[1]', '"x"', 'no'])('arguments %s are a broken call', (text) => {
    const { content, finishReason } = candidate(
      answer([{ ...call, arguments: text }], { reason: 'tool-calls' }),
    );
    expect([content, finishReason]).toEqual([
      { role: 'model', parts: [{ functionCall: { id: 'toolu_1', name: 'f', args: { input: text } } }] },
      'MALFORMED_FUNCTION_CALL',
    ]);
  });

  test.each(['', ' ', 'null', '{}'])('arguments %j of nothing are an empty object', (text) => {
    expect(candidate(answer([{ ...call, arguments: text }]))).toMatchObject({
      content: { parts: [{ functionCall: { args: {} } }] },
      finishReason: 'STOP',
    });
  });

  test('a seal of another vendor is base64, as bytes have to be, and comes back whole', () => {
    const seal = { dialect: 'other', form: 'encrypted', value: 'żółw', id: 'rs_1' } as const;
    const { content } = candidate(
      answer([
        { kind: 'reasoning', text: 'hm', seals: [seal] },
        { ...call, seal },
      ]),
    );
    const parts = (content as { parts: JsonObject[] }).parts;
    expect(atob(parts[0]?.['thoughtSignature'] as string)).toStartWith('clew1:');
    const decoded = decode(...parts).choices[0]?.parts;
    expect(decoded).toMatchObject([
      { kind: 'reasoning', seals: [seal] },
      { kind: 'tool-call', seal },
    ]);
  });

  test('links and log probabilities', () => {
    const annotations = [
      { type: 'url_citation', url_citation: { url: 'https://a', title: 'A', start_index: 0, end_index: 4 } },
      { type: 'url_citation', url: 'https://a', start_index: 5, end_index: 7 },
      { type: 'file_citation', file_id: 'x' },
    ];
    const logprobs = { content: [{ token: 'a', logprob: -1, top_logprobs: [{ token: 'b', logprob: -2 }] }] };
    const one = candidate({
      ...answer([]),
      choices: [{ parts: [{ kind: 'text', text: 'Żółw is', annotations }], finish: STOP, logprobs }],
    });
    expect(one['groundingMetadata']).toEqual({
      groundingChunks: [{ web: { uri: 'https://a', title: 'A' } }],
      groundingSupports: [
        { segment: { startIndex: 0, endIndex: 7, text: 'Żółw' }, groundingChunkIndices: [0] },
        { segment: { startIndex: 8, endIndex: 10, text: 'is' }, groundingChunkIndices: [0] },
      ],
    });
    expect(one['logprobsResult']).toEqual({
      chosenCandidates: [{ token: 'a', logProbability: -1 }],
      topCandidates: [{ candidates: [{ token: 'b', logProbability: -2 }] }],
    });
  });
});
