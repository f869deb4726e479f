// The official client, unmodified, over a real port: to a provider of its own language with bytes passing through and the
// canonical way, and to one of another language.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import Anthropic from '@anthropic-ai/sdk';

import { startTestGateway, until, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

const ASKED = {
  max_tokens: 4_000,
  messages: [{ role: 'user' as const, content: 'Say hello.' }],
} satisfies Partial<Anthropic.MessageCreateParams>;
const WEATHER: Anthropic.Tool = {
  name: 'weather',
  description: 'The weather in a city.',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

describe.each([
  ['sim-anthropic-messages', true],
  ['sim-anthropic-messages', false],
  ['sim', true],
] as const)('the official client to %s, passthrough %p', (provider, passthrough) => {
  let gateway: TestGateway;
  let client: Anthropic;
  const asked = (model: string, more: object = {}) =>
    ({ ...ASKED, model: `${provider}/${model}`, ...more }) as Anthropic.MessageCreateParamsNonStreaming;

  beforeAll(async () => {
    gateway = await startTestGateway({ passthrough });
    client = new Anthropic({ baseURL: gateway.url.replace(/\/v1$/, ''), apiKey: 'any' });
  });
  afterAll(() => gateway.stop());

  test('a message and its record', async () => {
    const message = await client.messages.create(asked('hello'));
    expect(message).toMatchObject({ type: 'message', role: 'assistant', stop_reason: 'end_turn' });
    const [block] = message.content;
    expect(block?.type === 'text' && block.text).toContain('Say hello.');
    expect(message.usage.input_tokens).toBeGreaterThan(0);
    expect(message.usage.output_tokens).toBeGreaterThan(0);
    const record = gateway.generations.at(-1);
    expect(record?.cost).toBe(gateway.simulator.entries().at(-1)?.bill as never);
    expect(record?.passthrough).toBe(passthrough && provider !== 'sim');
  });

  test('a stream through the helper', async () => {
    const stream = client.messages.stream(asked('words-50'));
    let text = '';
    stream.on('text', (piece) => (text += piece));
    const message = await stream.finalMessage();
    expect(message.stop_reason).toBe('end_turn');
    expect(message.content).toEqual([expect.objectContaining({ type: 'text', text })]);
    expect(text.split(/\s+/).length).toBeGreaterThan(20);
    expect(message.usage.output_tokens).toBeGreaterThan(20);
    expect(message.usage.input_tokens).toBeGreaterThan(0);
  });

  test.each([false, true])('parallel tools and their results, streamed: %p', async (streamed) => {
    const first = asked('tools-2', { tools: [WEATHER] });
    const message = streamed
      ? await client.messages.stream(first).finalMessage()
      : await client.messages.create(first);
    expect(message.stop_reason).toBe('tool_use');
    const calls = message.content.filter((block) => block.type === 'tool_use');
    expect(calls.map(({ name }) => name)).toEqual(['weather', 'weather']);
    for (const { input } of calls) expect(input).toHaveProperty('city');
    const results = calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: 'warm' }));
    const answer = await client.messages.create(
      asked('tools-2', {
        tools: [WEATHER],
        messages: [
          ...ASKED.messages,
          { role: 'assistant', content: message.content },
          { role: 'user', content: results },
        ],
      }),
    );
    expect(answer.stop_reason).toBe('end_turn');
  });

  test('a picture, a system prompt with a mark, a schema', async () => {
    const source = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' };
    const content = [
      { type: 'image', source },
      { type: 'text', text: 'What is it?' },
    ];
    const schema = {
      type: 'object',
      properties: { n: { type: 'integer' } },
      required: ['n'],
      additionalProperties: false,
    };
    const message = await client.messages.create(
      asked('hello', {
        system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
        messages: [{ role: 'user', content }],
        output_config: { format: { type: 'json_schema', schema } },
      }),
    );
    const [block] = message.content;
    expect(JSON.parse(block?.type === 'text' ? block.text : '')).toHaveProperty('n');
  });

  test('the list of models', async () => {
    const ids: string[] = [];
    for await (const model of client.models.list()) ids.push(model.id);
    expect(ids).toContain(`${provider}/hello`);
    expect((await client.models.retrieve(`${provider}/hello`)).type).toBe('model');
  });

  test('an abort in mid-stream reaches the provider', async () => {
    const stream = client.messages.stream(asked('words-2000+rate-100'));
    for await (const event of stream) if (event.type === 'content_block_delta') break;
    stream.abort();
    await until(
      () => gateway.simulator.entries().at(-1)?.ended === 'client-gone' && gateway.liveCount() === 0,
    );
    expect(gateway.generations.at(-1)?.failure?.code).toBe('client_gone');
  });

  test('an answer that breaks off raises, and is asked for once', async () => {
    gateway.simulator.clear();
    const stream = client.messages.stream(asked('words-200+rate-400+fault-stream-cut-40'));
    const thrown: unknown = await stream.finalMessage().catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(Anthropic.APIError);
    expect(gateway.simulator.entries()).toHaveLength(1);
  });

  test.each([
    ['hello+fault-status-429', {}, 429, Anthropic.RateLimitError],
    ['hello+fault-status-401', {}, 502, Anthropic.InternalServerError],
    ['hello+fault-status-500', {}, 502, Anthropic.InternalServerError],
    ['hello', { messages: [{ role: 'user', content: 7 }] }, 400, Anthropic.BadRequestError],
    ['nothing-of-this-name/x', { model: 'unknown' }, 404, Anthropic.NotFoundError],
  ] as const)('%s is the usual class', async (model, more, status, kind) => {
    const before = gateway.generations.length;
    const error: unknown = await client.messages
      .create(asked(model, more))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ status, error: { type: 'error', error: { message: expect.any(String) } } });
    expect(gateway.generations.length - before).toBeLessThanOrEqual(1);
  });

  test('leaves nothing running', async () => {
    await untilIdle(gateway);
    expect(gateway.alarms).toEqual([]);
  });
});
