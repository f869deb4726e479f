// Requests that came in another language: every canonical value is written, or declared.

import { describe, expect, test } from 'bun:test';

import type { JsonObject } from '#base/json.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { BASE, encode } from '../../../test/support/messages-requests.ts';
import { decodeRequest } from './decode-request.ts';
import { encodeRequest } from './encode-request.ts';
import { writeMark } from './seals.ts';

describe('tools', () => {
  const schema = {
    type: 'object',
    properties: {
      at: { type: 'object', properties: { x: { type: 'number', minimum: 1 } }, required: ['x'] },
    },
    required: ['at'],
  };
  const tool = { form: 'function', name: 'f', schema, strict: true } as const;
  const choices: readonly [string, Partial<ChatRequest>, unknown][] = [
    ['auto', { toolChoice: { kind: 'auto' } }, { type: 'auto' }],
    ['none', { toolChoice: { kind: 'none' }, parallelToolCalls: false }, { type: 'none' }],
    ['required', { toolChoice: { kind: 'required' } }, { type: 'any' }],
    ['named', { toolChoice: { kind: 'named', name: 'f', form: 'function' } }, { type: 'tool', name: 'f' }],
    ['one at a time', { parallelToolCalls: false }, { type: 'auto', disable_parallel_tool_use: true }],
    [
      'required, one at a time',
      { toolChoice: { kind: 'required' }, parallelToolCalls: false },
      { type: 'any', disable_parallel_tool_use: true },
    ],
    ['nothing said', { parallelToolCalls: true }, undefined],
  ];
  test.each(choices)('choice: %s', (_, more, expected) => {
    const { body, lost } = encode({ tools: [tool], ...more });
    expect(body['tool_choice']).toEqual(expected as never);
    expect(body['tools']).toEqual([{ name: 'f', input_schema: schema, strict: true }]);
    expect(lost).toEqual([]);
  });

  test('free text, alternatives at the top, hosted tools of others', () => {
    const { body, lost } = encode({
      toolChoice: { kind: 'foreign', dialect: 'openai-chat', value: {} },
      tools: [
        { form: 'custom', name: 'sql' },
        {
          form: 'function',
          name: 'either',
          schema: {
            anyOf: [
              { properties: { a: { type: 'string' } }, required: ['a', 'z'] },
              { properties: { b: { type: 'string' } }, required: ['z'] },
            ],
          },
        },
        { form: 'hosted', name: 'web_search', dialect: 'openai-responses', value: {} },
      ],
    });
    expect(body['tools']).toEqual([
      {
        name: 'sql',
        input_schema: { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] },
      },
      {
        name: 'either',
        input_schema: {
          type: 'object',
          properties: { a: { type: 'string' }, b: { type: 'string' } },
          required: ['z'],
        },
      },
    ]);
    expect(lost).toEqual([
      'tools[0] approximated',
      'tools[1].schema approximated',
      'tools[2] dropped',
      'toolChoice dropped',
    ]);
  });

  test('the client’s own tools of this vendor are functions elsewhere, and themselves here', () => {
    const bash = { type: 'bash_20250124', name: 'bash' };
    const decoded = decodeRequest({
      model: 'm',
      max_tokens: 9,
      messages: [{ role: 'user', content: 'x' }],
      tools: [bash],
    });
    if (!decoded.ok) throw new Error(decoded.error.message);
    expect(decoded.value.tools[0]).toMatchObject({
      form: 'function',
      name: 'bash',
      schema: { type: 'object' },
    });
    expect(encodeRequest(decoded.value, 'm', {}).body['tools']).toEqual([bash]);
  });
});

