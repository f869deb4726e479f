// What the official client sends reaches the provider as it was meant, and what the provider says reaches the client: tools,
// pictures, schemas, whole conversations, with bytes passing through and the canonical way.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';

import { asObject } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import { startTestGateway, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

type Asked = OpenAI.ChatCompletionCreateParamsNonStreaming;

const tool = (name: string): OpenAI.ChatCompletionTool => ({
  type: 'function',
  function: {
    name,
    description: `Asks for the ${name}.`,
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    strict: true,
  },
});
const TOOLS = [tool('weather'), tool('time'), tool('news')];
const USER = { role: 'user', content: 'Say hello.' } as const;
const City = z.object({ city: z.string(), people: z.number() });
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';

const call = (id: string, name: string): OpenAI.ChatCompletionMessageToolCall => ({
  id,
  type: 'function',
  function: { name, arguments: '{"city": "Knossos"}' },
});

/** Requests as people write them, each with something that a gateway could lose. */
const REQUESTS: Readonly<Record<string, Omit<Asked, 'model'>>> = {
  'pictures by address and in place': {
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is the difference?' },
          { type: 'image_url', image_url: { url: 'https://pictures.example/door.png', detail: 'low' } },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } },
        ],
      },
    ],
  },
  'a file and a recording': {
    messages: [
      {
        role: 'user',
        content: [
          { type: 'file', file: { filename: 'map.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } },
          { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
        ],
      },
    ],
  },
  'tools, one of them forced, not in parallel': {
    messages: [USER],
    tools: TOOLS,
    tool_choice: { type: 'function', function: { name: 'time' } },
    parallel_tool_calls: false,
  },
  'a conversation with calls and their results': {
    messages: [
      { role: 'developer', content: 'Be brief.' },
      USER,
      { role: 'assistant', content: null, tool_calls: [call('call_1', 'weather'), call('call_2', 'time')] },
      { role: 'tool', tool_call_id: 'call_1', content: 'Sun.' },
      { role: 'tool', tool_call_id: 'call_2', content: [{ type: 'text', text: 'Noon.' }] },
      { role: 'assistant', content: 'Sun at noon.' },
      { role: 'user', name: 'theseus', content: 'Und abends? 🌒' },
    ],
    tools: TOOLS,
    parallel_tool_calls: true,
  },
  'a schema': { messages: [USER], response_format: zodResponseFormat(City, 'city') },
  'any JSON': { messages: [USER], response_format: { type: 'json_object' } },
  'every dial': {
    messages: [USER],
    max_completion_tokens: 77,
    temperature: 0,
    top_p: 0.1,
    n: 2,
    stop: ['END', '\n\n'],
    seed: 7,
    presence_penalty: -0.5,
    frequency_penalty: 0.25,
    logit_bias: { '50256': -100 },
    logprobs: true,
    top_logprobs: 3,
    reasoning_effort: 'low',
    verbosity: 'low',
    user: 'ariadne',
    metadata: { tier: 'batch' },
    store: false,
    service_tier: 'flex',
    prediction: { type: 'content', content: 'Hello.' },
  },
};

const ANSWER = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_760_000_000,
  model: 'minotaur-1',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: null, refusal: 'I would rather not.' },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 },
};

describe.each([true, false])('requests of openai, passthrough %p', (passthrough) => {
  let gateway: TestGateway;
  let client: OpenAI;
  /** What the provider was sent last. */
  let sent: JsonObject | undefined;
  const upstream = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      sent = asObject((await request.json()) as JsonObject);
      return Response.json(ANSWER);
    },
  });

  beforeAll(async () => {
    gateway = await startTestGateway({
      passthrough,
      providers: `  maze: { dialect: openai-chat, url: "http://127.0.0.1:${upstream.port}/v1", auth: none }`,
    });
    client = new OpenAI({ baseURL: gateway.url, apiKey: 'none' });
  });
  afterAll(async () => {
    await gateway.stop();
    await upstream.stop(true);
  });

  test.each(Object.entries(REQUESTS))('%s', async (_, request) => {
    const { data, response } = await client.chat.completions
      .create({ ...request, model: 'maze/minotaur' })
      .withResponse();
    // Through JSON, as it goes over the wire: what is undefined is absent there.
    const meant = JSON.parse(JSON.stringify({ ...request, model: 'minotaur' })) as JsonObject;
    expect(sent).toEqual(meant);
    expect(data).toMatchObject(ANSWER);
    expect(response.headers.get('x-clew-losses')).toBeNull();
    expect(gateway.generations.at(-1)?.passthrough).toBe(passthrough);
  });

  test('a refusal is one', async () => {
    const { choices } = await client.chat.completions.create({ model: 'maze/minotaur', messages: [USER] });
    expect(choices[0]?.message).toMatchObject({ content: null, refusal: 'I would rather not.' });
  });

  test('calls of three tools at once, whole and streamed, are the same calls', async () => {
    const asked = { model: 'sim/tools-3', messages: [USER], tools: TOOLS, parallel_tool_calls: true };
    const whole = (await client.chat.completions.create(asked)).choices[0];
    const stream = client.chat.completions.stream({ ...asked, stream_options: { include_usage: true } });
    const done: string[] = [];
    stream.on('tool_calls.function.arguments.done', ({ name, index }) => done.push(`${index} ${name}`));
    const final = await stream.finalChatCompletion();
    const streamed = final.choices[0];
    const functions = (choice: typeof whole): unknown =>
      choice?.message.tool_calls?.map((one) => (one.type === 'function' ? one.function : one));
    expect(done).toEqual(['0 weather', '1 time', '2 news']);
    expect(functions(streamed)).toMatchObject(functions(whole) as object);
    expect([whole?.finish_reason, streamed?.finish_reason]).toEqual(['tool_calls', 'tool_calls']);
    const ids = streamed?.message.tool_calls?.map(({ id }) => id) ?? [];
    expect([ids.length, new Set(ids).size, ids.includes('')]).toEqual([3, 3, false]);
    expect(final.usage?.total_tokens).toBeGreaterThan(0);
  });

  test('a schema is kept in a stream too', async () => {
    const stream = client.chat.completions.stream({
      model: 'sim/hello',
      messages: [USER],
      response_format: zodResponseFormat(City, 'city'),
    });
    const { choices } = await stream.finalChatCompletion();
    expect(City.parse(choices[0]?.message.parsed)).toEqual(choices[0]?.message.parsed as never);
  });

  test('leaves nothing running', async () => {
    await untilIdle(gateway);
    expect(gateway.alarms).toEqual([]);
  });
});
