// Synthetic answers through the port: whole and streamed say the same, and as much as was asked for.

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

type Request = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'stream'>;

const ASKED = [{ role: 'user', content: 'Which way?' }] as const;
const tool = (name: string, properties: Record<string, unknown>, required: string[]) =>
  ({ type: 'function', function: { name, parameters: { type: 'object', properties, required } } }) as const;
const TOOLS = [
  tool('turn', { side: { enum: ['left', 'right'] }, steps: { type: 'integer', minimum: 1 } }, [
    'side',
    'steps',
  ]),
  tool('light', { lamp: { type: 'boolean' } }, ['lamp']),
];

function whole(model: string, more: Partial<Request> = {}) {
  return client.chat.completions.create({ model, messages: [...ASKED], ...more });
}

/** The official client puts the pieces together. */
async function streamed(model: string, more: Partial<Request> = {}) {
  const body = {
    model,
    messages: [...ASKED],
    stream_options: { include_usage: true },
    ...more,
  };
  const stream = client.chat.completions.stream(body);
  return stream.finalChatCompletion();
}

const SHAPES: readonly (readonly [string, string, Partial<Request>])[] = [
  ['a greeting', 'hello', {}],
  ['any model name', 'vendor/some-model-2026', {}],
  ['an echo', 'echo', {}],
  ['words', 'words-30', {}],
  ['a limit', 'words-30', { max_completion_tokens: 7 }],
  ['a stop sequence', 'echo', { stop: ['way'] }],
  ['tools', 'tools', { tools: TOOLS }],
  ['parallel tools', 'tools-3', { tools: TOOLS }],
  ['a forced tool', 'hello', { tools: TOOLS, tool_choice: 'required' }],
  ['a named tool', 'hello', { tools: TOOLS, tool_choice: { type: 'function', function: { name: 'light' } } }],
  ['a JSON object', 'hello', { response_format: { type: 'json_object' } }],
  ['several choices', 'words-12', { n: 3 }],
  ['log probabilities', 'words-5', { logprobs: true, top_logprobs: 2 }],
  ['cached tokens', 'hello+cached-3', {}],
];

describe('whole and streamed are the same answer', () => {
  test.each(SHAPES)('%s', async (_, model, more) => {
    const [one, other] = await Promise.all([whole(model, more), streamed(model, more)]);
    // The client fills in what a stream does not say.
    const essence = ({ id, model: name, choices, usage }: OpenAI.ChatCompletion) => ({
      id,
      name,
      usage,
      choices: choices.map(({ index, finish_reason: finish, message, logprobs }) => ({
        index,
        finish,
        content: message.content ?? '',
        tokens: logprobs?.content ?? null,
        calls: (message.tool_calls ?? []).map((call) =>
          call.type === 'function' ? [call.id, call.function.name, call.function.arguments] : [],
        ),
      })),
    });
    expect(essence(other)).toEqual(essence(one));
    expect(one.usage?.total_tokens).toBe(
      (one.usage?.prompt_tokens ?? 0) + (one.usage?.completion_tokens ?? 0),
    );
  });
});

test('the greeting names the simulator and repeats the question', async () => {
  const answer = await whole('hello');
  expect(answer.choices[0]?.message.content).toBe('Hello from wall. You said: Which way?');
  expect(answer.choices[0]?.finish_reason).toBe('stop');
});

test('words and limits are counted exactly', async () => {
  const free = await whole('words-30');
  expect(free.usage?.completion_tokens).toBe(30);
  expect(free.choices[0]?.message.content?.split(' ')).toHaveLength(30);
  const limited = await whole('words-30', { max_tokens: 7 });
  expect(limited.usage?.completion_tokens).toBe(7);
  expect(limited.choices[0]?.finish_reason).toBe('length');
});

