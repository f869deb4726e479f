import { describe, expect, test } from 'bun:test';

import type { Json, JsonObject } from '#base/json.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { decodeRequest } from './decode-request.ts';
import { encodeRequest } from './encode-request.ts';

const USER: JsonObject = { role: 'user', content: 'hi' };

function decode(body: JsonObject): ChatRequest {
  const decoded = decodeRequest({ model: 'm', messages: [USER], ...body });
  if (!decoded.ok) throw new Error(decoded.error.message);
  return decoded.value;
}

describe('a body comes back as it was', () => {
  const user = (...content: Json[]): JsonObject => ({ messages: [{ role: 'user', content }] });
  const turn = (message: JsonObject): JsonObject => ({ messages: [USER, { role: 'assistant', ...message }] });
  const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{"b": 1.0}' } };

  const bodies: Readonly<Record<string, JsonObject>> = {
    'the least': {},
    'all samplings': { temperature: 1, top_p: 0.5, top_k: 4, min_p: 0, seed: 7, logit_bias: { '5': -1 } },
    penalties: { frequency_penalty: 1, presence_penalty: -1, repetition_penalty: 1.1 },
    nulls: { temperature: null, stop: null, tools: null, tool_choice: null, stream: null, n: null },
    'odd types': { temperature: '0.5', max_tokens: 'many', stop: 5, user: 7, metadata: 'x', logprobs: 2 },
    'both limits': { max_tokens: 5, max_completion_tokens: 6 },
    'the older limit': { max_tokens: 5 },
    'a stop as text': { stop: 'END' },
    'stops as list': { stop: ['a', 'b'] },
    'no stream, said': { stream: false, stream_options: { include_usage: true } },
    'a stream': { stream: true, stream_options: { include_usage: true, include_obfuscation: false } },
    'log probabilities': { logprobs: true, top_logprobs: 3 },
    'no log probabilities': { logprobs: false, top_logprobs: 3 },
    'json mode': { response_format: { type: 'json_object' } },
    schema: {
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'n', description: 'd', strict: true, schema: { type: 'object' } },
      },
    },
    'a schema without a name, with more': {
      response_format: { type: 'json_schema', json_schema: { schema: {}, strict: null, more: 1 }, extra: 2 },
    },
    'a format of another kind': { response_format: { type: 'grammar', grammar: 'root ::= x' } },
    'effort of reasoning': { reasoning_effort: 'low' },
    'reasoning as object': { reasoning: { effort: 'high', exclude: true, context: 'auto' } },
    'reasoning in three ways': { reasoning: {}, reasoning_effort: 'low', include_reasoning: false },
    'plain settings': { n: 2, user: 'u', service_tier: 'flex', prompt_cache_key: 'k', metadata: { a: 'b' } },
    'unknown fields': { prediction: { type: 'content', content: 'x' }, modalities: ['text'], brand_new: [1] },
    tools: {
      tools: [
        {
          type: 'function',
          function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true, x: 1 },
          cache_control: { type: 'ephemeral', ttl: '1h' },
        },
        { type: 'web_search', limit: 3 },
        { type: 'custom', custom: { name: 'c', format: { type: 'text' } } },
        { function: { name: 'g', strict: null } },
      ],
      parallel_tool_calls: false,
    },
    functions: { functions: [{ name: 'f', parameters: {} }], function_call: { name: 'f' } },
    'functions, chosen freely': { functions: [{ name: 'f' }], function_call: 'auto' },
    'text parts': user({ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }),
    'one plain text part': user({ type: 'text', text: 'a' }),
    'no parts': { messages: [{ role: 'user', content: [] }] },
    images: user(
      { type: 'image_url', image_url: { url: 'https://host/i.png', detail: 'low' } },
      { type: 'image_url', image_url: 'https://host/i.png' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
      { type: 'image_url', image_url: { url: 'data:image/jpg;charset=utf-8;base64,AA' } },
      { type: 'image_url', image_url: { url: 'data:text/plain,hello' } },
    ),
    'other media': user(
      { type: 'input_audio', input_audio: { data: 'AA==', format: 'mp3' } },
      { type: 'input_audio', input_audio: { data: 'AA==', format: null } },
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA==' } },
      { type: 'file', file: { file_id: 'file-1', filename: null } },
      { type: 'file', file: { file_data: 'AA==' } },
      { type: 'video_url', video_url: { url: 'https://host/v.mp4' } },
      { type: 'document_url', document_url: 'https://host/d.pdf', document_name: 'd' },
      { type: 'brand_new', x: 1 },
    ),
    roles: {
      messages: [
        { role: 'system', content: 'a', name: 's' },
        { role: 'developer', content: [{ type: 'text', text: 'b' }] },
        { role: 'critic', content: 'c' },
        { role: 'user', content: null, name: null },
        { role: 'user' },
      ],
    },
    'a turn with calls': {
      messages: [
        USER,
        { role: 'assistant', content: null, tool_calls: [call, { ...call, id: 'b' }] },
        { role: 'tool', tool_call_id: 'a', content: 'x' },
        { role: 'tool', tool_call_id: 'b', content: [{ type: 'text', text: 'x' }], name: 'f' },
        { role: 'tool', content: '' },
      ],
    },
    'a custom call': turn({ tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'c', input: 'x' } }] }),
    'a call with more': turn({ content: '', tool_calls: [{ ...call, index: 0, extra_content: { g: 1 } }] }),
    'a legacy turn': {
      messages: [
        USER,
        { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
        { role: 'function', name: 'f', content: 'x' },
      ],
    },
    'a refusal': turn({ content: null, refusal: 'no' }),
    'a refusal among the content': turn({ content: [{ type: 'refusal', refusal: 'no' }] }),
    'reasoning in one field': turn({ content: 'a', reasoning_content: 'hm' }),
    'reasoning in two fields': turn({ content: 'a', reasoning_content: 'hm', reasoning: 'hm' }),
    'two different reasonings': turn({ content: 'a', reasoning_content: 'hm', reasoning: 'oh' }),
    'details of reasoning': turn({
      content: 'a',
      reasoning: 'hm',
      reasoning_details: [
        { type: 'reasoning.text', text: 'hm', signature: 's', format: 'anthropic-claude-v1', index: 0 },
        { type: 'reasoning.encrypted', data: 'd', id: 'r', format: 'openai-responses-v1', index: 1 },
        { type: 'reasoning.summary', summary: '', format: null },
      ],
    }),
    'sealed reasoning only': turn({
      content: 'a',
      reasoning: 'hm',
      reasoning_details: [{ type: 'reasoning.encrypted', data: 'd' }],
    }),
    'thinking among the content': turn({
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }], closed: true },
        {
          type: 'thinking',
          thinking: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
        { type: 'text', text: 'x' },
      ],
    }),
    'what answers carry': turn({
      content: 'a',
      annotations: [{ type: 'url_citation' }],
      audio: { id: 'audio_1' },
      images: [{ type: 'image_url', image_url: { url: 'https://host/i.png' } }],
      tool_calls: [],
      prefix: true,
    }),
  };

  test.each(Object.entries(bodies))('%s', (_, more) => {
    const body: JsonObject = { model: 'm', messages: [USER], ...more };
    const { body: written, losses } = encodeRequest(decode(more), 'm', {});
    expect(written).toEqual(body);
    expect(losses).toEqual([]);
  });

  const choices: readonly Json[] = [
    'auto',
    'none',
    'required',
    'any',
    'brand_new',
    { type: 'function', function: { name: 'f' } },
    { type: 'custom', custom: { name: 'f' } },
    { function: { name: 'f' } },
    { type: 'tool', name: 'f' },
    { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [] } },
  ];
  test.each(choices.map((choice) => [choice] as const))('tool_choice %j', (choice) => {
    expect(encodeRequest(decode({ tool_choice: choice }), 'm', {}).body['tool_choice']).toEqual(choice);
  });
});

