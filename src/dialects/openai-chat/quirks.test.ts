import { describe, expect, test } from 'bun:test';

import type { Json, JsonObject } from '#base/json.ts';
import { decodeRequest } from './decode-request.ts';
import { decodeResponse } from './decode-response.ts';
import { encodeRequest } from './encode-request.ts';
import { path as pathOf } from './path.ts';
import { QUIRKS, quirksTouch, wireNames } from './quirks.ts';
import type { QuirkName } from './quirks.ts';

const USER = { role: 'user', content: 'hi' };

interface Row {
  readonly quirk: QuirkName;
  readonly value: string;
  /** Beside `model` and one user message. */
  readonly sent: JsonObject;
  /** What is there in the body for the provider; null for a field that must be absent. */
  readonly becomes: Readonly<Record<string, Json>>;
  /** Paths of the declared losses. */
  readonly losses: readonly string[];
}

type RowParts = readonly [
  quirk: QuirkName,
  value: string,
  sent: JsonObject,
  becomes: Row['becomes'],
  ...losses: string[],
];

const row = (...[quirk, value, sent, becomes, ...losses]: RowParts): Row => ({
  quirk,
  value,
  sent,
  becomes,
  losses,
});

const CALLING = {
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'c', type: 'function', function: { name: 'look', arguments: '{}' } }],
};
const TEXT = { type: 'text', text: 'A map.' };
const IMAGE = { type: 'image_url', image_url: { url: 'data:image/png;base64,QQ==' } };

const ROWS: readonly Row[] = [
  row(
    'maxTokensField',
    'max_tokens',
    { max_completion_tokens: 9 },
    { max_tokens: 9, max_completion_tokens: null },
  ),
  row(
    'maxTokensField',
    'max_completion_tokens',
    { max_tokens: 9 },
    { max_completion_tokens: 9, max_tokens: null },
  ),
  row(
    'systemRole',
    'system',
    { messages: [{ role: 'developer', content: 'be kind' }, USER] },
    { messages: [{ role: 'system', content: 'be kind' }, USER] },
    'messages[0].role',
  ),
  row(
    'resultMedia',
    'beside',
    { messages: [USER, CALLING, { role: 'tool', tool_call_id: 'c', content: [TEXT, IMAGE] }] },
    {
      messages: [
        USER,
        CALLING,
        { role: 'tool', tool_call_id: 'c', content: [TEXT] },
        { role: 'user', content: [{ type: 'text', text: 'Shown by the tool call c:' }, IMAGE] },
      ],
    },
    'messages[2].parts[0].parts[1]',
  ),
  row('seedField', 'random_seed', { seed: 4 }, { random_seed: 4, seed: null }),
  row('streamUsage', 'none', { stream: true }, { stream: true, stream_options: null }),
  row('routerFields', 'forward', { provider: { sort: 'price' } }, { provider: { sort: 'price' } }),
  row(
    'reasoningRequest',
    'reasoning_effort',
    { reasoning: { effort: 'low' } },
    { reasoning_effort: 'low', reasoning: null },
  ),
  row(
    'reasoningRequest',
    'reasoning',
    { reasoning_effort: 'low' },
    { reasoning: { effort: 'low' }, reasoning_effort: null },
  ),
  row('reasoningRequest', 'none', { reasoning_effort: 'low' }, { reasoning_effort: null }, 'reasoning'),
  row(
    'reasoningText',
    'none',
    { messages: [USER, { role: 'assistant', content: 'a', reasoning_content: 'thought' }, USER] },
    { messages: [USER, { role: 'assistant', content: 'a' }, USER] },
    'messages[1].parts[0]',
  ),
  row(
    'reasoningText',
    'reasoning_content_always',
    { messages: [USER, { role: 'assistant', content: 'a' }, USER] },
    { messages: [USER, { role: 'assistant', reasoning_content: '', content: 'a' }, USER] },
  ),
  row(
    'cacheMarks',
    'dropped',
    {
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }] },
      ],
    },
    { messages: [{ role: 'user', content: 'a' }] },
    'messages[0].parts[0].cache',
  ),
  row(
    'messageNames',
    'dropped',
    { messages: [{ ...USER, name: 'Ann' }] },
    { messages: [USER] },
    'messages[0].name',
  ),
  row('unknownFields', 'dropped', { brand_new: 1 }, { brand_new: null }, 'extras.brand_new'),
  row('logitBias', 'dropped', { logit_bias: { '5': 1 } }, { logit_bias: null }, 'logit_bias'),
  row(
    'logprobs',
    'dropped',
    { logprobs: true, top_logprobs: 2 },
    { logprobs: null, top_logprobs: null },
    'logprobs',
    'top_logprobs',
  ),
  row('choices', 'dropped', { n: 2 }, { n: null }, 'n'),
  row('penalties', 'dropped', { presence_penalty: 1 }, { presence_penalty: null }, 'presence_penalty'),
  row('user', 'dropped', { user: 'u' }, { user: null }, 'user'),
  row('metadata', 'dropped', { metadata: { a: 'b' } }, { metadata: null }, 'metadata'),
  row('cacheKey', 'dropped', { prompt_cache_key: 'k' }, { prompt_cache_key: null }, 'prompt_cache_key'),
  row(
    'parallelToolCalls',
    'dropped',
    { parallel_tool_calls: false },
    { parallel_tool_calls: null },
    'parallel_tool_calls',
  ),
  row('serviceTier', 'dropped', { service_tier: 'flex' }, { service_tier: null }, 'service_tier'),
  row(
    'documents',
    'document_url',
    {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'file', file: { file_data: 'data:application/pdf;base64,AA==', filename: 'a.pdf' } },
          ],
        },
      ],
    },
    {
      messages: [
        {
          role: 'user',
          content: [
            {
              type: 'document_url',
              document_url: 'data:application/pdf;base64,AA==',
              document_name: 'a.pdf',
            },
          ],
        },
      ],
    },
  ),
];

