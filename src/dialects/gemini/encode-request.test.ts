// Requests of other languages: every field of the centre is said, or told as a loss.

import { describe, expect, test } from 'bun:test';

import type { JsonObject } from '#base/json.ts';
import type { Part } from '#canonical/part.ts';
import type { Quirks } from '#canonical/quirk.ts';
import type { ChatRequest, Message } from '#canonical/request.ts';
import { encodeRequest } from './encode-request.ts';
import { SKIP_SIGNATURE } from './wire.ts';

const text = (said: string): Part => ({ kind: 'text', text: said });
const user = (...parts: Part[]): Message => ({ role: 'user', parts });
const assistant = (...parts: Part[]): Message => ({ role: 'assistant', parts });
const call = (id: string, name: string, args = '{"a":1}'): Part => ({
  kind: 'tool-call',
  id,
  name,
  arguments: args,
  form: 'function',
});
const result = (
  id: string,
  said: string,
  more: Partial<Extract<Part, { kind: 'tool-result' }>> = {},
): Message => ({
  role: 'tool',
  parts: [{ kind: 'tool-result', id, parts: [text(said)], ...more }],
});
const PLAIN: ChatRequest = {
  model: 'm',
  messages: [user(text('hi'))],
  tools: [],
  sampling: {},
  stream: false,
};

interface Encoded {
  readonly body: JsonObject;
  /** `path did`, in order. */
  readonly lost: readonly string[];
}

function encode(request: Partial<ChatRequest>, model = 'gemini-2.5-flash', quirks: Quirks = {}): Encoded {
  const { body, losses } = encodeRequest({ ...PLAIN, ...request }, model, quirks);
  for (const loss of losses) expect(loss.why).not.toBe('');
  return { body, lost: losses.map(({ path, did }) => `${path} ${did}`) };
}

const contentsOf = (
  messages: readonly Message[],
  model?: string,
): Encoded & { readonly contents: unknown } => {
  const encoded = encode({ messages }, model);
  return { ...encoded, contents: encoded.body['contents'] };
};
const HI = { role: 'user', parts: [{ text: 'hi' }] };

describe('messages', () => {
  test('instructions at the beginning are one field, whoever gives them', () => {
    const { body, lost } = encode({
      messages: [
        { role: 'system', parts: [text('a')] },
        { role: 'developer', parts: [text('b')] },
        user(text('hi')),
      ],
    });
    expect(body).toEqual({ systemInstruction: { parts: [{ text: 'a' }, { text: 'b' }] }, contents: [HI] });
    expect(lost).toEqual([]);
  });

  test('a later instruction keeps its place', () => {
    const { contents, lost } = contentsOf([user(text('hi')), { role: 'system', parts: [text('be')] }]);
    expect(contents).toEqual([HI, { role: 'user', parts: [{ text: '<system>\nbe\n</system>' }] }]);
    expect(lost).toEqual(['messages[1].role changed']);
  });

  test('instructions alone are said by the user, since contents must not be empty', () => {
    const { body, lost } = encode({
      messages: [
        { role: 'system', parts: [text('a')] },
        { role: 'system', parts: [text('b')] },
      ],
    });
    expect(body).toEqual({
      systemInstruction: { parts: [{ text: 'a' }] },
      contents: [{ role: 'user', parts: [{ text: '<system>\nb\n</system>' }] }],
    });
    expect(lost).toEqual(['messages[1].role changed']);
  });

  test('empty texts and empty messages are left out', () => {
    const { contents, lost } = contentsOf([user(text('hi')), assistant(text('')), user(text(''), text('x'))]);
    expect(contents).toEqual([HI, { role: 'user', parts: [{ text: 'x' }] }]);
    expect(lost).toEqual(['messages[1] dropped']);
  });

  test('names, marks, refusals and what others only know', () => {
    const { contents, lost } = contentsOf([
      { role: 'user', name: 'Ada', parts: [{ kind: 'text', text: 'hi', cache: { ttl: '1h' } }] },
      assistant(
        { kind: 'refusal', text: 'No.' },
        { kind: 'foreign', dialect: 'other', value: {} },
        { kind: 'reasoning', text: 'hm' },
      ),
    ]);
    expect(contents).toEqual([HI, { role: 'model', parts: [{ text: 'No.' }] }]);
    expect(lost).toEqual([
      'messages[0].name dropped',
      'messages[0].parts[0].cache dropped',
      'messages[1].parts[0] changed',
      'messages[1].parts[1] dropped',
      'messages[1].parts[2] dropped',
    ]);
  });
});