describe('what the centre sees', () => {
  const cases: readonly (readonly [body: JsonObject, seen: Partial<ChatRequest>])[] = [
    [{ tool_choice: 'any' }, { toolChoice: { kind: 'required' } }],
    [
      { tool_choice: { type: 'tool', name: 'f' } },
      { toolChoice: { kind: 'named', name: 'f', form: 'function' } },
    ],
    [{ max_tokens: 5 }, { maxOutputTokens: 5 }],
    [{ stop: 'x' }, { stop: ['x'] }],
    [{ include_reasoning: false }, { reasoning: { hidden: true } }],
    [{ reasoning: { max_tokens: 9 } }, { reasoning: { budgetTokens: 9 } }],
    [{ functions: [{ name: 'f' }] }, { tools: [{ form: 'function', name: 'f' }] }],
    [
      { models: ['b'], route: 'fallback' },
      { routing: { models: ['b'], partition: 'model', fields: { route: 'fallback' } } },
    ],
    [
      { stream: true, stream_options: { include_usage: true } },
      { stream: true, streamUsage: true },
    ],
  ];
  test.each([...cases])('%j', (body, seen) => {
    const request = decode(body);
    for (const [key, value] of Object.entries(seen)) {
      const { extras: _, ...found } = { [key]: request[key as keyof ChatRequest] };
      expect(JSON.parse(JSON.stringify(found[key], dropExtras))).toEqual(value);
    }
  });

  test('media have their true types', () => {
    const part = (url: string) => {
      const content = [{ type: 'image_url', image_url: { url } }];
      return decode({ messages: [{ role: 'user', content }] }).messages[0]?.parts[0];
    };
    const source = { from: 'base64', mime: 'image/jpeg', data: 'AA' };
    expect(part('data:image/jpg;charset=utf-8;base64,AA')).toMatchObject({ source });
    expect(part('https://host/i')).toMatchObject({ source: { from: 'url', url: 'https://host/i' } });
  });

  test('wishes to the router do not reach a provider', () => {
    const { body, losses } = encodeRequest(decode({ provider: { order: ['a'] }, session_id: 's' }), 'm', {});
    expect(body).toEqual({ model: 'm', messages: [USER] });
    expect(losses).toEqual([]);
  });

  test('`models` alone names the model', () => {
    const decoded = decodeRequest({ models: ['a', 'b'], messages: [USER] });
    expect(decoded).toMatchObject({ ok: true, value: { model: 'a' } });
  });
});