describe('parameters', () => {
  const cases: readonly [string, string, Partial<ChatRequest>, JsonObject, readonly string[]][] = [
    [
      'both samplings',
      'claude-sonnet-4-5',
      { sampling: { temperature: 1.5, topP: 0.9 } },
      { temperature: 1, top_p: undefined },
      ['sampling.temperature changed', 'sampling.topP dropped'],
    ],
    [
      'no sampling',
      'claude-opus-5',
      { sampling: { temperature: 0.5, topK: 4 } },
      { temperature: undefined },
      ['sampling.temperature dropped', 'sampling.topK dropped'],
    ],
    [
      'older models take both',
      'claude-3-5-haiku-latest',
      { sampling: { temperature: 0.5, topP: 0.9, topK: 4 } },
      { temperature: 0.5, top_p: 0.9, top_k: 4 },
      [],
    ],
    ['stop', 'm', { stop: ['END', ' '] }, { stop_sequences: ['END'] }, ['stop changed']],
    [
      'user and tier',
      'm',
      { user: 'u', serviceTier: 'default' },
      { metadata: { user_id: 'u' }, service_tier: 'standard_only' },
      [],
    ],
    ['a tier of others', 'm', { serviceTier: 'flex' }, { service_tier: undefined }, ['serviceTier dropped']],
    [
      'what the API does not have',
      'm',
      {
        sampling: { seed: 1, frequencyPenalty: 1, logitBias: {} },
        choices: 2,
        logprobs: {},
        cacheKey: 'k',
        metadata: {},
      },
      {},
      [
        'sampling.seed dropped',
        'sampling.frequencyPenalty dropped',
        'sampling.logitBias dropped',
        'choices dropped',
        'logprobs dropped',
        'cacheKey dropped',
        'metadata dropped',
      ],
    ],
    [
      'an effort as a budget',
      'claude-sonnet-4-5',
      { reasoning: { effort: 'high' } },
      { thinking: { type: 'enabled', budget_tokens: 3_200 } },
      ['reasoning.effort approximated'],
    ],
    [
      'an effort as it is',
      'claude-opus-5',
      { reasoning: { effort: 'high', hidden: true } },
      { thinking: { type: 'adaptive', display: 'omitted' }, output_config: { effort: 'high' } },
      [],
    ],
    [
      'the nearest effort',
      'claude-sonnet-4-6',
      { reasoning: { effort: 'xhigh' } },
      { output_config: { effort: 'high' } },
      ['reasoning.effort approximated'],
    ],
    [
      'a budget as an effort',
      'claude-opus-4-7',
      { reasoning: { budgetTokens: 5_000 } },
      { output_config: { effort: 'medium' } },
      ['reasoning.budgetTokens approximated'],
    ],
    [
      'a small limit excludes thinking',
      'claude-sonnet-4-5',
      { maxOutputTokens: 500, reasoning: { effort: 'low' } },
      { max_tokens: 500, thinking: undefined },
      ['reasoning dropped'],
    ],
    [
      'thinking drops the temperature',
      'claude-haiku-4-5',
      { sampling: { temperature: 0.2 }, reasoning: { budgetTokens: 2_000 } },
      { thinking: { type: 'enabled', budget_tokens: 2_000 }, temperature: undefined },
      ['sampling.temperature dropped'],
    ],
    [
      'no thinking',
      'claude-opus-5',
      { reasoning: { effort: 'none' } },
      { thinking: { type: 'disabled' } },
      [],
    ],
    [
      'always thinking',
      'claude-sonnet-5-5',
      { reasoning: { enabled: false } },
      { thinking: undefined },
      ['reasoning dropped'],
    ],
    [
      'any JSON',
      'm',
      { output: { kind: 'json' } },
      { system: [{ type: 'text', text: expect.stringContaining('JSON') as never }] },
      ['output approximated'],
    ],
    [
      'a schema',
      'claude-sonnet-4-5',
      {
        output: {
          kind: 'json-schema',
          name: 'n',
          schema: { type: 'object', properties: { n: { type: 'number', minimum: 1 } } },
        },
      },
      {
        output_config: {
          format: {
            type: 'json_schema',
            schema: {
              type: 'object',
              properties: { n: { type: 'number', description: '{minimum: 1}' } },
              additionalProperties: false,
            },
          },
        },
      },
      ['output.name dropped', 'output.schema changed'],
    ],
    [
      'what only another language knows',
      'm',
      { extras: { dialect: 'openai-chat', fields: { prediction: {}, $spelling: {} } } },
      {},
      ['extras.prediction dropped'],
    ],
  ];
  test.each(cases)('%s', (...[, model, more, expected, lost]) => {
    const encoded = encode(more, model);
    for (const [field, value] of Object.entries(expected))
      expect(encoded.body[field]).toEqual(value as never);
    expect(encoded.lost).toEqual([...lost]);
  });

  test.each([
    ['claude-3-haiku-20240307', 4_096],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 64_000],
    ['anthropic/claude-opus-4.1', 32_000],
    ['claude-opus-5', 128_000],
    ['glm-4.6', 32_000],
  ])('without a limit %s gets its own', (model, tokens) => {
    const { maxOutputTokens: _, ...rest } = BASE;
    expect(encodeRequest(rest, model, {}).body['max_tokens']).toBe(tokens);
  });
});

test('seals of other languages come home in a mark, and reach no server of this one', () => {
  const seal = { dialect: 'gemini', form: 'signature', value: 'ü' } as const;
  const content = [
    { type: 'thinking', thinking: 'hm', signature: writeMark({ seals: [seal] }) },
    { type: 'tool_use', id: 'a', name: 'f', input: {} },
    { type: 'thinking', thinking: '', signature: writeMark({ seals: [seal], call: 'a' }) },
  ];
  const decoded = decodeRequest({ model: 'm', messages: [{ role: 'assistant', content }] });
  if (!decoded.ok) throw new Error(decoded.error.message);
  expect(decoded.value.messages[0]?.parts).toEqual([
    { kind: 'reasoning', text: 'hm', seals: [seal] },
    { kind: 'tool-call', id: 'a', name: 'f', arguments: '{}', form: 'function', seal },
  ]);
  expect(JSON.stringify(encodeRequest(decoded.value, 'm', {}).body)).not.toContain('clew:v1');
});

test.each([
  ['no object', 7, undefined],
  ['no model', { messages: [{ role: 'user', content: 'x' }] }, 'model'],
  ['no messages', { model: 'm' }, 'messages'],
  ['a role', { model: 'm', messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].role'],
  ['content', { model: 'm', messages: [{ role: 'user', content: 7 }] }, 'messages[0].content'],
  [
    'a block',
    { model: 'm', messages: [{ role: 'user', content: [{ type: 'text' }] }] },
    'messages[0].content[0].text',
  ],
  ['a tool', { model: 'm', messages: [{ role: 'user', content: 'x' }], tools: [{}] }, 'tools[0].name'],
] as const)('refuses %s', (_, body, field) => {
  const decoded = decodeRequest(body);
  expect(decoded.ok ? undefined : [decoded.error.code, decoded.error.field]).toEqual([
    'invalid_request',
    field,
  ]);
});
