// Requests of other languages, written for providers of this one: everything is said or declared. And the other way:
// what a client of this language means.

import { describe, expect, test } from 'bun:test';

import type { Json, JsonObject } from '#base/json.ts';
import type { Opaque } from '#canonical/foreign.ts';
import type { Part } from '#canonical/part.ts';
import type { ChatRequest, Message } from '#canonical/request.ts';
import { openaiResponses } from './index.ts';

const { client, provider } = openaiResponses;

const BARE: ChatRequest = { model: 'm', messages: [], tools: [], sampling: {}, stream: false };
const user = (...parts: readonly Part[]): Message => ({ role: 'user', parts });
const text = (said: string): Part => ({ kind: 'text', text: said });
const call = (id: string, form: 'function' | 'custom' = 'function'): Part => {
  return { kind: 'tool-call', id, name: 'f', arguments: '{"a":1}', form };
};
const result = (id: string, ...parts: readonly Part[]): Part => ({ kind: 'tool-result', id, parts });

function written(request: Partial<ChatRequest>) {
  const { body, losses } = provider.encodeRequest({ ...BARE, ...request }, 'm', {});
  return { body, lost: losses.map(({ path, did }) => `${path} ${did}`) };
}

function asked(body: JsonObject): ChatRequest {
  const decoded = client.decodeRequest({ model: 'm', input: 'Hello', ...body });
  if (!decoded.ok) throw new Error(decoded.error.message);
  return decoded.value;
}

const OWN: Opaque = { dialect: 'openai-responses', form: 'encrypted', value: 'E', id: 'rs_1' };

const MESSAGES: readonly (readonly [string, readonly Message[], Json, (readonly string[])?])[] = [
  ['a text', [user(text('a'))], [{ role: 'user', content: 'a' }]],
  [
    'later and repeated system messages keep their places',
    [user(text('a')), { role: 'system', parts: [text('b')] }, { role: 'developer', parts: [text('c')] }],
    [
      { role: 'user', content: 'a' },
      { role: 'system', content: 'b' },
      { role: 'developer', content: 'c' },
    ],
  ],
  [
    'images, documents, sounds, films',
    [
      user(
        { kind: 'image', source: { from: 'base64', mime: 'image/png', data: 'AA==' } },
        { kind: 'image', source: { from: 'url', url: 'https://example.com/a.png' } },
        { kind: 'document', source: { from: 'base64', mime: 'application/pdf', data: 'AA==' } },
        { kind: 'document', source: { from: 'url', url: 'https://example.com/a.pdf' }, name: 'a.pdf' },
        { kind: 'audio', source: { from: 'base64', mime: 'audio/mpeg', data: 'AA==' } },
        { kind: 'video', source: { from: 'url', url: 'https://example.com/a.mp4' } },
        { kind: 'image', source: { from: 'file', id: 'x', dialect: 'other' } },
      ),
    ],
    [
      {
        role: 'user',
        content: [
          { type: 'input_image', image_url: 'data:image/png;base64,AA==' },
          { type: 'input_image', image_url: 'https://example.com/a.png' },
          { type: 'input_file', filename: 'document.pdf', file_data: 'data:application/pdf;base64,AA==' },
          { type: 'input_file', file_url: 'https://example.com/a.pdf', filename: 'a.pdf' },
          { type: 'input_audio', input_audio: { data: 'AA==', format: 'mp3' } },
        ],
      },
    ],
    ['messages[0].parts[5] dropped', 'messages[0].parts[6] dropped'],
  ],
  [
    'parallel calls, their results out of order, with an image and an error',
    [
      { role: 'assistant', parts: [text('both'), call('1'), call('2', 'custom')] },
      {
        role: 'tool',
        parts: [
          result('2', text('two')),
          { ...result('1', text('one')), isError: true } as Part,
          result('3', { kind: 'image', source: { from: 'url', url: 'https://example.com/a.png' } }),
        ],
      },
    ],
    [
      { role: 'assistant', content: 'both' },
      { type: 'function_call', call_id: '1', name: 'f', arguments: '{"a":1}' },
      { type: 'custom_tool_call', call_id: '2', name: 'f', input: '{"a":1}' },
      { type: 'custom_tool_call_output', call_id: '2', output: 'two' },
      { type: 'function_call_output', call_id: '1', output: 'Error: one' },
      {
        type: 'function_call_output',
        call_id: '3',
        output: [{ type: 'input_image', image_url: 'https://example.com/a.png' }],
      },
    ],
    ['messages[1].parts[1].isError approximated'],
  ],
  [
    'reasoning that this API sealed, with its summary, and reasoning that it did not',
    [
      {
        role: 'assistant',
        parts: [
          { kind: 'reasoning', text: 'why', summary: true },
          { kind: 'reasoning', text: '', seals: [OWN] },
          text('so'),
        ],
      },
      { role: 'assistant', parts: [{ kind: 'reasoning', text: 'elsewhere' }, text('thus')] },
    ],
    [
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 'why' }],
        encrypted_content: 'E',
      },
      { role: 'assistant', content: 'so' },
      { role: 'assistant', content: 'thus' },
    ],
    ['messages[1].parts[0] dropped'],
  ],
  [
    'a refusal, a name, a cache mark, what only another language knows',
    [
      { role: 'user', name: 'Ann', parts: [{ kind: 'text', text: 'a', cache: {} }] },
      {
        role: 'assistant',
        parts: [
          { kind: 'refusal', text: 'no' },
          { kind: 'foreign', dialect: 'x', value: 1 },
        ],
      },
    ],
    [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'no' }] },
    ],
    ['messages[0].name dropped', 'messages[0].parts[0].cache dropped', 'messages[1].parts[1] dropped'],
  ],
];