function dropExtras(key: string, value: unknown): unknown {
  return key === 'extras' ? undefined : value;
}

describe('a request that no provider could read is refused, with the place', () => {
  const message = (more: Json): JsonObject => ({ model: 'm', messages: [USER, more] });
  const cases: readonly (readonly [body: Json, field: string | undefined])[] = [
    [[], undefined],
    [{ messages: [USER] }, 'model'],
    [{ model: 5, messages: [USER] }, 'model'],
    [{ model: 'm' }, 'messages'],
    [{ model: 'm', messages: [] }, 'messages'],
    [message('hi'), 'messages[1]'],
    [message({ content: 'x' }), 'messages[1].role'],
    [message({ role: 'user', content: 5 }), 'messages[1].content'],
    [message({ role: 'user', content: ['x'] }), 'messages[1].content[0]'],
    [message({ role: 'user', content: [{}] }), 'messages[1].content[0].type'],
    [message({ role: 'user', content: [{ type: 'text' }] }), 'messages[1].content[0].text'],
    [message({ role: 'user', content: [{ type: 'image_url' }] }), 'messages[1].content[0].image_url.url'],
    [message({ role: 'assistant', tool_calls: [{}] }), 'messages[1].tool_calls[0].function.name'],
    [{ model: 'm', messages: [USER], stream: 'yes' }, 'stream'],
    [{ model: 'm', messages: [USER], tools: [5] }, 'tools[0]'],
    [{ model: 'm', messages: [USER], tools: [{ type: 'function', function: {} }] }, 'tools[0].function.name'],
  ];
  test.each([...cases])('%j: %p', (body, field) => {
    const decoded = decodeRequest(body);
    if (decoded.ok) throw new Error('accepted');
    expect([decoded.error.code, decoded.error.field]).toEqual(['invalid_request', field]);
    expect(decoded.error.message).toMatch(/ must .*\.$/);
  });
});

test('a key that names the prototype changes nothing', () => {
  const body = JSON.parse(
    '{"model":"m","messages":[{"role":"user","content":"x","__proto__":{"y":1}}],"__proto__":{"z":1}}',
  ) as Json;
  const decoded = decodeRequest(body);
  if (decoded.ok) encodeRequest(decoded.value, 'm', {});
  expect(({} as Record<string, unknown>)['y'] ?? ({} as Record<string, unknown>)['z']).toBeUndefined();
});

test('a signature whose text got lost on the way is not sent: its issuer would refuse it', () => {
  const detail = (text: string): JsonObject => ({
    type: 'reasoning.text',
    text,
    signature: 's',
    format: 'anthropic-claude-v1',
    index: 0,
    clew_length: 2,
  });
  const sealsOf = (text: string): readonly unknown[] => {
    const turn = { role: 'assistant', content: 'a', reasoning_details: [detail(text)] };
    const decoded = decodeRequest({ model: 'm', messages: [turn] });
    const [part] = decoded.ok ? (decoded.value.messages[0]?.parts ?? []) : [];
    return part?.kind === 'reasoning' ? (part.seals ?? []) : ['nothing was thought'];
  };
  expect(sealsOf('hm')).toHaveLength(1);
  expect(sealsOf('')).toEqual([]);
});