describe('media', () => {
  const rows: readonly (readonly [string, Part, JsonObject | undefined, readonly string[]])[] = [
    [
      'an image in base64',
      { kind: 'image', source: { from: 'base64', mime: 'image/gif', data: 'AA==' } },
      { inlineData: { mimeType: 'image/gif', data: 'AA==' } },
      [],
    ],
    [
      'an image with the wrong type',
      { kind: 'image', source: { from: 'base64', mime: 'image/png', data: '/9j/4AAQ' } },
      { inlineData: { mimeType: 'image/jpeg', data: '/9j/4AAQ' } },
      ['messages[0].parts[1].source.mime changed'],
    ],
    [
      'an image by URL',
      { kind: 'image', source: { from: 'url', url: 'https://e.com/a.webp?x=1' } },
      { fileData: { mimeType: 'image/webp', fileUri: 'https://e.com/a.webp?x=1' } },
      [],
    ],
    [
      'an image by URL without an ending',
      { kind: 'image', source: { from: 'url', url: 'https://e.com/a' } },
      { fileData: { mimeType: 'image/jpeg', fileUri: 'https://e.com/a' } },
      [],
    ],
    [
      'a document without a type',
      {
        kind: 'document',
        name: 'a.pdf',
        source: { from: 'base64', mime: 'application/octet-stream', data: 'JVBERi0x' },
      },
      { inlineData: { mimeType: 'application/pdf', data: 'JVBERi0x' } },
      ['messages[0].parts[1].name dropped'],
    ],
    [
      'audio',
      { kind: 'audio', source: { from: 'base64', mime: 'audio/wav', data: 'AA==' } },
      { inlineData: { mimeType: 'audio/wav', data: 'AA==' } },
      [],
    ],
    [
      'a video',
      { kind: 'video', source: { from: 'url', url: 'https://youtu.be/x' } },
      { fileData: { fileUri: 'https://youtu.be/x' } },
      [],
    ],
    [
      'a file that another keeps',
      { kind: 'document', source: { from: 'file', id: 'file_1', dialect: 'other' } },
      undefined,
      ['messages[0].parts[1] dropped'],
    ],
  ];
  test.each([...rows])('%s', (_, part, wire, losses) => {
    const { contents, lost } = contentsOf([user(text('hi'), part)]);
    expect(contents).toEqual([
      { role: 'user', parts: [{ text: 'hi' }, ...(wire === undefined ? [] : [wire])] },
    ]);
    expect(lost).toEqual([...losses]);
  });
});

