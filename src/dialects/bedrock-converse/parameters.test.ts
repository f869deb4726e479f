import { describe, expect, test } from 'bun:test';

import type { Part } from '#canonical/part.ts';
import type { ChatRequest, Message } from '#canonical/request.ts';
import { encodeRequest } from './encode-request.ts';

const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const ADAPTIVE = 'global.anthropic.claude-opus-4-6-v1';
const NOVA = 'us.amazon.nova-2-lite-v1:0';
const GPT = 'openai.gpt-oss-120b-1:0';
const LLAMA = 'us.meta.llama4-maverick-17b-instruct-v1:0';

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

const WEATHER = {
  form: 'function',
  name: 'weather',
  description: 'd',
  schema: { type: 'object', properties: { at: { type: 'object', required: ['x'] } }, required: ['at'] },
} as const;

describe('parameters', () => {
  test('what Converse has words for', () => {
    const { body, lost } = encode(
      {
        maxOutputTokens: 100,
        sampling: { temperature: 0.5, topP: 0.9, topK: 7 },
        stop: ['x'],
        serviceTier: 'flex',
        metadata: { team: 'a b', bad: 'ü' },
        output: { kind: 'json-schema', schema: { type: 'object' }, name: 'n' },
        extras: { dialect: 'bedrock-converse', fields: { guardrailConfig: { guardrailIdentifier: 'g' } } },
      },
      NOVA,
    );
    expect(body).toMatchObject({
      inferenceConfig: { maxTokens: 100, temperature: 0.5, topP: 0.9, stopSequences: ['x'] },
      additionalModelRequestFields: { inferenceConfig: { topK: 7 } },
      serviceTier: { type: 'flex' },
      requestMetadata: { team: 'a b' },
      outputConfig: {
        textFormat: {
          type: 'json_schema',
          structure: { jsonSchema: { name: 'n', schema: '{"type":"object"}' } },
        },
      },
      guardrailConfig: { guardrailIdentifier: 'g' },
    });
    expect(lost).toEqual(['dropped metadata.bad']);
  });

  test('what it has no words for is told, each', () => {
    const { lost } = encode(
      {
        choices: 2,
        logprobs: {},
        cacheKey: 'k',
        user: 'u',
        output: { kind: 'json' },
        serviceTier: 'gold',
        sampling: {
          temperature: 1.5,
          topK: 3,
          seed: 1,
          minP: 0.1,
          frequencyPenalty: 1,
          presencePenalty: 1,
          logitBias: {},
        },
        extras: { dialect: 'openai-chat', fields: { verbosity: 'low', $spelling: {} } },
      },
      LLAMA,
    );
    expect(lost.sort()).toEqual([
      'approximated output',
      'changed sampling.temperature',
      'dropped cacheKey',
      'dropped choices',
      'dropped extras.verbosity',
      'dropped logprobs',
      'dropped sampling.frequencyPenalty',
      'dropped sampling.logitBias',
      'dropped sampling.minP',
      'dropped sampling.presencePenalty',
      'dropped sampling.seed',
      'dropped sampling.topK',
      'dropped serviceTier',
      'dropped user',
    ]);
  });

  test('top_p beside temperature is lost where the model takes one of them', () => {
    const { body, lost } = encode({ sampling: { temperature: 0.2, topP: 0.9 } });
    expect(body['inferenceConfig']).toEqual({ temperature: 0.2 });
    expect(lost).toEqual(['dropped sampling.topP']);
  });
});

describe('reasoning is asked for in the words of the family', () => {
  const asked = (request: Partial<ChatRequest>, model: string) => {
    const { body, lost } = encode(request, model);
    return [body['additionalModelRequestFields'], lost];
  };
  const effort = { reasoning: { effort: 'high' } } as const;

  test.each([
    [CLAUDE, { thinking: { type: 'enabled', budget_tokens: 16_384 } }, ['approximated reasoning.effort']],
    [ADAPTIVE, { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } }, []],
    [NOVA, { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } }, []],
    [GPT, { reasoning_effort: 'high' }, []],
    ['qwen.qwen3-32b-v1:0', { reasoning_config: 'high' }, []],
    [LLAMA, undefined, ['dropped reasoning']],
  ])('%s', (model, fields, lost) => expect(asked(effort, model)).toEqual([fields, lost]));

  test('a budget is kept, and leaves room for the answer', () => {
    expect(asked({ reasoning: { budgetTokens: 3_000 } }, CLAUDE)).toEqual([
      { thinking: { type: 'enabled', budget_tokens: 3_000 } },
      [],
    ]);
    expect(asked({ reasoning: { budgetTokens: 3_000 }, maxOutputTokens: 2_000 }, CLAUDE)).toEqual([
      { thinking: { type: 'enabled', budget_tokens: 1_999 } },
      ['changed reasoning.budgetTokens'],
    ]);
    expect(asked({ ...effort, maxOutputTokens: 500 }, CLAUDE)).toEqual([undefined, ['dropped reasoning']]);
  });

  test('beside a forced tool it is lost; with it the temperature and top_k are', () => {
    expect(asked({ ...effort, tools: [WEATHER], toolChoice: { kind: 'required' } }, ADAPTIVE)[1]).toEqual([
      'dropped reasoning',
    ]);
    expect(encode({ ...effort, sampling: { temperature: 0.3, topK: 5 } }, ADAPTIVE).lost).toEqual([
      'dropped sampling.temperature',
      'dropped sampling.topK',
    ]);
  });

  test('switched off', () => {
    expect(asked({ reasoning: { enabled: false } }, ADAPTIVE)[0]).toEqual({ thinking: { type: 'disabled' } });
    expect(asked({ reasoning: { effort: 'none' } }, 'anthropic.claude-mythos-5')[1]).toEqual([
      'dropped reasoning',
    ]);
    expect(asked({ reasoning: { enabled: false } }, NOVA)[0]).toEqual({
      reasoningConfig: { type: 'disabled' },
    });
  });
});
