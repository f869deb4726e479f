// Requests of other languages: tools and parameters are said, or told as a loss.

import { describe, expect, test } from 'bun:test';

import type { JsonObject } from '#base/json.ts';
import type { Quirks } from '#canonical/quirk.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { encodeRequest } from './encode-request.ts';

const PLAIN: ChatRequest = {
  model: 'm',
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'hi' }] }],
  tools: [],
  sampling: {},
  stream: false,
};
const HI = { role: 'user', parts: [{ text: 'hi' }] };

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

describe('tools', () => {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      a: {
        type: 'array',
        items: {
          type: 'object',
          properties: { b: { type: 'integer', exclusiveMinimum: 0 } },
          required: ['b'],
        },
      },
    },
    required: ['a'],
    additionalProperties: false,
  };
  test('a schema goes up untouched', () => {
    const { body, lost } = encode({
      tools: [
        { form: 'function', name: 'f', description: 'd', schema, strict: false },
        { form: 'function', name: 'g' },
      ],
    });
    expect(body['tools']).toEqual([
      {
        functionDeclarations: [{ name: 'f', description: 'd', parametersJsonSchema: schema }, { name: 'g' }],
      },
    ]);
    expect(lost).toEqual([]);
  });

  test('a model that takes the older schemas only gets one that it does not refuse', () => {
    const { body, lost } = encode(
      {
        tools: [
          { form: 'function', name: 'f', schema },
          { form: 'function', name: 'g', schema: { type: 'object' } },
        ],
      },
      'gemma-3-27b-it',
    );
    expect(body['tools']).toEqual([
      {
        functionDeclarations: [
          {
            name: 'f',
            parameters: {
              type: 'object',
              properties: {
                a: {
                  type: 'array',
                  items: {
                    type: 'object',
                    properties: { b: { type: 'integer', minimum: 1 } },
                    required: ['b'],
                  },
                },
              },
              required: ['a'],
            },
          },
          { name: 'g' },
        ],
      },
    ]);
    expect(lost).toEqual(['tools[0].schema approximated']);
  });

  test('custom, hosted, strict and marked ones', () => {
    const { body, lost } = encode({
      tools: [
        { form: 'custom', name: 'c', description: 'd', schema: { type: 'grammar' } },
        { form: 'hosted', name: 'web_search', dialect: 'other', value: {} },
        { form: 'function', name: 'f', strict: true, cache: {} },
      ],
    });
    expect(body['tools']).toMatchObject([
      { functionDeclarations: [{ name: 'c', parametersJsonSchema: { required: ['input'] } }, { name: 'f' }] },
    ]);
    expect(lost).toEqual([
      'tools[0] changed',
      'tools[1] dropped',
      'tools[2].strict dropped',
      'tools[2].cache dropped',
    ]);
  });

  test.each([
    [{ kind: 'auto' }, { mode: 'AUTO' }],
    [{ kind: 'none' }, { mode: 'NONE' }],
    [{ kind: 'required' }, { mode: 'ANY' }],
    [
      { kind: 'named', name: 'f', form: 'function' },
      { mode: 'ANY', allowedFunctionNames: ['f'] },
    ],
  ] as const)('the choice %j', (toolChoice, functionCallingConfig) => {
    expect(encode({ toolChoice }).body['toolConfig']).toEqual({ functionCallingConfig } as never);
  });

  test('a choice that only another knows is lost', () => {
    const { body, lost } = encode({ toolChoice: { kind: 'foreign', dialect: 'other', value: 1 } });
    expect([body['toolConfig'], lost]).toEqual([undefined, ['toolChoice dropped']]);
  });
});