test('tools are called with arguments of their schema, and not after a result', async () => {
  const calls = (await whole('tools-3', { tools: TOOLS })).choices[0]?.message.tool_calls ?? [];
  const functions = calls.flatMap((call) => (call.type === 'function' ? [call.function] : []));
  expect(functions.map(({ name }) => name)).toEqual(['turn', 'light', 'turn']);
  const turn = JSON.parse(functions[0]?.arguments ?? '') as { side: string; steps: number };
  expect(['left', 'right']).toContain(turn.side);
  expect(Number.isInteger(turn.steps) && turn.steps >= 1).toBe(true);

  const one = await whole('tools-3', { tools: TOOLS, parallel_tool_calls: false });
  expect(one.choices[0]?.message.tool_calls).toHaveLength(1);
  const none = await whole('tools', { tools: TOOLS, tool_choice: 'none' });
  expect(none.choices[0]?.message.tool_calls).toBeUndefined();
  const after = await whole('tools', {
    tools: TOOLS,
    messages: [
      ...ASKED,
      { role: 'assistant', tool_calls: calls },
      { role: 'tool', tool_call_id: 'x', content: 'done' },
    ],
  });
  expect(after.choices[0]?.finish_reason).toBe('stop');
});

test('structured output satisfies the schema', async () => {
  const schema = {
    type: 'object',
    required: ['doors', 'next'],
    properties: {
      doors: { type: 'array', minItems: 2, items: { $ref: '#/$defs/door' } },
      next: { anyOf: [{ $ref: '#/$defs/door' }, { type: 'null' }] },
    },
    $defs: {
      door: {
        type: 'object',
        required: ['number'],
        properties: { number: { type: 'integer', minimum: 1, maximum: 9 } },
      },
    },
  };
  const answer = await whole('hello', {
    response_format: { type: 'json_schema', json_schema: { name: 'doors', schema } },
  });
  const value = JSON.parse(answer.choices[0]?.message.content ?? '') as { doors: { number: number }[] };
  expect(value.doors.length).toBeGreaterThanOrEqual(2);
  for (const { number } of value.doors) expect(number >= 1 && number <= 9).toBe(true);
});

test('reasoning comes before the answer and is counted', async () => {
  const answer = await whole('reason-5+words-10');
  expect(answer.choices[0]?.message).toHaveProperty('reasoning_content');
  expect(answer.usage?.completion_tokens).toBe(15);
  expect(answer.usage?.completion_tokens_details?.reasoning_tokens).toBe(5);
});

test('the same request and seed give the same answer, another seed another', async () => {
  const other = await startSimulator({ seed: 2 });
  const otherClient = new OpenAI({ baseURL: other.url, apiKey: 'x', maxRetries: 0 });
  const [first, again, different] = await Promise.all([
    whole('words-20'),
    whole('words-20'),
    otherClient.chat.completions.create({ model: 'words-20', messages: [...ASKED] }),
  ]);
  expect(again).toEqual(first);
  expect(different.choices[0]?.message.content).not.toBe(first.choices[0]?.message.content);
  await other.stop();
});

test('pauses are at least as long as asked for', async () => {
  await streamed('words-6+head-20+ttft-60+rate-100');
  const entry = simulator.entries().at(-1);
  expect((entry?.firstByteMs ?? 0) - (entry?.arrivedMs ?? 0)).toBeGreaterThan(19);
  expect((entry?.endedMs ?? 0) - (entry?.firstByteMs ?? 0)).toBeGreaterThan(100);
  await whole('words-6+ttft-60+rate-100');
  const unary = simulator.entries().at(-1);
  expect((unary?.firstByteMs ?? 0) - (unary?.arrivedMs ?? 0)).toBeGreaterThan(100);
});

test('models are listed', async () => {
  const names: string[] = [];
  for await (const model of client.models.list()) names.push(model.id);
  expect(names).toContain('hello');
  expect((await client.models.retrieve('words-9')).id).toBe('words-9');
});

test('what is wrong with a request is said', async () => {
  const problems = [
    [{ model: 'hello', messages: [] }, 400, 'messages'],
    [{ model: 'hello', messages: [...ASKED], n: 0 }, 400, 'n'],
    [{ messages: [...ASKED] }, 400, 'model'],
  ] as const;
  for (const [body, status, field] of problems) {
    const response = await fetch(`${simulator.url}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { param: field } });
  }
  const broken = await fetch(`${simulator.url}/chat/completions`, { method: 'POST', body: '{' });
  expect(broken.status).toBe(400);
  expect((await fetch(`${simulator.url}/nothing`)).status).toBe(404);
  expect((await fetch(`${simulator.url}/chat/completions`)).status).toBe(405);
});
