import { describe, expect, test } from 'bun:test';

import type { Json } from '#base/json.ts';
import type { Part } from '#canonical/part.ts';
import type { ChatRequest, Message } from '#canonical/request.ts';
import { CohereStreamDecoder } from './decode-stream.ts';
import { encodeRequest } from './encode-request.ts';
import { decodeFailure } from './failures.ts';

const THINKS = 'command-a-reasoning-08-2025';
const text = (words: string): Part => ({ kind: 'text', text: words });
const user = (...parts: Part[]): Message => ({ role: 'user', parts });
const HELLO = user(text('Hello.'));
const call = (id: string): Part => ({
  kind: 'tool-call',
  id,
  name: 'w',
  arguments: '{"n":12345678901234567890}',
  form: 'function',
});
const result = (id: string, ...parts: Part[]): Part => ({ kind: 'tool-result', id, parts });
const image = (data: string): Part => ({
  kind: 'image',
  source: { from: 'base64', mime: 'image/png', data },
});
const TOOL = { form: 'function', name: 'w', schema: { type: 'object', required: ['n'] } } as const;

function encode(request: Partial<ChatRequest>, model = THINKS) {
  const whole: ChatRequest = {
    model: 'm',
    messages: [HELLO],
    tools: [],
    sampling: {},
    stream: false,
    ...request,
  };
  const { body, losses } = encodeRequest(whole, model);
  return { body, lost: losses.map(({ path, did }) => `${did} ${path}`) };
}

describe('a conversation', () => {
  test('instructions keep their places; arguments keep their text; several results become several messages', () => {
    const { body, lost } = encode({
      messages: [
        { role: 'developer', parts: [text('Be kind.')] },
        HELLO,
        { role: 'assistant', parts: [{ kind: 'reasoning', text: 'Two calls.' }, call('a'), call('b')] },
        { role: 'tool', parts: [result('b', text('two')), result('a', text('one'), image('AA=='))] },
        { role: 'system', parts: [text('Be brief.')] },
      ],
      tools: [TOOL],
    });
    const wire = (id: string): Json => ({
      id,
      type: 'function',
      function: { name: 'w', arguments: '{"n":12345678901234567890}' },
    });
    expect(body['messages']).toEqual([
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'Hello.' },
      { role: 'assistant', tool_plan: 'Two calls.', tool_calls: [wire('a'), wire('b')] },
      { role: 'tool', tool_call_id: 'b', content: 'two' },
      { role: 'tool', tool_call_id: 'a', content: 'one' },
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }] },
      { role: 'system', content: 'Be brief.' },
    ]);
    expect(lost).toEqual(['changed messages[3].parts[1].parts[1]']);
  });

  test('thoughts without calls go to models that think; refusals are texts; names and cache marks are lost', () => {
    const parts: Part[] = [
      { kind: 'reasoning', text: 'Hm.' },
      { kind: 'refusal', text: 'No.' },
    ];
    const messages: Message[] = [
      { ...HELLO, name: 'bob' },
      { role: 'assistant', parts },
    ];
    expect(encode({ messages })).toEqual({
      body: expect.objectContaining({
        messages: [
          { role: 'user', content: 'Hello.' },
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'Hm.' },
              { type: 'text', text: 'No.' },
            ],
          },
        ],
      }) as never,
      lost: ['dropped messages[0].name', 'changed messages[1].parts[1]'],
    });
    expect(encode({ messages }, 'command-r-plus').lost).toContain('dropped messages[1].parts[0]');
  });

  test('documents of text stand beside the conversation; others are lost', () => {
    const document = (mime: string, data: string): Part => ({
      kind: 'document',
      name: 'a.txt',
      source: { from: 'base64', mime, data },
    });
    const { body, lost } = encode({
      messages: [
        user(text('See.'), document('text/plain', btoa('words')), document('application/pdf', 'JVBERi0=')),
      ],
    });
    expect(body['documents']).toEqual([{ data: { title: 'a.txt', text: 'words' } }]);
    expect(lost).toEqual(['changed messages[0].parts[1]', 'dropped messages[0].parts[2]']);
  });
});

describe('tools and output', () => {
  test('a named choice shows that tool alone', () => {
    const { body, lost } = encode({
      tools: [TOOL, { ...TOOL, name: 'other' }],
      toolChoice: { kind: 'named', name: 'w', form: 'function' },
    });
    expect(body['tools']).toEqual([{ type: 'function', function: { name: 'w', parameters: TOOL.schema } }]);
    expect([body['tool_choice'], lost]).toEqual([
      'REQUIRED',
      ['dropped tools[1]', 'approximated toolChoice'],
    ]);
    expect(encode({ tools: [TOOL], toolChoice: { kind: 'none' } }).body['tool_choice']).toBe('NONE');
    expect(encode({ tools: [TOOL], toolChoice: { kind: 'auto' } }).body['tool_choice']).toBeUndefined();
  });

  test('strict, custom and hosted tools; no switch for parallel calls', () => {
    expect(encode({ tools: [{ ...TOOL, strict: true }] }).body['strict_tools']).toBe(true);
    const { lost } = encode({
      tools: [
        { ...TOOL, strict: true },
        { form: 'custom', name: 'c' },
        { form: 'hosted', name: 's', dialect: 'x', value: {} },
      ],
      parallelToolCalls: false,
    });
    expect(lost).toEqual([
      'approximated tools[1]',
      'dropped tools[2]',
      'dropped tools[0].strict',
      'dropped parallelToolCalls',
    ]);
  });

  test('JSON by its own format, which excludes tools', () => {
    const output = { kind: 'json-schema', schema: { type: 'object' }, name: 'n' } as const;
    expect(encode({ output }).body['response_format']).toEqual({
      type: 'json_object',
      json_schema: { type: 'object' },
    });
    expect(encode({ output: { kind: 'json' } }).body['response_format']).toEqual({ type: 'json_object' });
    expect(encode({ output, tools: [TOOL] })).toMatchObject({ lost: ['dropped output'] });
  });
});

