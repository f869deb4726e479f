// Requests of this language come back as they came.

import { describe, expect, test } from 'bun:test';

import type { Json, JsonObject } from '#base/json.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { decodeRequest } from './decode-request.ts';
import { encodeRequest } from './encode-request.ts';

const USER: JsonObject = { role: 'user', parts: [{ text: 'hi' }] };

function decode(body: JsonObject): ChatRequest {
  const path = '/v1beta/models/gemini-2.5-flash:generateContent';
  const decoded = decodeRequest({ contents: [USER], ...body }, { path, query: '', header: () => undefined });
  if (!decoded.ok) throw new Error(decoded.error.message);
  return decoded.value;
}

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
    'bytes in the other alphabet': {
      contents: [
        { role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'iV-_' } }] },
        { role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: '-_8' } }] },
      ],
    },
    'all samplings': config({
      temperature: 1,
      topP: 0.5,
      topK: 4,
      seed: 7,
      presencePenalty: 1,
      frequencyPenalty: -1,
    }),
    nulls: { systemInstruction: null, ...config({ temperature: null, stopSequences: null }) },
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
