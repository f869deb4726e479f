// Requests of this language: what comes back as it came, and what it means to the centre.

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

describe('a body comes back as it was', () => {
  const turn = (...parts: Json[]): JsonObject => ({ contents: [USER, { role: 'model', parts }] });
  const call = (name: string, more: JsonObject = {}): JsonObject => ({
    functionCall: { name, args: { a: 1 }, ...more },
  });
  const result = (name: string, more: JsonObject = {}): JsonObject => ({
    functionResponse: { name, response: { result: 'x' }, ...more },
  });
  const config = (generationConfig: JsonObject): JsonObject => ({ generationConfig });
  const declared = (declaration: JsonObject): JsonObject => ({
    tools: [{ functionDeclarations: [{ name: 'f', ...declaration }] }],
  });

  const bodies: Readonly<Record<string, JsonObject>> = {
    'the least': {},
    'all samplings': config({
      temperature: 1,
      topP: 0.5,
      topK: 4,
      seed: 7,
      presencePenalty: 1,
      frequencyPenalty: -1,
    }),
    nulls: { systemInstruction: null as never, ...config({ temperature: null, stopSequences: null }) },
    'odd types': config({
      temperature: '0.5',
      maxOutputTokens: 'many',
      stopSequences: 5,
      candidateCount: '2',
    }),
    'an empty configuration': config({}),
    'limits and stops': config({ maxOutputTokens: 5, stopSequences: ['a', 'b'], candidateCount: 2 }),
    'log probabilities': config({ responseLogprobs: true, logprobs: 3 }),
    'log probabilities that are not asked for': config({ responseLogprobs: false, logprobs: 3 }),
    'json mode': config({ responseMimeType: 'application/json' }),
    'plain text': config({ responseMimeType: 'text/plain' }),
    'an enum': config({ responseMimeType: 'text/x.enum', responseSchema: { type: 'STRING', enum: ['a'] } }),
    'a schema': config({
      responseMimeType: 'application/json',
      responseSchema: {
        type: 'OBJECT',
        properties: { a: { type: 'STRING', nullable: true } },
        propertyOrdering: ['a'],
      },
    }),
    'a full schema': config({
      responseMimeType: 'application/json',
      responseJsonSchema: { type: 'object', $defs: { x: { const: 1 } }, additionalProperties: false },
    }),
    'both schemas': config({
      responseMimeType: 'application/json',
      responseJsonSchema: { type: 'object' },
      responseSchema: { type: 'OBJECT' },
    }),
    'pictures and speech': config({
      responseModalities: ['TEXT', 'IMAGE'],
      imageConfig: { aspectRatio: '1:1' },
      speechConfig: { voiceConfig: {} },
      mediaResolution: 'MEDIA_RESOLUTION_LOW',
    }),
    'a budget': config({ thinkingConfig: { thinkingBudget: 100, includeThoughts: true } }),
    'a dynamic budget': config({ thinkingConfig: { thinkingBudget: -1 } }),
    'no thinking': config({ thinkingConfig: { thinkingBudget: 0 } }),
    'a level': config({ thinkingConfig: { thinkingLevel: 'HIGH', includeThoughts: false, brandNew: 1 } }),
    'an empty wish for thinking': config({ thinkingConfig: {} }),
    'unknown fields': { brandNew: [1], ...config({ brandNewer: { a: 1 } }) },
    'safety, cache, labels, tier': {
      safetySettings: [{ category: 'HARM_CATEGORY_HATE_SPEECH', threshold: 'BLOCK_NONE' }],
      cachedContent: 'cachedContents/x',
      labels: { team: 'a' },
      serviceTier: 'flex',
    },
    instructions: { systemInstruction: { role: 'user', parts: [{ text: 'a' }, { text: 'b' }] } },
    'functions with either schema': {
      tools: [
        {
          functionDeclarations: [
            {
              name: 'f',
              description: 'd',
              parameters: { type: 'OBJECT', properties: { a: { type: 'STRING' } } },
            },
            { name: 'g', parametersJsonSchema: { type: 'object', properties: { a: { $ref: '#/$defs/x' } } } },
            { name: 'h', behavior: 'BLOCKING', response: { type: 'STRING' } },
          ],
        },
      ],
    },
    'functions in two lists': {
      tools: [
        { functionDeclarations: [{ name: 'f' }] },
        { functionDeclarations: [{ name: 'g' }, { name: 'h' }] },
      ],
    },
    'hosted tools': {
      tools: [{ googleSearch: {} }, { urlContext: {}, codeExecution: {} }, { fileSearch: { stores: ['x'] } }],
    },
    'a required snake schema': declared({
      parameters: { type: 'OBJECT', any_of: [{ type: 'STRING', min_length: '2' }] },
    }),
    'mode auto': { toolConfig: { functionCallingConfig: { mode: 'AUTO' } } },
    'mode none': { toolConfig: { functionCallingConfig: { mode: 'NONE' } } },
    'mode any': { toolConfig: { functionCallingConfig: { mode: 'ANY' } } },
    'one allowed': { toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } } },
    'two allowed': {
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f', 'g'] } },
    },
    'mode validated': {
      toolConfig: { functionCallingConfig: { mode: 'VALIDATED', allowedFunctionNames: ['f'] } },
    },
    'an unknown mode': { toolConfig: { functionCallingConfig: { mode: 'NEW' }, retrievalConfig: { a: 1 } } },
    'calls without ids': {
      contents: [
        USER,
        { role: 'model', parts: [call('f'), call('f')] },
        { role: 'user', parts: [result('f'), result('f')] },
      ],
    },
    'calls with ids': {
      contents: [
        USER,
        { role: 'model', parts: [call('f', { id: 'a' })] },
        { role: 'user', parts: [result('f', { id: 'a' })] },
      ],
    },
    'ids on one side only': {
      contents: [
        USER,
        { role: 'model', parts: [call('f', { id: 'a' })] },
        { role: 'function', parts: [result('f')] },
      ],
    },
    'a result with media': {
      contents: [
        USER,
        { role: 'model', parts: [call('f')] },
        {
          role: 'user',
          parts: [
            {
              functionResponse: {
                name: 'f',
                response: {},
                parts: [{ inlineData: { mimeType: 'image/png', data: 'AA==' } }],
              },
            },
          ],
        },
      ],
    },
    'a result of an object, an error, nothing': {
      contents: [
        USER,
        {
          role: 'user',
          parts: [
            { functionResponse: { name: 'f', response: { a: { b: 1 }, result: 2 }, scheduling: 'SILENT' } },
            { functionResponse: { name: 'f', response: { error: 'no' } } },
            { functionResponse: { name: 'f' } },
          ],
        },
      ],
    },
    'a result between texts': {
      contents: [
        USER,
        { role: 'user', parts: [{ text: 'a' }, result('f'), { text: 'b' }] },
        { parts: [{ text: 'no role' }] },
      ],
    },
    'signed parts': turn(
      { text: 'a', thought: true },
      { text: 'b', thought: true, thoughtSignature: 'c2ln' },
      { text: 'c', thoughtSignature: 'c2ln' },
      { functionCall: { name: 'f', args: {} }, thoughtSignature: 'c2ln' },
      { text: '', thoughtSignature: 'c2ln' },
      { thoughtSignature: 'c2ln' },
      { text: '', thought: true, thoughtSignature: 'c2ln' },
    ),
    'two signed texts': turn(
      { text: 'a', thoughtSignature: 'QQ==' },
      { text: 'b', thoughtSignature: 'Qg==' },
    ),
    'odd calls': turn(
      { functionCall: { name: 'f' } },
      { functionCall: { name: 'g', args: null } },
      { functionCall: { name: 'h', args: {}, brandNew: 1 } },
    ),
    'code and hosted calls': turn(
      { executableCode: { language: 'PYTHON', code: '1' }, thoughtSignature: 'c2ln' },
      { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } },
      { toolCall: { id: 'x' } },
      { toolResponse: { id: 'x' } },
      { brandNew: 1 },
    ),
    media: {
      contents: [
        {
          role: 'user',
          parts: [
            { inlineData: { mimeType: 'image/png', data: 'AA==', displayName: 'n' } },
            { inlineData: { mimeType: 'application/pdf', data: 'AA==' } },
            { inlineData: { data: 'AA==' } },
            { fileData: { mimeType: 'audio/mp3', fileUri: 'gs://b/a' } },
            { fileData: { fileUri: 'https://www.youtube.com/watch?v=1' }, videoMetadata: { fps: 1 } },
            {
              fileData: {
                fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/x',
                mimeType: 'video/mp4',
              },
              mediaResolution: { level: 'LOW' },
            },
            { fileData: { mimeType: 'image/png', fileUri: 'https://example.com/a.png' } },
          ],
        },
      ],
    },
  };
  test.each(Object.entries(bodies))('%s', (_, body) => {
    const { body: encoded, losses } = encodeRequest(decode(body), 'gemini-2.5-flash', {});
    expect(losses).toEqual([]);
    expect(encoded).toEqual({ contents: [USER], ...body });
  });
});

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
    const decoded = decodeRequest({ contents: [USER], ...body } as never, {
      path: '/v1beta/models/m:generateContent',
      query: '',
      header: () => undefined,
    });
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