describe('quirks of the request', () => {
  test.each(ROWS.map((made) => [`${made.quirk}: ${made.value}`, made] as const))(
    '%s',
    (_, { quirk, value, sent, becomes, losses }) => {
      const body = { model: 'm', messages: [USER], ...sent };
      const decoded = decodeRequest(body);
      if (!decoded.ok) throw new Error(decoded.error.message);
      const quirks = { [quirk]: value };
      const encoded = encodeRequest(decoded.value, 'm', quirks);
      for (const [field, expected] of Object.entries(becomes)) {
        expect([field, encoded.body[field] ?? null]).toEqual([field, expected]);
      }
      expect(encoded.losses.map(({ path }) => path)).toEqual([...losses]);
      expect(quirksTouch(body, quirks)).toBe(true);
      expect(quirksTouch({ model: 'm', messages: [USER] }, quirks)).toBe(false);
    },
  );

  test('every quirk has a row, but for those of the answer and the one that fit reads', () => {
    const rows = new Set<string>(ROWS.map(({ quirk }) => quirk));
    expect(Object.keys(QUIRKS).filter((name) => !rows.has(name))).toEqual([
      'answers',
      'usageReasoning',
      'thinkTags',
      'toolIds',
      'deploymentPath',
    ]);
  });
});

test('answers: odd ones are always written anew', () => {
  const body = { model: 'm', messages: [USER] };
  expect([quirksTouch(body, { answers: 'odd' }), quirksTouch(body, { answers: 'usual' })]).toEqual([
    true,
    false,
  ]);
});

test('usageReasoning: outside adds the reasoning to the completion', () => {
  const body = {
    id: 'x',
    model: 'm',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'a' } }],
    usage: {
      prompt_tokens: 5,
      completion_tokens: 7,
      total_tokens: 42,
      completion_tokens_details: { reasoning_tokens: 30 },
    },
  };
  const total = (quirks: Readonly<Record<string, string>>): number | undefined => {
    const decoded = decodeResponse(body, quirks);
    return decoded.ok ? decoded.value.usage?.outputTotal : undefined;
  };
  expect(total({ usageReasoning: 'outside' })).toBe(37);
  // The total is what was billed; a sub-counter above it is only an estimate.
  expect(total({})).toBe(7);
});

describe('toolIds: what is taken as a name of a tool and an id of a call', () => {
  test.each([
    ['any', undefined],
    ['short', { long: false, nine: true, spaced: false }],
    ['nine', { long: false, nine: true, spaced: false }],
  ] as const)('%s', (value, expected) => {
    const names = wireNames({ toolIds: value });
    const seen = names && {
      long: names.callId.valid.test('x'.repeat(41)),
      nine: names.callId.valid.test('abcDEF123'),
      spaced: names.toolName.valid.test('look up'),
    };
    expect(seen).toEqual(expected);
    expect(names?.callId.valid.test('toolu_01')).toBe(value === 'any' ? undefined : value === 'short');
  });
});

test('deploymentPath: the deployment stands in the path, with the version of the API', () => {
  expect(pathOf('gpt', false, {})).toBe('/chat/completions');
  expect(pathOf('my gpt/4', true, { deploymentPath: '2024-10-21' })).toBe(
    '/deployments/my%20gpt%2F4/chat/completions?api-version=2024-10-21',
  );
});