describe('messages of other languages', () => {
  test.each(MESSAGES)('%s', (_, messages, input, lost = []) => {
    expect(written({ messages })).toMatchObject({ body: { input }, lost: [...lost] });
  });

  test('one system message in front is the instructions', () => {
    const messages: Message[] = [{ role: 'system', parts: [text('be kind')] }, user(text('a'))];
    expect(written({ messages }).body).toMatchObject({
      instructions: 'be kind',
      input: [{ role: 'user', content: 'a' }],
      store: false,
    });
  });

  test('names and ids that the API refuses are told to whoever fits requests to it', () => {
    const { toolName, callId } = provider.names();
    expect(['f', 'a.b', 'x'.repeat(65)].map((name) => toolName.valid.test(name))).toEqual([
      true,
      false,
      false,
    ]);
    expect(['toolu_1', 'x'.repeat(64), 'x'.repeat(65)].map((id) => callId.valid.test(id))).toEqual([
      true,
      true,
      false,
    ]);
  });
});

const SCHEMA = { type: 'object', properties: { a: { type: 'object', required: ['b'] } }, required: ['a'] };

const PARAMETERS: readonly (readonly [string, Partial<ChatRequest>, JsonObject, (readonly string[])?])[] = [
  [
    'a function is flat, untouched, and not strict unless it was',
    { tools: [{ form: 'function', name: 'f', schema: SCHEMA }] },
    { tools: [{ type: 'function', name: 'f', parameters: SCHEMA, strict: false }] },
  ],
  [
    'a custom tool with a grammar',
    {
      tools: [
        {
          form: 'custom',
          name: 'f',
          schema: { type: 'grammar', grammar: { syntax: 'lark', definition: 'x' } },
        },
      ],
    },
    { tools: [{ type: 'custom', name: 'f', format: { type: 'grammar', syntax: 'lark', definition: 'x' } }] },
  ],
  [
    'a hosted tool and a choice of another language',
    {
      tools: [{ form: 'hosted', name: 'search', dialect: 'other', value: {} }],
      toolChoice: { kind: 'foreign', dialect: 'other', value: {} },
    },
    { tools: undefined, tool_choice: undefined },
    ['tools[0] dropped', 'toolChoice dropped'],
  ],
  ['no tool', { toolChoice: { kind: 'none' } }, { tool_choice: 'none' }],
  [
    'a named tool, one call at a time',
    { toolChoice: { kind: 'named', name: 'f', form: 'function' }, parallelToolCalls: false },
    { tool_choice: { type: 'function', name: 'f' }, parallel_tool_calls: false },
  ],
  [
    'sampling',
    { sampling: { temperature: 0.5, topP: 0.9, topK: 3, seed: 7, presencePenalty: 1 } },
    { temperature: 0.5, top_p: 0.9, top_k: undefined, seed: undefined },
    ['sampling.topK dropped', 'sampling.seed dropped', 'sampling.presencePenalty dropped'],
  ],
  ['stop, choices', { stop: ['x'], choices: 2 }, { stop: undefined }, ['stop dropped', 'choices dropped']],
  ['a small limit', { maxOutputTokens: 5 }, { max_output_tokens: 16 }, ['maxOutputTokens changed']],
  [
    'a schema',
    { output: { kind: 'json-schema', schema: SCHEMA, strict: true } },
    { text: { format: { type: 'json_schema', name: 'answer', schema: SCHEMA, strict: true } } },
  ],
  ['JSON', { output: { kind: 'json' } }, { text: { format: { type: 'json_object' } } }],
  [
    'an effort',
    { reasoning: { effort: 'low', hidden: false } },
    { reasoning: { effort: 'low', summary: 'auto' }, include: ['reasoning.encrypted_content'] },
  ],
  [
    'a budget',
    { reasoning: { budgetTokens: 16_384 } },
    { reasoning: { effort: 'medium' } },
    ['reasoning.budgetTokens approximated'],
  ],
  ['no reasoning', { reasoning: { enabled: false } }, { reasoning: { effort: 'none' } }],
  [
    'log probabilities',
    { logprobs: { top: 3 } },
    { include: ['message.output_text.logprobs'], top_logprobs: 3 },
  ],
  [
    'the rest',
    { cacheKey: 'k', serviceTier: 'flex', user: 'u', metadata: { a: 'b' }, stream: true },
    { prompt_cache_key: 'k', service_tier: 'flex', user: 'u', metadata: { a: 'b' }, stream: true },
  ],
];