describe('calls and results', () => {
  test('results of one turn stand together, in the order of the calls, with their names', () => {
    const { contents, lost } = contentsOf([
      user(text('hi')),
      assistant(text('well'), call('a', 'f'), call('b', 'g', '')),
      result('b', 'two'),
      { role: 'tool', parts: [{ kind: 'tool-result', id: 'a', isError: true, parts: [text('no')] }] },
      user(text('hi')),
    ]);
    expect(contents).toEqual([
      HI,
      {
        role: 'model',
        parts: [
          { text: 'well' },
          { functionCall: { id: 'a', name: 'f', args: { a: 1 } } },
          { functionCall: { id: 'b', name: 'g', args: {} } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'b', name: 'g', response: { result: 'two' } } },
          { functionResponse: { id: 'a', name: 'f', response: { error: 'no' } } },
        ],
      },
      HI,
    ]);
    expect(lost).toEqual([]);
  });

  test('several results in one message are put in the order of the calls', () => {
    const both: Message = {
      role: 'tool',
      parts: [
        { kind: 'tool-result', id: 'b', parts: [text('{"deg":1}')] },
        { kind: 'tool-result', id: 'a', parts: [text('x'), text('y')] },
      ],
    };
    const { contents } = contentsOf([user(text('hi')), assistant(call('a', 'f'), call('b', 'g')), both]);
    expect((contents as JsonObject[])[2]).toEqual({
      role: 'user',
      parts: [
        { functionResponse: { id: 'a', name: 'f', response: { result: 'x\ny' } } },
        { functionResponse: { id: 'b', name: 'g', response: { deg: 1 } } },
      ],
    });
  });

  const picture: Part = { kind: 'image', source: { from: 'base64', mime: 'image/png', data: 'AA==' } };
  const pictured = [
    user(text('hi')),
    assistant(call('a', 'f')),
    result('a', 'see', { parts: [text('see'), picture] }),
  ];
  const inline = { inlineData: { mimeType: 'image/png', data: 'AA==' } };
  test('a picture in a result: inside it for models that can, else beside it', () => {
    const inside = contentsOf(pictured, 'gemini-3-flash-preview');
    expect((inside.contents as JsonObject[])[2]).toEqual({
      role: 'user',
      parts: [{ functionResponse: { id: 'a', name: 'f', response: { result: 'see' }, parts: [inline] } }],
    });
    const beside = contentsOf(pictured);
    expect((beside.contents as JsonObject[])[2]).toEqual({
      role: 'user',
      parts: [{ functionResponse: { id: 'a', name: 'f', response: { result: 'see' } } }, inline],
    });
    expect(beside.lost).toEqual(['messages[2].parts[0].parts changed']);
  });

  test('a result without its call, and arguments that are no object', () => {
    const { contents, lost } = contentsOf([
      user(text('hi')),
      assistant(call('a', 'f', '[1]')),
      result('z', 'x'),
    ]);
    expect(contents).toMatchObject([
      HI,
      { parts: [{ functionCall: { args: { input: '[1]' } } }] },
      { parts: [{ functionResponse: { id: 'z', name: 'z' } }] },
    ]);
    expect(lost).toEqual([
      'messages[1].parts[0].arguments changed',
      'messages[2].parts[0].name approximated',
    ]);
  });

  test('Gemini 3 `thoughtSignature` lost: the first call of each step of this turn is told to do without', () => {
    const messages = [
      user(text('a')),
      assistant(call('a', 'f')),
      result('a', 'x'),
      user(text('b')),
      assistant(call('b', 'f'), call('c', 'f')),
      result('b', 'x'),
      result('c', 'x'),
      assistant(call('d', 'f')),
      result('d', 'x'),
    ];
    const { contents, lost } = contentsOf(messages, 'gemini-3-pro-preview');
    const signed = (contents as { parts: JsonObject[] }[]).flatMap(({ parts }) =>
      parts.filter((part) => part['functionCall']).map((part) => part['thoughtSignature']),
    );
    expect(signed).toEqual([undefined, SKIP_SIGNATURE, undefined, SKIP_SIGNATURE]);
    expect(lost).toEqual([
      'messages[4].parts[0].seal approximated',
      'messages[7].parts[0].seal approximated',
    ]);
    expect(contentsOf(messages).lost).toEqual([]);
  });
});

describe('seals', () => {
  const seal = (value: string, more: object = {}) => ({
    dialect: 'gemini',
    form: 'signature' as const,
    value,
    ...more,
  });
  test('that another client carried apart find their part again', () => {
    const { contents, lost } = contentsOf(
      [
        user(text('hi')),
        assistant(
          { kind: 'reasoning', text: '', seals: [seal('QQ==', { id: 'a' })] },
          { kind: 'reasoning', text: '', seals: [seal('Qg==')] },
          text('well'),
          call('a', 'f'),
        ),
      ],
      'gemini-3-flash-preview',
    );
    expect((contents as JsonObject[])[1]).toEqual({
      role: 'model',
      parts: [
        { text: 'well', thoughtSignature: 'Qg==' },
        { functionCall: { id: 'a', name: 'f', args: { a: 1 } }, thoughtSignature: 'QQ==' },
      ],
    });
    expect(lost).toEqual([]);
  });

  test('of a thought stays on it, and one without a text comes last', () => {
    const { contents } = contentsOf([
      user(text('hi')),
      assistant({ kind: 'reasoning', text: 'hm', seals: [seal('QQ==')] }, text('well')),
      assistant({ kind: 'reasoning', text: '', seals: [seal('Qg==')] }),
    ]);
    expect((contents as JsonObject[]).slice(1)).toEqual([
      { role: 'model', parts: [{ text: 'hm', thought: true, thoughtSignature: 'QQ==' }, { text: 'well' }] },
      { role: 'model', parts: [{ text: '', thoughtSignature: 'Qg==' }] },
    ]);
  });

  test('of another vendor never go up', () => {
    const foreign = { dialect: 'other', form: 'signature' as const, value: 'x' };
    const { body, lost } = encode({
      messages: [
        user(text('hi')),
        assistant(
          { kind: 'reasoning', text: 'hm', seals: [foreign] },
          { kind: 'tool-call', id: 'a', name: 'f', arguments: '{}', form: 'function', seal: foreign },
        ),
      ],
    });
    expect(JSON.stringify(body)).not.toContain('thoughtSignature');
    expect(lost).toEqual(['messages[1].parts[0] dropped', 'messages[1].parts[1].seal dropped']);
  });
});
