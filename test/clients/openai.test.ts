// The official client, unmodified, over a real port: twice, with bytes passing through and the canonical way.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';

import { startTestGateway, until, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

const MESSAGES = [{ role: 'user', content: 'Say hello.' }] as const;
const WEATHER = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'The weather in a city.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
} as const;
const KEYS = '[ { name: laptop, secret: env:K1 }, { name: batch, secret: env:K2, models: [ sim/hello ] } ]';
const ENV = { K1: 'key-of-the-laptop', K2: 'key-of-the-batch' };

describe.each([true, false])('openai, passthrough %p', (passthrough) => {
  let gateway: TestGateway;
  let client: OpenAI;
  const as = (apiKey: string, more: object = {}): OpenAI =>
    new OpenAI({ baseURL: gateway.url, apiKey, ...more });

  beforeAll(async () => {
    gateway = await startTestGateway({ passthrough, keys: KEYS, env: ENV });
    client = as(ENV.K1);
  });
  afterAll(() => gateway.stop());

  test('a completion, its headers and its record', async () => {
    const { data, response } = await client.chat.completions
      .create({ model: 'sim/hello', messages: [...MESSAGES] })
      .withResponse();
    expect(data.choices[0]?.message.content).toContain('Say hello.');
    expect(data.choices[0]?.finish_reason).toBe('stop');
    expect(data.usage?.total_tokens).toBeGreaterThan(5);
    const id = response.headers.get('x-clew-generation-id') ?? '';
    expect(response.headers.get('x-clew-target')).toBe('sim/hello');
    expect(response.headers.get('x-clew-attempts')).toBe('1');
    const record = gateway.generations.find((generation) => generation.id === id);
    expect(record).toMatchObject({ key: 'laptop', passthrough, finish: { reason: 'stop' } });
    expect(record?.cost).toBe(gateway.simulator.entries().at(-1)?.bill as never);
    const seen = (key: string): Promise<Response> =>
      fetch(`${gateway.url.replace('/v1', '/api/v1')}/generation?id=${id}`, {
        headers: { 'x-api-key': key },
      });
    const shown = await seen(ENV.K1);
    expect(Object.keys(((await shown.json()) as { data: object }).data).length).toBeGreaterThanOrEqual(42);
    expect((await seen(ENV.K2)).status).toBe(404);
  });

  test.each([true, false])('a stream, usage asked for: %p', async (include_usage) => {
    const stream = await client.chat.completions.create({
      model: 'sim/words-50',
      messages: [...MESSAGES],
      stream: true,
      ...(include_usage ? { stream_options: { include_usage } } : {}),
    });
    let text = '';
    let reports = 0;
    let finish: string | null = null;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      finish = chunk.choices[0]?.finish_reason ?? finish;
      if (chunk.usage !== undefined && chunk.usage !== null) reports += 1;
    }
    expect([text.trim().split(/\s+/).length > 20, finish, reports]).toEqual([
      true,
      'stop',
      include_usage ? 1 : 0,
    ]);
    expect(gateway.generations.at(-1)).toMatchObject({
      stream: true,
      cost: gateway.simulator.entries().at(-1)?.bill,
    });
  });

  test.each([false, true])('tools, streamed: %p', async (streamed) => {
    const asked = { model: 'sim/tools-2', messages: [...MESSAGES], tools: [WEATHER] };
    const message = streamed
      ? await client.chat.completions.stream(asked).finalMessage()
      : (await client.chat.completions.create(asked)).choices[0]?.message;
    const calls = (message?.tool_calls ?? []).map((call) =>
      call.type === 'function' ? call.function : undefined,
    );
    expect(calls.map((call) => call?.name)).toEqual(['weather', 'weather']);
    for (const call of calls) expect(JSON.parse(call?.arguments ?? '')).toHaveProperty('city');
  });

  test('structured output through the parse helper', async () => {
    const City = z.object({ city: z.string(), people: z.number() });
    const completion = await client.chat.completions.parse({
      model: 'sim/hello',
      messages: [...MESSAGES],
      response_format: zodResponseFormat(City, 'city'),
    });
    expect(typeof completion.choices[0]?.message.parsed?.city).toBe('string');
  });

  test('images, several answers', async () => {
    const url = 'data:image/png;base64,iVBORw0KGgo=';
    const completion = await client.chat.completions.create({
      model: 'sim/hello',
      n: 2,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'image_url', image_url: { url } },
          ],
        },
      ],
    });
    expect(completion.choices.map(({ index }) => index)).toEqual([0, 1]);
  });

  test('the list of models', async () => {
    const ids: string[] = [];
    for await (const model of client.models.list()) ids.push(model.id);
    expect(ids).toContain('sim/hello');
  });

  test('an abort in mid-stream reaches the provider', async () => {
    const stream = await client.chat.completions.create({
      model: 'sim/words-2000+rate-100',
      messages: [...MESSAGES],
      stream: true,
    });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    await until(
      () => gateway.simulator.entries().at(-1)?.ended === 'client-gone' && gateway.liveCount() === 0,
    );
    expect(gateway.generations.at(-1)?.failure?.code).toBe('client_gone');
  });

  test('an answer that breaks off raises, and is asked for once', async () => {
    gateway.simulator.clear();
    const stream = await client.chat.completions.create({
      model: 'sim/words-200+rate-400+fault-stream-cut-40',
      messages: [...MESSAGES],
      stream: true,
    });
    const read = async (): Promise<void> => {
      for await (const _ of stream);
    };
    expect(await read().catch((thrown: unknown) => thrown)).toBeInstanceOf(OpenAI.APIError);
    expect(gateway.simulator.entries()).toHaveLength(1);
  });

  test.each([
    ['an unknown model', { model: 'sim2/hello' }, 404, OpenAI.NotFoundError],
    ['a bad message', { messages: [{ role: 'user', content: 7 }] }, 400, OpenAI.BadRequestError],
    ['a limit of the rate', { model: 'sim/hello+fault-status-429' }, 429, OpenAI.RateLimitError],
    [
      'a provider that refuses our key',
      { model: 'sim/hello+fault-status-401' },
      502,
      OpenAI.InternalServerError,
    ],
    ['a provider that fails', { model: 'sim/hello+fault-status-500' }, 502, OpenAI.InternalServerError],
  ] as const)('%s is the usual class', async (_, more, status, kind) => {
    const before = gateway.generations.length;
    const asked = client.chat.completions.create({
      model: 'sim/hello',
      messages: [...MESSAGES],
      ...more,
    } as never);
    const error: unknown = await asked.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ status });
    // Clew is the only retrier: the client was told not to ask again.
    expect(gateway.generations.length - before).toBeLessThanOrEqual(1);
  });

  test('no key, a wrong key, and a key that may not', async () => {
    const asked = (key: string, model: string): Promise<unknown> =>
      as(key)
        .chat.completions.create({ model, messages: [...MESSAGES] })
        .catch((thrown: unknown) => thrown);
    expect(await asked('wrong', 'sim/hello')).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(await asked(ENV.K2, 'sim/words-50')).toBeInstanceOf(OpenAI.PermissionDeniedError);
    expect(await asked(ENV.K2, 'sim/hello')).toMatchObject({ object: 'chat.completion' });
  });

  test('leaves nothing running', async () => {
    await untilIdle(gateway);
    expect(gateway.alarms).toEqual([]);
  });
});
