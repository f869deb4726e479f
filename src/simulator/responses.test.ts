// The Responses API of the simulator through the official client: whole and streamed say the same.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import OpenAI from 'openai';

import { startSimulator, type Simulator } from './index.ts';

let simulator: Simulator;
let client: OpenAI;
beforeAll(async () => {
  simulator = await startSimulator({ name: 'wall' });
  client = new OpenAI({ baseURL: simulator.url, apiKey: 'sk-test-abcd', maxRetries: 0 });
});
afterAll(() => simulator.stop());

const TOOLS = ['left', 'right'].map((name) => ({
  type: 'function' as const,
  name,
  parameters: { type: 'object', properties: { steps: { type: 'integer' } }, required: ['steps'] },
  strict: false,
}));

const SHAPES: readonly (readonly [string, string, object])[] = [
  ['a greeting', 'hello', {}],
  ['words', 'words-30', { instructions: 'Be brief.' }],
  ['a limit', 'words-30', { max_output_tokens: 17 }],
  ['tools', 'tools-2', { tools: TOOLS }],
  ['a named tool', 'hello', { tools: TOOLS, tool_choice: { type: 'function', name: 'right' } }],
  ['a custom tool', 'tools', { tools: [{ type: 'custom', name: 'shell' }] }],
  ['reasoning', 'reason', {}],
  ['log probabilities', 'words-5', { include: ['message.output_text.logprobs'], top_logprobs: 2 }],
  ['JSON', 'hello', { text: { format: { type: 'json_object' } } }],
];

describe('answers in the Responses API', () => {
  test.each(SHAPES)('%s', async (_, model, more) => {
    const asked = { model, input: 'Which way?', ...more };
    const whole = await client.responses.create(asked);
    const streamed = await client.responses.stream(asked).finalResponse();
    expect(JSON.parse(JSON.stringify(streamed.output))).toMatchObject(whole.output);
    expect([streamed.status, streamed.usage]).toEqual([whole.status, whole.usage] as never);
    expect(whole.output.length).toBeGreaterThan(0);
  });

  test('an error in a stream raises', async () => {
    const stream = client.responses.stream({
      model: 'words-50+fault-error-in-stream-40',
      input: 'Which way?',
    });
    expect(await stream.finalResponse().catch((thrown: unknown) => thrown)).toBeInstanceOf(OpenAI.APIError);
  });

  test('the same conversation costs the same in both languages', async () => {
    const one = await client.responses.create({
      model: 'hello',
      input: 'Which way?',
      instructions: 'Be brief.',
    });
    const other = await client.chat.completions.create({
      model: 'hello',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Which way?' },
      ],
    });
    expect(one.usage?.input_tokens).toBe(other.usage?.prompt_tokens as number);
    expect(one.output_text).toBe(other.choices[0]?.message.content as string);
  });
});
