import { describe, expect, test } from 'bun:test';

import { asObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { Part } from '#canonical/part.ts';
import type { ChatRequest, Message } from '#canonical/request.ts';
import { encodeRequest } from './encode-request.ts';
import { claudeThinking, familyOf } from './family.ts';

const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const ADAPTIVE = 'global.anthropic.claude-opus-4-6-v1';
const NOVA = 'us.amazon.nova-2-lite-v1:0';
const LLAMA = 'us.meta.llama4-maverick-17b-instruct-v1:0';
const PNG = 'iVBORw0KGgoAAAANSUhEUg==';

const text = (words: string): Part => ({ kind: 'text', text: words });
const user = (...parts: Part[]): Message => ({ role: 'user', parts });
const HELLO = user(text('Hello.'));

function encode(request: Partial<ChatRequest>, model = CLAUDE) {
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

function contents(body: JsonObject): readonly (readonly Json[])[] {
  return (body['messages'] as readonly JsonObject[]).map((message) => message['content'] as readonly Json[]);
}

const call = (id: string, name: string, input: string): Part => ({
  kind: 'tool-call',
  id,
  name,
  arguments: input,
  form: 'function',
});
const result = (id: string, ...parts: Part[]): Part => ({ kind: 'tool-result', id, parts });
const WEATHER = {
  form: 'function',
  name: 'weather',
  description: 'd',
  schema: { type: 'object', properties: { at: { type: 'object', required: ['x'] } }, required: ['at'] },
} as const;

describe('families', () => {
  test.each([
    [CLAUDE, 'claude', 'budget'],
    ['anthropic.claude-3-5-sonnet-20241022-v2:0', 'claude', 'none'],
    ['us.anthropic.claude-3-7-sonnet-20250219-v1:0', 'claude', 'budget'],
    ['us.anthropic.claude-sonnet-4-20250514-v1:0', 'claude', 'budget'],
    [ADAPTIVE, 'claude', 'adaptive'],
    ['anthropic.claude-opus-5', 'claude', 'adaptive'],
    ['anthropic.claude-mythos-5-1', 'claude', 'always-adaptive'],
    [
      'arn:aws:bedrock:us-east-1:012345678901:inference-profile/us.anthropic.claude-3-haiku-20240307-v1:0',
      'claude',
      'none',
    ],
    ['arn:aws:bedrock:us-east-1:012345678901:application-inference-profile/abc', 'unknown', 'none'],
    [NOVA, 'nova', 'none'],
    [LLAMA, 'other', 'none'],
  ])('%s', (model, family, thinking) => {
    expect([familyOf(model), claudeThinking(model)] as unknown[]).toEqual([family, thinking]);
  });
});

describe('a conversation', () => {
  test('instructions at the beginning stand apart; a later one keeps its place, marked', () => {
    const { body, lost } = encode({
      messages: [
        { role: 'system', parts: [text('One.')] },
        { role: 'developer', parts: [text('Two.')] },
        HELLO,
        { role: 'system', parts: [text('Three.')] },
      ],
    });
    expect(body['system']).toEqual([{ text: 'One.' }, { text: 'Two.' }]);
    expect(contents(body)).toEqual([[{ text: 'Hello.' }, { text: '<system>\nThree.\n</system>' }]]);
    expect(lost).toEqual(['changed messages[3].role']);
  });

  test('all results of a turn stand in one message, in whatever order they came, with what the user adds', () => {
    const { body, lost } = encode({
      messages: [
        HELLO,
        { role: 'assistant', parts: [call('a', 'weather', '{"at":{"x":1}}'), call('b', 'weather', '')] },
        { role: 'tool', parts: [result('b', text('two'))] },
        { role: 'tool', parts: [{ ...(result('a') as object), isError: true } as Part] },
        user(text('And?')),
      ],
      tools: [WEATHER],
    });
    expect(contents(body)[1]).toEqual([
      { toolUse: { toolUseId: 'a', name: 'weather', input: { at: { x: 1 } } } },
      { toolUse: { toolUseId: 'b', name: 'weather', input: {} } },
    ]);
    expect(contents(body)[2]).toEqual([
      { toolResult: { toolUseId: 'b', content: [{ text: 'two' }] } },
      { toolResult: { toolUseId: 'a', content: [{ text: '(no output)' }], status: 'error' } },
      { text: 'And?' },
    ]);
    expect(lost).toEqual([]);
  });

  test('a history of calls without tools gets stand-ins, since Bedrock refuses it otherwise', () => {
    const messages: Message[] = [
      HELLO,
      { role: 'assistant', parts: [call('a', 'weather', '{}')] },
      { role: 'tool', parts: [result('a', text('x'))] },
    ];
    const { body, lost } = encode({ messages });
    expect(body['toolConfig']).toEqual({
      tools: [{ toolSpec: { name: 'weather', inputSchema: { json: { type: 'object' } } } }],
    });
    expect(lost).toEqual(['changed tools']);
    const none = encode({ messages, tools: [WEATHER], toolChoice: { kind: 'none' } });
    expect(none.body['toolConfig']).toEqual({ tools: [expect.anything()] });
    expect(none.body['system']).toEqual([{ text: 'Do not call any tool in this turn.' }]);
    expect(none.lost).toEqual(['approximated toolChoice']);
  });

  test('the user speaks first; blank texts are left out', () => {
    const { body, lost } = encode({
      messages: [{ role: 'assistant', parts: [text('Hi.')] }, user(text(' '), text(''))],
    });
    expect(contents(body)).toEqual([[{ text: '(continue)' }], [{ text: 'Hi.' }]]);
    expect(lost).toEqual(['dropped messages[1].parts[0]', 'changed messages']);
  });

  test('arguments that are no object, and numbers that are too long, are told', () => {
    const { body, lost } = encode({
      messages: [
        HELLO,
        { role: 'assistant', parts: [call('a', 'w', '[1]'), call('b', 'w', '{"id":12345678901234567890}')] },
      ],
      tools: [WEATHER],
    });
    expect(asObject(asObject(contents(body)[1]?.[0])?.['toolUse'])?.['input']).toEqual({ input: '[1]' });
    expect(lost).toEqual([
      'changed messages[1].parts[0].arguments',
      'approximated messages[1].parts[1].arguments',
    ]);
  });

  test('reasoning goes back with its own seal only', () => {
    const seal = (form: 'signature' | 'redacted', dialect = 'bedrock-converse') =>
      ({ dialect, form, value: 'S' }) as const;
    const { body, lost } = encode({
      messages: [
        HELLO,
        {
          role: 'assistant',
          parts: [
            { kind: 'reasoning', text: 'mine', seals: [seal('signature')] },
            { kind: 'reasoning', text: '', seals: [seal('redacted')] },
            { kind: 'reasoning', text: 'somebody else’s' },
            { kind: 'refusal', text: 'No.' },
          ],
        },
      ],
    });
    expect(contents(body)[1]).toEqual([
      { reasoningContent: { reasoningText: { text: 'mine', signature: 'S' } } },
      { reasoningContent: { redactedContent: 'S' } },
      { text: 'No.' },
    ]);
    expect(lost).toEqual(['dropped messages[1].parts[2]', 'changed messages[1].parts[3]']);
  });
});

describe('media', () => {
  const image = (mime: string, data = PNG): Part => ({
    kind: 'image',
    source: { from: 'base64', mime, data },
  });

  test('a picture is labelled by its bytes; an address cannot be taken', () => {
    const { body, lost } = encode({
      messages: [
        user(text('See.'), image('image/jpg'), {
          kind: 'image',
          source: { from: 'url', url: 'https://example.com/a.png' },
        }),
      ],
    });
    expect(contents(body)[0]?.[1]).toEqual({ image: { format: 'png', source: { bytes: PNG } } });
    expect(lost).toEqual(['changed messages[0].parts[1].source.mime', 'dropped messages[0].parts[2]']);
  });

  test('documents get names that Bedrock takes, each once, and a text beside them', () => {
    const pdf = (name: string): Part => ({
      kind: 'document',
      name,
      source: { from: 'base64', mime: 'application/pdf', data: 'JVBERi0=' },
    });
    const { body, lost } = encode({ messages: [user(pdf('a/b_c.pdf'), pdf('a b c'))] });
    expect(contents(body)[0]).toEqual([
      { document: { name: 'a b c', format: 'pdf', source: { bytes: 'JVBERi0=' } } },
      { document: { name: 'a b c 2', format: 'pdf', source: { bytes: 'JVBERi0=' } } },
      { text: '(see the document)' },
    ]);
    expect(lost.map((one) => one.split(' ')[0])).toEqual(['changed', 'changed', 'changed']);
  });

  test('pictures and documents stand in results of tools; objects in S3, films and sounds pass', () => {
    const { body, lost } = encode({
      messages: [
        user(
          { kind: 'video', source: { from: 'url', url: 's3://bucket/a.mp4', mime: 'video/mp4' } },
          { kind: 'audio', source: { from: 'base64', mime: 'audio/mpeg', data: 'AA==' } },
        ),
        { role: 'assistant', parts: [call('a', 'w', '{}')] },
        { role: 'tool', parts: [result('a', image('image/png'))] },
      ],
      tools: [WEATHER],
    });
    expect(contents(body)[0]).toEqual([
      { video: { format: 'mp4', source: { s3Location: { uri: 's3://bucket/a.mp4' } } } },
      { audio: { format: 'mp3', source: { bytes: 'AA==' } } },
    ]);
    expect(contents(body)[2]?.[0]).toMatchObject({ toolResult: { content: [{ image: { format: 'png' } }] } });
    expect(lost).toEqual([]);
  });

  test('cache marks stand behind what they cover, four at most, none where there is no cache', () => {
    const marked = (words: string): Part => ({ kind: 'text', text: words, cache: { ttl: '1h' } });
    const { body, lost } = encode({ messages: [user(...'abcde'.split('').map(marked))] });
    const marks = contents(body)[0]?.flatMap((block, at) => ('cachePoint' in (block as object) ? [at] : []));
    expect(marks).toEqual([2, 4, 6, 8]);
    expect(contents(body)[0]?.[2]).toEqual({ cachePoint: { type: 'default', ttl: '1h' } });
    expect(lost).toEqual(['dropped cache']);
    const bare = encode({ messages: [user(marked('a'))], tools: [{ ...WEATHER, cache: {} }] }, LLAMA);
    expect(JSON.stringify(bare.body)).not.toContain('cachePoint');
    expect(bare.lost).toEqual(['dropped cache', 'dropped tools[0].cache']);
  });
});

describe('tools', () => {
  test('schemas stay as they are; the choice in each form', () => {
    const { body } = encode({ tools: [{ ...WEATHER, strict: true }], toolChoice: { kind: 'auto' } });
    expect(body['toolConfig']).toEqual({
      tools: [
        {
          toolSpec: {
            name: 'weather',
            description: 'd',
            inputSchema: { json: WEATHER.schema },
            strict: true,
          },
        },
      ],
      toolChoice: { auto: {} },
    });
    const choice = (toolChoice: ChatRequest['toolChoice'] & {}) =>
      asObject(encode({ tools: [WEATHER], toolChoice }).body['toolConfig'])?.['toolChoice'];
    expect(choice({ kind: 'required' })).toEqual({ any: {} });
    expect(choice({ kind: 'named', name: 'weather', form: 'function' })).toEqual({
      tool: { name: 'weather' },
    });
    expect(encode({ tools: [WEATHER], toolChoice: { kind: 'none' } }).body['toolConfig']).toBeUndefined();
  });

  test('custom tools become functions of a text, hosted tools of others and the switch for parallel calls are lost', () => {
    const { body, lost } = encode({
      tools: [
        { form: 'custom', name: 'sql' },
        { form: 'hosted', name: 'web_search', dialect: 'gemini', value: {} },
        {
          form: 'hosted',
          name: 'system',
          dialect: 'bedrock-converse',
          value: { systemTool: { name: 'nova_grounding' } },
        },
      ],
      parallelToolCalls: false,
    });
    const tools = asObject(body['toolConfig'])?.['tools'] as readonly JsonObject[];
    expect(tools[0]).toMatchObject({ toolSpec: { inputSchema: { json: { required: ['input'] } } } });
    expect(tools[1]).toEqual({ systemTool: { name: 'nova_grounding' } });
    expect(lost).toEqual(['approximated tools[0]', 'dropped tools[1]', 'dropped parallelToolCalls']);
  });
});
