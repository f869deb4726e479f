import { describe, expect, test } from 'bun:test';

import type { Json, JsonObject } from '#base/json.ts';
import type { ChatResponse } from '#canonical/response.ts';
import { decodeResponse } from './decode-response.ts';
import { encodeResponse } from './encode-response.ts';

function answer(message: Json, choice: JsonObject = {}, more: JsonObject = {}): JsonObject {
  return {
    id: 'c1',
    object: 'chat.completion',
    created: 7,
    model: 'm',
    choices: [{ index: 0, message, finish_reason: 'stop', ...choice }],
    ...more,
  };
}

function decode(body: Json): ChatResponse {
  const decoded = decodeResponse(body, {});
  if (!decoded.ok) throw new Error(decoded.error.message);
  return decoded.value;
}

const say = (content: Json, more: JsonObject = {}): JsonObject => ({ role: 'assistant', content, ...more });
const call = (name: string, text: Json): JsonObject => ({
  id: 'a',
  type: 'function',
  function: { name, arguments: text },
});

const LINK = { type: 'url_citation', url_citation: { url: 'u', title: 't', start_index: 0, end_index: 1 } };

describe('an answer is mended where official clients would break', () => {
  const rows: readonly (readonly [string, JsonObject, JsonObject])[] = [
    [
      'thinking among the content',
      say([
        { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
        { type: 'text', text: 'a' },
      ]),
      say('a', {
        reasoning_content: 'hm',
        reasoning_details: [{ type: 'reasoning.text', format: 'unknown', index: 0, text: 'hm' }],
      }),
    ],
    ['a list of one text', say([{ type: 'text', text: 'a' }]), say('a')],
    [
      'no kind of call',
      say(null, { tool_calls: [kindless(call('f', '{}'))] }),
      say(null, { tool_calls: [call('f', '{}')] }),
    ],
    ['a call of nothing', say('a', { function_call: { name: '', arguments: '' } }), say('a')],
    ['no sound', say('a', { audio: { id: '', data: '', expires_at: 0, transcript: '' } }), say('a')],
    [
      'links without a place',
      say('ab', { annotations: [{ type: 'url_citation', url_citation: { url: 'u' } }] }),
      say('ab', {
        annotations: [
          { type: 'url_citation', url_citation: { url: 'u', title: 'u', start_index: 0, end_index: 2 } },
        ],
      }),
    ],
  ];

  test('log probabilities that are a number, and cached tokens in a field of their own', () => {
    const usage = { prompt_tokens: 5, completion_tokens: 2, num_cached_tokens: 3 };
    const written = encodeResponse(decode(answer(say('a'), { logprobs: -1 }, { usage })));
    expect(written['usage']).toEqual({ ...usage, prompt_tokens_details: { cached_tokens: 3 } });
    expect((written['choices'] as readonly JsonObject[])[0]).not.toHaveProperty('logprobs');
  });

  test.each(rows)('%s', (_, recorded, written) => {
    const ending = written['tool_calls'] === undefined ? {} : { finish_reason: 'tool_calls' };
    expect(encodeResponse(decode(answer(recorded, ending)))).toEqual(answer(written, ending));
  });
});

function kindless({ type: _type, ...rest }: JsonObject): JsonObject {
  return rest;
}

describe('an answer comes back as it was', () => {
  const bodies: Readonly<Record<string, JsonObject>> = {
    text: answer(say('hi')),
    'no text': answer(say('')),
    'null fields': answer(say('hi', { refusal: null, tool_calls: null, audio: null, annotations: [] }), {
      logprobs: null,
    }),
    'no content field': answer(
      { role: 'assistant', tool_calls: [call('f', '{}')] },
      { finish_reason: 'tool_calls' },
    ),
    'a refusal': answer(say(null, { refusal: 'no' })),
    'reasoning in its field': answer(say('a', { reasoning: 'hm' })),
    'reasoning and details': answer(
      say('a', {
        reasoning: 'hm',
        reasoning_details: [{ type: 'reasoning.text', text: 'hm', signature: 's', format: 'x', index: 0 }],
      }),
    ),
    annotations: answer(say('a', { annotations: [LINK, { type: 'file', file: { hash: 'h' } }] })),
    audio: answer(say(null, { audio: { id: 'x', data: 'AA==', transcript: 't', expires_at: 9 } })),
    images: answer(
      say('a', { images: [{ type: 'image_url', index: 0, image_url: { url: 'data:image/png;base64,AA' } }] }),
    ),
    'a legacy call': answer(say(null, { function_call: { name: 'f', arguments: '{}' } }), {
      finish_reason: 'function_call',
    }),
    'several choices': {
      ...answer(say('a')),
      choices: [
        { index: 0, message: say('a'), finish_reason: 'length', logprobs: { content: [] } },
        { index: 1, message: say('b'), finish_reason: 'content_filter', seed: 4 },
      ],
    },
    'choices out of order': {
      ...answer(say('a')),
      choices: [
        { index: 1, message: say('b'), finish_reason: 'stop' },
        { index: 0, message: say('a'), finish_reason: 'stop' },
      ],
    },
    'more fields everywhere': answer(
      say('a', { executed_tools: [{ x: 1 }] }),
      { content_filter_results: {}, native_finish_reason: 'STOP' },
      {
        system_fingerprint: null,
        citations: ['u'],
        usage: { prompt_tokens: 1, completion_tokens: 2, cost: 0.1 },
      },
    ),
    'usage that counts nothing': answer(say('a'), {}, { usage: { seconds: 3 } }),
  };
  test.each(Object.entries(bodies))('%s', (_, body) => expect(encodeResponse(decode(body))).toEqual(body));
});

describe('mended on the way', () => {
  const withCall = (text: Json, finish: string): JsonObject =>
    answer(say(null, { tool_calls: [call('f', text)] }), { finish_reason: finish });
  const finishOf = (body: JsonObject) => decode(body).choices[0]?.finish;

  test('calls decide the finish reason, but not over a cut', () => {
    expect(finishOf(withCall('{}', 'stop'))).toEqual({ reason: 'tool-calls', raw: 'stop' });
    expect(finishOf(withCall('{}', 'length'))).toEqual({ reason: 'length', raw: 'length' });
    expect(finishOf(answer(say('a'), { finish_reason: 'tool_calls' }))).toEqual({
      reason: 'stop',
      raw: 'tool_calls',
    });
    expect(encodeResponse(decode(withCall('{}', 'stop')))).toMatchObject({
      choices: [{ finish_reason: 'tool_calls', native_finish_reason: 'stop' }],
    });
  });

  const words: readonly (readonly [raw: string, reason: string])[] = [
    ['eos', 'stop'],
    ['model_length', 'context-full'],
    ['MAX_TOKENS', 'length'],
    ['sensitive', 'content-filter'],
    ['brand_new', 'unknown'],
  ];
  test.each([...words])('%s means %s, in words that clients know', (raw, reason) => {
    const body = answer(say('a'), { finish_reason: raw });
    expect(finishOf(body)?.reason).toBe(reason as 'stop');
    const [choice] = encodeResponse(decode(body))['choices'] as readonly JsonObject[];
    expect(['stop', 'length', 'content_filter']).toContain(choice?.['finish_reason'] as string);
    expect(choice?.['native_finish_reason']).toBe(raw);
  });

  test.each([
    ['', '{}'],
    [null, '{}'],
    ['null', '{}'],
    [{ x: 1 }, '{"x":1}'],
    ['{"x": 1.0}', '{"x": 1.0}'],
  ] as [Json, string][])('arguments %j are %s', (given, text) => {
    const part = decode(withCall(given, 'tool_calls')).choices[0]?.parts[0];
    expect(part).toMatchObject({ kind: 'tool-call', arguments: text });
  });

  test('a choice without a message is an empty one', () => {
    const body = { ...answer(null), choices: [{ index: 0, finish_reason: 'content_filter' }] };
    expect(decode(body).choices[0]).toMatchObject({ parts: [], finish: { reason: 'content-filter' } });
    expect(encodeResponse(decode(body))).toMatchObject({
      choices: [{ message: { role: 'assistant', content: null } }],
    });
  });
});

describe('no answer', () => {
  const cases: readonly (readonly [body: Json, code: string])[] = [
    ['<html>', 'upstream_protocol'],
    [null, 'upstream_protocol'],
    [{}, 'upstream_protocol'],
    [{ id: 'x', choices: [] }, 'upstream_protocol'],
    [{ error: { message: 'x', code: 429 } }, 'upstream_rate_limited'],
    [{ error: 'broken' }, 'upstream_error'],
    [answer(say('half'), { finish_reason: null, error: { code: 502, message: 'x' } }), 'upstream_error'],
    [answer(say('half'), { finish_reason: 'error' }), 'upstream_error'],
  ];
  test.each([...cases])('%j: %s', (body, code) => {
    const decoded = decodeResponse(body, {});
    expect(!decoded.ok && decoded.error.code).toBe(code as 'internal');
  });

  test('`error: null` is none, and is not passed on', () => {
    const body = answer(say('a'));
    expect(encodeResponse(decode({ ...body, error: null }))).toEqual(body);
  });
});

describe('usage', () => {
  const usageOf = (usage: JsonObject) => {
    const { raw, ...counts } = decode(answer(say('a'), {}, { usage })).usage ?? { raw: undefined };
    expect(raw?.fields ?? usage).toEqual(usage);
    return counts;
  };
  const cases: readonly (readonly [usage: JsonObject, counts: object])[] = [
    [
      { prompt_tokens: 3, completion_tokens: 4 },
      { inputTotal: 3, outputTotal: 4 },
    ],
    [
      { prompt_tokens: 3, total_tokens: 7 },
      { inputTotal: 3, outputTotal: 4 },
    ],
    [
      {
        prompt_tokens: 9,
        completion_tokens: 9,
        prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 2, audio_tokens: 1 },
        completion_tokens_details: { reasoning_tokens: 5, audio_tokens: 3, image_tokens: 2 },
      },
      {
        inputTotal: 9,
        outputTotal: 9,
        cacheRead: 4,
        cacheWrite: 2,
        audioInput: 1,
        reasoning: 5,
        audioOutput: 3,
        imageOutput: 2,
      },
    ],
    [
      { prompt_tokens: 9, completion_tokens: 1, cached_tokens: 4 },
      { inputTotal: 9, outputTotal: 1, cacheRead: 4 },
    ],
    [
      { prompt_tokens: 9, completion_tokens: 1, prompt_cache_hit_tokens: 6, prompt_cache_miss_tokens: 3 },
      { inputTotal: 9, outputTotal: 1, cacheRead: 6 },
    ],
    // More than everything cannot be: sub-counters are estimates at some providers.
    [
      {
        prompt_tokens: 10,
        completion_tokens: 2,
        prompt_tokens_details: { cached_tokens: 161 },
        completion_tokens_details: { reasoning_tokens: 5 },
      },
      { inputTotal: 10, outputTotal: 2, cacheRead: 10, reasoning: 2 },
    ],
    [
      { prompt_tokens: 1, completion_tokens: 1, cost: 0.5 },
      { inputTotal: 1, outputTotal: 1, reportedCost: 5e8 },
    ],
    [
      { prompt_tokens: 1, completion_tokens: 1, cost: { total_cost: 0.005 } },
      { inputTotal: 1, outputTotal: 1, reportedCost: 5e6 },
    ],
    [{ prompt_tokens: -1, completion_tokens: 1 }, {}],
    [{ prompt_tokens: null, completion_tokens: 'x' }, {}],
  ];
  test.each([...cases])('%j', (usage, counts) => expect(usageOf(usage)).toEqual(counts));
});

