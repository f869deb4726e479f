import { beforeAll, describe, expect, test } from 'bun:test';

import type { ChatRequest } from '#canonical/request.ts';
import { countTextTokens, countTokens, prepareCounting } from './count-tokens.ts';
import { estimateText } from './estimate-text.ts';
import { profileOf } from './profiles.ts';

const EXACT_MODEL = 'gpt-4o-mini';
/** Milliseconds for the worst input here, on a machine that is doing other things too. */
const PATIENCE_MS = 2_000;

function asking(text: string, more: Partial<ChatRequest> = {}): ChatRequest {
  const parts = [{ kind: 'text', text }] as const;
  return { model: 'm', messages: [{ role: 'user', parts }], tools: [], sampling: {}, stream: false, ...more };
}

test('before a vocabulary is loaded the count is an estimate and says so', () => {
  const nothingLoaded = (): undefined => undefined;
  expect(countTokens(asking('hello'), 'gpt-4o', nothingLoaded)).toEqual({
    tokens: 8,
    method: 'estimate:openai-4',
  });
});

describe('with the vocabulary', () => {
  beforeAll(() => prepareCounting(EXACT_MODEL));

  // The texts and their counts are those of the published vocabulary.
  test.each([
    ['', 0],
    ['hello', 1],
    ['Hello, world!', 4],
    ['<|endoftext|>', 7],
    ['a b c d', 4],
  ])('%p is %p tokens', (text, tokens) => {
    expect(countTextTokens(text, EXACT_MODEL)).toEqual({ tokens, method: 'o200k_base' });
  });

  test('a message costs four tokens more than its text, and a request three', () => {
    expect(countTokens(asking('hello'), EXACT_MODEL)).toEqual({ tokens: 8, method: 'o200k_base' });
  });

  test('cutting into pieces does not change the count of prose', async () => {
    const { default: whole } = await import('gpt-tokenizer/encoding/o200k_base');
    const text = 'The quick brown fox jumps over the lazy dog, and nobody minds. '.repeat(200);
    expect(countTextTokens(text, EXACT_MODEL).tokens).toBe(whole.countTokens(text));
  });

  test('beyond what is counted exactly the rest is estimated, and the method says so', () => {
    const { tokens, method } = countTextTokens('word '.repeat(100_000), EXACT_MODEL);
    expect(method).toBe('o200k_base+estimate:openai-4');
    expect(tokens).toBeGreaterThan(90_000);
    expect(tokens).toBeLessThan(210_000);
  });
});

describe('every part of a request counts', () => {
  const plain = countTokens(asking('Hello'), 'claude-sonnet-4-5').tokens;
  const schema = { type: 'object', properties: { city: { type: 'string', description: 'A city.' } } };
  const tool = { form: 'function', name: 'weather', description: 'Tells the weather.', schema } as const;
  const call = { kind: 'tool-call', id: '1', name: 'f', arguments: '{"a":1}', form: 'function' } as const;
  const picture = { kind: 'image', source: { from: 'url', url: 'https://example.com/a.png' } } as const;
  const hosted = { form: 'hosted', name: 'search', dialect: 'd', value: {} } as const;

  test.each<[string, Partial<ChatRequest>]>([
    ['a tool', { tools: [tool] }],
    ['a hosted tool', { tools: [hosted] }],
    ['a schema', { output: { kind: 'json-schema', schema } }],
    ['a call', { messages: [...asking('Hello').messages, { role: 'assistant', parts: [call] }] }],
    ['a picture', { messages: [...asking('Hello').messages, { role: 'user', parts: [picture] }] }],
    [
      'a result',
      {
        messages: [
          ...asking('Hello').messages,
          { role: 'tool', parts: [{ kind: 'tool-result', id: '1', parts: [{ kind: 'text', text: 'x' }] }] },
        ],
      },
    ],
  ])('%s', (_name, more) => {
    expect(countTokens(asking('Hello', more), 'claude-sonnet-4-5').tokens).toBeGreaterThan(plain);
  });
});

describe('no input stops the process', () => {
  beforeAll(() => prepareCounting(EXACT_MODEL));
  const letters = Array.from({ length: 250_000 }, (_, at) => String.fromCharCode(97 + ((at * at * 7) % 26)));

  test.each([
    ['one letter', 'a'.repeat(1_000_000)],
    ['one word without end', letters.join('')],
    ['spaces', ' '.repeat(1_000_000)],
    ['marks', '-/'.repeat(500_000)],
    ['pictographs', '\u{1F600}'.repeat(300_000)],
    ['half characters', '\uD800'.repeat(300_000)],
  ])('%s', (_name, text) => {
    for (const model of [EXACT_MODEL, 'claude-sonnet-4-5']) {
      const began = performance.now();
      const { tokens } = countTokens(asking(text), model);
      expect(performance.now() - began).toBeLessThan(PATIENCE_MS);
      expect(Number.isSafeInteger(tokens)).toBe(true);
    }
  });
});

test.each([
  ['gpt-5-mini', 'openai'],
  ['openai/gpt-4.1-nano', 'openai-4'],
  ['o3-mini', 'openai-4'],
  ['openai/o4-mini', 'openai-4'],
  ['gpt-4-turbo', 'openai-legacy'],
  ['gpt-4', 'openai-legacy'],
  ['gpt-3.5-turbo', 'openai-legacy'],
  ['openai.gpt-oss-120b', 'gpt-oss'],
  ['anthropic/claude-sonnet-4.5', 'anthropic'],
  ['models/gemini-2.5-flash', 'gemini'],
  ['mixtral-8x7b', 'mistral'],
  ['foo3', 'other'],
  ['', 'other'],
])('%p is counted like %p', (model, family) => {
  expect(profileOf(model).family).toBe(family);
});

/** Text, tokens of the o200k vocabulary. Near means within a quarter. */
test.each([
  ['The gateway behaves the same for every provider and switches when one of them fails.', 16],
  ['Dieses Gateway verhält sich bei allen Anbietern gleich und wechselt bei einem Fehler.', 17],
  ['我们需要一个可以自己部署的路由器，它能够连接所有的模型供应商，并且准确地计算费用。', 25],
  ['Этот шлюз одинаково работает со всеми поставщиками и при сбое переключается.', 18],
  ['{"name":"weather","arguments":{"city":"Paris","unit":"celsius"}}', 16],
])('the estimate is near: %s', (text, tokens) => {
  expect(Math.abs(estimateText(text) / tokens - 1)).toBeLessThan(0.25);
});