describe('parameters of other languages', () => {
  test.each(PARAMETERS)('%s', (_, request, fields, lost = []) => {
    const found = written(request);
    for (const [field, value] of Object.entries(fields)) expect(found.body[field]).toEqual(value);
    expect(found.lost).toEqual([...lost]);
  });
});

describe('what a client means', () => {
  test('what the model said and did in one turn is one message', () => {
    const { messages } = asked({
      input: [
        { role: 'user', content: 'a' },
        { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'E' },
        { role: 'assistant', content: 'b' },
        { type: 'function_call', call_id: '1', name: 'f', arguments: '{}' },
        { type: 'web_search_call', id: 'ws_1', status: 'completed' },
        { type: 'function_call_output', call_id: '1', output: 'c' },
        { type: 'custom_tool_call_output', call_id: '2', output: [{ type: 'input_text', text: 'd' }] },
      ],
    });
    expect(messages.map(({ role, parts }) => [role, ...parts.map(({ kind }) => kind)])).toEqual([
      ['user', 'text'],
      ['assistant', 'reasoning', 'text', 'tool-call', 'foreign'],
      ['tool', 'tool-result', 'tool-result'],
    ]);
    const seals = messages[1]?.parts[0];
    expect(seals).toMatchObject({ seals: [OWN] });
  });

  test.each([
    [
      'a closed schema is strict where nothing is said',
      { additionalProperties: false, required: ['a'] },
      true,
    ],
    ['an open one is not', { required: ['a'] }, undefined],
    ['nor one with an optional member', { additionalProperties: false, required: [] }, undefined],
  ] as const)('%s', (_, more, strict) => {
    const parameters = { type: 'object', properties: { a: { type: 'string' } }, ...more };
    const [tool] = asked({ tools: [{ type: 'function', name: 'f', parameters }] }).tools;
    expect(tool).toMatchObject({ name: 'f' });
    expect(tool?.form === 'function' ? tool.strict : 'hosted').toBe(strict);
  });

  test.each([
    ['background', { background: true }, 'background'],
    ['a conversation', { conversation: 'conv_1' }, 'conversation'],
    ['a stored prompt', { prompt: { id: 'pmpt_1' } }, 'prompt'],
    ['a reference', { input: [{ type: 'item_reference', id: 'x' }] }, 'input[0]'],
    ['a hosted tool that must be used', { tool_choice: { type: 'file_search' } }, 'tool_choice'],
  ])('only a target of this language can do it: %s', (_, body, field) => {
    expect(asked(body).onlyFor).toMatchObject({ dialect: 'openai-responses', field });
  });

  test('an earlier answer is named where the gateway sees it; allowed tools bind nobody', () => {
    const allowed = { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'f' }] };
    const request = asked({ previous_response_id: 'resp_1', store: false, tool_choice: allowed });
    expect(request).toMatchObject({
      continues: 'resp_1',
      keep: false,
      toolChoice: { kind: 'foreign', value: allowed },
    });
    expect(request.onlyFor).toBeUndefined();
    expect(asked({})).toMatchObject({ keep: true });
  });

  test.each([
    ['model', { model: '' }],
    ['input', { input: 7 }],
    ['input[0].content', { input: [{ role: 'user' }] }],
    ['input[0].call_id', { input: [{ type: 'function_call_output', output: '' }] }],
    ['tools[0].name', { tools: [{ type: 'function' }] }],
    ['stream', { stream: 'yes' }],
  ])('a mistake is named by its path: %s', (field, body) => {
    const decoded = client.decodeRequest({ model: 'm', input: 'a', ...body });
    expect(decoded).toMatchObject({ ok: false, error: { code: 'invalid_request', field } });
  });
});