test('an answer of another language has all that OpenAI’s has', () => {
  const response: ChatResponse = {
    id: 'r',
    model: 'm',
    losses: [],
    choices: [
      {
        parts: [
          {
            kind: 'reasoning',
            text: 'hm',
            seals: [{ dialect: 'anthropic-messages', form: 'signature', value: 's' }],
          },
          { kind: 'text', text: 'a' },
          { kind: 'text', text: 'b' },
          { kind: 'tool-call', id: 'k', name: 'f', arguments: '{}', form: 'function' },
        ],
        finish: { reason: 'tool-calls', raw: 'tool_use' },
      },
    ],
    usage: { inputTotal: 3, outputTotal: 4, cacheRead: 1 },
  };
  expect(encodeResponse(response)).toEqual({
    id: 'r',
    object: 'chat.completion',
    created: 0,
    model: 'm',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'ab',
          refusal: null,
          reasoning_content: 'hm',
          reasoning_details: [
            { type: 'reasoning.text', text: 'hm', signature: 's', format: 'anthropic-claude-v1', index: 0 },
          ],
          tool_calls: [{ id: 'k', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        finish_reason: 'tool_calls',
        logprobs: null,
        native_finish_reason: 'tool_use',
      },
    ],
    usage: {
      prompt_tokens: 3,
      completion_tokens: 4,
      total_tokens: 7,
      prompt_tokens_details: { cached_tokens: 1 },
      completion_tokens_details: { reasoning_tokens: 0 },
    },
  });
});
