// Requests of this language: other spellings of the same, and what they mean to the centre.

import { describe, expect, test } from 'bun:test';

import type { Json, JsonObject } from '#base/json.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { decodeRequest } from './decode-request.ts';
import { encodeRequest } from './encode-request.ts';

const USER: JsonObject = { role: 'user', parts: [{ text: 'hi' }] };

function decode(body: JsonObject, path = '/v1beta/models/gemini-2.5-flash:generateContent'): ChatRequest {
  const decoded = decodeRequest({ contents: [USER], ...body }, { path, query: '', header: () => undefined });
  if (!decoded.ok) throw new Error(decoded.error.message);
  return decoded.value;
}

const again = (body: JsonObject): JsonObject => encodeRequest(decode(body), 'gemini-2.5-flash', {}).body;

describe('the same in another spelling', () => {
  const rows: readonly (readonly [string, JsonObject, JsonObject])[] = [
    ['a text alone', { contents: 'hi' }, { contents: [USER] }],
    ['one content', { contents: { role: 'user', parts: { text: 'hi' } } }, { contents: [USER] }],
    [
      'texts as parts',
      { contents: [{ role: 'user', parts: ['a', { text: 'b' }] }] },
      { contents: [{ role: 'user', parts: [{ text: 'a' }, { text: 'b' }] }] },
    ],
    ['a bare part', { contents: [{ text: 'hi' }] }, { contents: [USER] }],
    [
      'instructions as text',
      { system_instruction: 'be' },
      { systemInstruction: { parts: [{ text: 'be' }] } },
    ],
    [
      'instructions as a part',
      { systemInstruction: { parts: { text: 'be' } } },
      { systemInstruction: { parts: [{ text: 'be' }] } },
    ],
    [
      'a mode in lower case',
      { tool_config: { function_calling_config: { mode: 'any', allowed_function_names: ['f'] } } },
      { toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } } },
    ],
    [
      'snake_case',
      {
        generation_config: {
          max_output_tokens: 5,
          stop_sequences: ['a'],
          response_mime_type: 'application/json',
          response_schema: { type: 'OBJECT' },
          thinking_config: { thinking_budget: 1, include_thoughts: true },
        },
        tools: [
          { function_declarations: [{ name: 'f', parameters_json_schema: { type: 'object', my_key: 1 } }] },
          { google_search: {} },
        ],
        contents: [
          USER,
          {
            role: 'model',
            parts: [{ function_call: { name: 'f', args: { a_b: 1 } }, thought_signature: 'c2ln' }],
          },
          {
            role: 'user',
            parts: [
              { function_response: { name: 'f', response: { a_b: 1 } } },
              { inline_data: { mime_type: 'image/png', data: 'AA==' } },
            ],
          },
        ],
        safety_settings: [],
        cached_content: 'c',
      },
      {
        generationConfig: {
          maxOutputTokens: 5,
          stopSequences: ['a'],
          responseMimeType: 'application/json',
          responseSchema: { type: 'OBJECT' },
          thinkingConfig: { thinkingBudget: 1, includeThoughts: true },
        },
        tools: [
          { functionDeclarations: [{ name: 'f', parametersJsonSchema: { type: 'object', my_key: 1 } }] },
          { googleSearch: {} },
        ],
        contents: [
          USER,
          {
            role: 'model',
            parts: [{ functionCall: { name: 'f', args: { a_b: 1 } }, thoughtSignature: 'c2ln' }],
          },
          {
            role: 'user',
            parts: [
              { functionResponse: { name: 'f', response: { a_b: 1 } } },
              { inlineData: { mimeType: 'image/png', data: 'AA==' } },
            ],
          },
        ],
        safetySettings: [],
        cachedContent: 'c',
      },
    ],
  ];
  test.each([...rows])('%s', (_, written, usual) => {
    expect(again(written)).toEqual({ contents: [USER], ...usual });
  });
});