describe('parameters', () => {
  test('that have a field', () => {
    const { body, lost } = encode({
      sampling: { temperature: 1, topP: 0.5, topK: 3, seed: 7, frequencyPenalty: 1, presencePenalty: 2 },
      maxOutputTokens: 9,
      stop: ['a'],
      choices: 2,
      logprobs: { top: 3 },
      serviceTier: 'auto',
    });
    expect(body['generationConfig']).toEqual({
      temperature: 1,
      topP: 0.5,
      topK: 3,
      seed: 7,
      frequencyPenalty: 1,
      presencePenalty: 2,
      maxOutputTokens: 9,
      stopSequences: ['a'],
      candidateCount: 2,
      responseLogprobs: true,
      logprobs: 3,
    });
    expect(lost).toEqual([]);
  });

  test('that have none are told, each', () => {
    const { body, lost } = encode({
      sampling: { minP: 0.1, repetitionPenalty: 1, logitBias: { a: 1 } },
      stop: ['1', '2', '3', '4', '5', '6'],
      parallelToolCalls: false,
      cacheKey: 'k',
      user: 'u',
      serviceTier: 'scale',
      metadata: { Key: 'v' },
      extras: { dialect: 'other', fields: { prediction: {}, $spelling: {} } },
    });
    expect(body).toEqual({ contents: [HI], generationConfig: { stopSequences: ['1', '2', '3', '4', '5'] } });
    expect([...lost].sort()).toEqual([
      'cacheKey dropped',
      'extras.prediction dropped',
      'metadata dropped',
      'parallelToolCalls dropped',
      'sampling.logitBias dropped',
      'sampling.minP dropped',
      'sampling.repetitionPenalty dropped',
      'serviceTier dropped',
      'stop changed',
      'user dropped',
    ]);
  });

  test('metadata are labels where the provider takes them and they fit (quirk `labels`)', () => {
    expect(encode({ metadata: { team: 'a-1' } }).body['labels']).toEqual({ team: 'a-1' });
    const dropped = encode({ metadata: { team: 'a-1' } }, 'gemini-2.5-flash', { labels: 'dropped' });
    expect([dropped.body['labels'], dropped.lost]).toEqual([undefined, ['metadata dropped']]);
  });

  const schema = { type: 'object', properties: { a: { const: 1 } } };
  test.each([
    [{ kind: 'text' }, undefined, []],
    [{ kind: 'json' }, { responseMimeType: 'application/json' }, []],
    [
      { kind: 'json-schema', schema, name: 'n', description: 'd', strict: true },
      { responseMimeType: 'application/json', responseJsonSchema: schema },
      ['output.name dropped', 'output.description dropped'],
    ],
  ] as const)('the output %j', (output, config, losses) => {
    const { body, lost } = encode({ output });
    expect([body['generationConfig'], lost]).toEqual([config as never, [...losses]]);
  });

  const FLASH = 'gemini-2.5-flash';
  const PRO = 'gemini-2.5-pro';
  const THREE = 'gemini-3-flash-preview';
  test.each([
    [
      FLASH,
      { effort: 'low' },
      { includeThoughts: true, thinkingBudget: 1_024 },
      ['reasoning.effort approximated'],
    ],
    [
      FLASH,
      { effort: 'high', hidden: true },
      { includeThoughts: false, thinkingBudget: 24_576 },
      ['reasoning.effort approximated'],
    ],
    [FLASH, { effort: 'none' }, { thinkingBudget: 0 }, []],
    [FLASH, { enabled: false }, { thinkingBudget: 0 }, []],
    [FLASH, { enabled: true }, { includeThoughts: true, thinkingBudget: -1 }, []],
    [PRO, { effort: 'none' }, { thinkingBudget: 128 }, ['reasoning.enabled approximated']],
    [
      FLASH,
      { budgetTokens: 77, effort: 'low' },
      { includeThoughts: true, thinkingBudget: 77 },
      ['reasoning.effort dropped'],
    ],
    [THREE, { effort: 'medium', summary: 'auto' }, { includeThoughts: true, thinkingLevel: 'medium' }, []],
    [
      THREE,
      { effort: 'xhigh' },
      { includeThoughts: true, thinkingLevel: 'high' },
      ['reasoning.effort approximated'],
    ],
    [THREE, { effort: 'none' }, { thinkingLevel: 'minimal' }, ['reasoning.enabled approximated']],
    [THREE, { enabled: true }, { includeThoughts: true }, []],
    [THREE, { budgetTokens: 77 }, { includeThoughts: true, thinkingBudget: 77 }, []],
    [THREE, { effort: 'very' }, { includeThoughts: true }, ['reasoning.effort dropped']],
  ] as const)('reasoning for %s: %j', (model, reasoning, thinkingConfig, losses) => {
    const { body, lost } = encode({ reasoning }, model);
    expect([body['generationConfig'], lost]).toEqual([{ thinkingConfig }, [...losses]]);
  });
});