test('parameters, in range, and what there is no field for', () => {
  const { body, lost } = encode({
    maxOutputTokens: 9,
    sampling: {
      temperature: 1.5,
      topP: 1,
      topK: 3,
      seed: 1,
      frequencyPenalty: -1,
      presencePenalty: 0.5,
      minP: 0.1,
      logitBias: {},
    },
    stop: ['a', 'b', 'c', 'd', 'e', 'f'],
    choices: 2,
    logprobs: { top: 3 },
    user: 'u',
    metadata: {},
    cacheKey: 'k',
    serviceTier: 'flex',
    reasoning: { effort: 'high' },
    extras: { dialect: 'openai-chat', fields: { verbosity: 'low', $spelling: {} } },
  });
  expect(body).toMatchObject({
    max_tokens: 9,
    temperature: 1,
    p: 0.99,
    k: 3,
    seed: 1,
    frequency_penalty: 0,
    presence_penalty: 0.5,
    stop_sequences: ['a', 'b', 'c', 'd', 'e'],
    logprobs: true,
    thinking: { type: 'enabled' },
  });
  expect(lost.sort()).toEqual([
    'approximated reasoning.effort',
    'changed sampling.frequencyPenalty',
    'changed sampling.temperature',
    'changed sampling.topP',
    'changed stop',
    'dropped cacheKey',
    'dropped choices',
    'dropped extras.verbosity',
    'dropped logprobs.top',
    'dropped metadata',
    'dropped sampling.logitBias',
    'dropped sampling.minP',
    'dropped serviceTier',
    'dropped user',
  ]);
  expect(encode({ reasoning: { budgetTokens: 50 } }).body['thinking']).toEqual({
    type: 'enabled',
    token_budget: 50,
  });
  expect(encode({ reasoning: { enabled: false } }).body['thinking']).toEqual({ type: 'disabled' });
  expect(encode({ reasoning: { effort: 'low' } }, 'command-r').lost).toEqual(['dropped reasoning']);
});

describe('failures', () => {
  test.each([
    [401, { message: 'Incorrect API key provided' }, 'upstream_auth'],
    [400, { error_type: 'TOO_MANY_TOKENS', message: 'x' }, 'context_length_exceeded'],
    [404, { message: "model 'command' was removed on September 15, 2025" }, 'upstream_model_not_found'],
    [422, { message: 'bad' }, 'upstream_rejected'],
    [429, { message: 'too many requests' }, 'upstream_rate_limited'],
    [429, { message: 'limited to 1000 API calls / month' }, 'upstream_quota'],
    [498, { message: 'blocked input' }, 'content_filtered'],
    [499, { message: 'cancelled' }, 'upstream_error'],
    [503, {}, 'upstream_overloaded'],
    [500, {}, 'upstream_error'],
  ] as const)('%i %j', (status, body, code) => {
    expect(decodeFailure(status, () => undefined, JSON.stringify(body), 0).code).toBe(code);
  });

  test('an answer that broke inside its stream is a failure, whatever came before', () => {
    const decoder = new CohereStreamDecoder();
    decoder.push({ data: '{"type":"message-start","id":"x"}' });
    const events = decoder.push({
      data: '{"type":"message-end","delta":{"finish_reason":"ERROR","error":"it broke"}}',
    });
    expect(events).toMatchObject([
      { kind: 'failure', failure: { code: 'upstream_error', message: 'it broke' } },
    ]);
  });
});

test('arguments of a call that says nothing are an empty object, never mid-stream', () => {
  const decoder = new CohereStreamDecoder();
  const calls = (message: Json): string =>
    JSON.stringify({ type: 'tool-call-delta', delta: { message: { tool_calls: message } } });
  const start = {
    type: 'tool-call-start',
    delta: { message: { tool_calls: { id: 'c', function: { name: 'w', arguments: '' } } } },
  };
  const events = [
    JSON.stringify(start),
    calls({ function: { arguments: 'nu' } }),
    calls({ function: { arguments: 'll' } }),
    '{"type":"tool-call-end"}',
  ].flatMap((data) => decoder.push({ data }));
  expect(events.filter(({ kind }) => kind === 'delta')).toEqual([{ kind: 'delta', part: 0, text: '{}' }]);
});