describe('means to the centre', () => {
  test('model and stream stand in the path', () => {
    const cases: readonly (readonly [string, string, boolean])[] = [
      ['/v1beta/models/gemini-2.5-flash:generateContent', 'gemini-2.5-flash', false],
      ['/v1/models/openai/gpt-5-mini:streamGenerateContent', 'openai/gpt-5-mini', true],
      ['/v1beta/models/openai%2Fgpt-5-mini:generateContent', 'openai/gpt-5-mini', false],
      ['/v1beta/openai/gpt-5-mini:generateContent', 'openai/gpt-5-mini', false],
      ['/v1beta/models/models/gemini-x:generateContent', 'gemini-x', false],
      ['/v1beta/models/a:b%3Ac:generateContent', 'a:b:c', false],
    ];
    for (const [path, model, stream] of cases) expect(decode({}, path)).toMatchObject({ model, stream });
  });

  test('instructions are a message of their own, and tools have JSON Schema', () => {
    const request = decode({
      systemInstruction: { parts: [{ text: 'be' }] },
      tools: [
        {
          functionDeclarations: [
            {
              name: 'f',
              parameters: {
                type: 'OBJECT',
                properties: {
                  a: { type: 'ARRAY', items: { type: 'STRING', nullable: true }, minItems: '1' },
                },
                required: ['a'],
              },
            },
          ],
        },
      ],
    });
    expect(request.messages.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(request.tools[0]).toMatchObject({
      form: 'function',
      schema: {
        type: 'object',
        properties: { a: { type: 'array', items: { type: ['string', 'null'] }, minItems: 1 } },
        required: ['a'],
      },
    });
  });

  test('parallel calls of the same function match by position', () => {
    const call = { functionCall: { name: 'f', args: {} } };
    const answer = (text: string): JsonObject => ({
      functionResponse: { name: 'f', response: { result: text } },
    });
    const { messages } = decode({
      contents: [
        USER,
        { role: 'model', parts: [call, { functionCall: { name: 'g', args: {} } }, call] },
        {
          role: 'user',
          parts: [answer('1'), { functionResponse: { name: 'g', response: {} } }, answer('2')],
        },
        { role: 'model', parts: [call] },
        { role: 'user', parts: [answer('3')] },
      ],
    });
    const ids = messages.flatMap(({ role, parts }) =>
      parts.flatMap((part) => ('id' in part ? [`${role} ${part.id}`] : [])),
    );
    expect(ids).toEqual([
      'assistant call_0',
      'assistant call_1',
      'assistant call_2',
      'tool call_0',
      'tool call_1',
      'tool call_2',
      'assistant call_3',
      'tool call_3',
    ]);
  });

  test('ids that are made up never meet one that was given', () => {
    const { messages } = decode({
      contents: [
        USER,
        {
          role: 'model',
          parts: [{ functionCall: { name: 'f' } }, { functionCall: { id: 'call_0', name: 'f' } }],
        },
      ],
    });
    expect(messages[1]?.parts.map((part) => (part.kind === 'tool-call' ? part.id : ''))).toEqual([
      'call_1',
      'call_0',
    ]);
  });

  test.each([
    [{ result: 'x' }, 'x', undefined],
    [{ output: 'x' }, 'x', undefined],
    [{ error: 'x' }, 'x', true],
    [{ a: 1 }, '{"a":1}', undefined],
    [{ result: 'x', more: 1 }, '{"result":"x","more":1}', undefined],
  ] as const)('a result %j is %s', (response, text, isError) => {
    const { messages } = decode({
      contents: [USER, { role: 'user', parts: [{ functionResponse: { name: 'f', response } }] }],
    });
    const [part] = messages[1]?.parts ?? [];
    expect(part).toMatchObject({ kind: 'tool-result', name: 'f', parts: [{ kind: 'text', text }] });
    expect(part?.kind === 'tool-result' && part.isError).toBe(isError as never);
  });

  test.each([
    [{ thinkingLevel: 'LOW' }, { effort: 'low' }],
    [{ thinkingBudget: 0 }, { budgetTokens: 0, enabled: false }],
    [{ thinkingBudget: -1 }, { enabled: true }],
    [
      { thinkingBudget: 9, includeThoughts: true },
      { budgetTokens: 9, enabled: true, hidden: false },
    ],
  ])('thinking %j', (thinkingConfig, reasoning) => {
    expect(decode({ generationConfig: { thinkingConfig } }).reasoning).toEqual(reasoning);
  });

  test('a seal of another vendor that a client brings back is theirs again', () => {
    const foreign = { dialect: 'other', form: 'encrypted', value: 'żółw', id: 'rs_1' } as const;
    const request = decode({
      contents: [
        USER,
        { role: 'model', parts: [{ text: 'a', thought: true, thoughtSignature: sealed(foreign) }] },
      ],
    });
    expect(request.messages[1]?.parts[0]).toMatchObject({ kind: 'reasoning', seals: [foreign] });
  });

  test('bytes and seals in the other alphabet of base 64, as the official Python client writes them', () => {
    const foreign = { dialect: 'other', form: 'encrypted', value: '~~~???>>>', id: 'rs_1' } as const;
    const written = sealed(foreign).replaceAll('+', '-').replaceAll('/', '_');
    expect(written).toMatch(/[-_]/);
    const parts = [
      { inlineData: { mimeType: 'image/png', data: '-_8=' } },
      { text: 'a', thought: true, thoughtSignature: written },
    ];
    const request = decode({ contents: [USER, { role: 'model', parts }] });
    expect(request.messages[1]?.parts).toMatchObject([
      { kind: 'image', source: { data: '+/8=' } },
      { kind: 'reasoning', seals: [foreign] },
    ]);
    // To the vendor itself it goes as it came.
    expect(JSON.stringify(encodeRequest(request, 'gemini-3-pro', {}).body)).toContain('-_8=');
  });

  test.each([
    ['no contents', { contents: [] }, 'contents'],
    ['a number among contents', { contents: [5] }, 'contents[0]'],
    ['a number among parts', { contents: [{ role: 'user', parts: [5] }] }, 'contents[0].parts[0]'],
    ['a text that is none', { contents: [{ parts: [{ text: 5 }] }] }, 'contents[0].parts[0].text'],
    [
      'a function without a name',
      { tools: [{ functionDeclarations: [{}] }] },
      'tools[0].functionDeclarations[0].name',
    ],
  ] as const)('%s is refused', (_, body, field) => {
    const decoded = decodeRequest(
      { contents: [USER], ...body },
      {
        path: '/v1beta/models/m:generateContent',
        query: '',
        header: () => undefined,
      },
    );
    expect(decoded).toMatchObject({ ok: false, error: { code: 'invalid_request', field } });
  });

  test('a path without a model, or with half a character, is refused', () => {
    for (const path of ['/v1beta/models/:generateContent', '/v1beta/models/%E0%A4:generateContent']) {
      expect(decodeRequest({ contents: [USER] }, { path, query: '', header: () => undefined }).ok).toBe(
        false,
      );
    }
  });
});

function sealed(seal: Json): string {
  const bytes = new TextEncoder().encode(JSON.stringify(seal));
  return `Y2xldzE6${btoa(String.fromCharCode(...bytes))}`;
}
