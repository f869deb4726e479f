// The official client's Responses, unmodified, over a real port: to a provider of the same language, with bytes passing
// through and the canonical way, and to one that speaks Chat Completions only.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import OpenAI from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';

import { startTestGateway, until, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

const KEYS = '[ { name: laptop, secret: env:K1 }, { name: other, secret: env:K2 } ]';
const ENV = { K1: 'key-of-the-laptop', K2: 'key-of-the-other' };
const PROVIDERS = `  res: { dialect: openai-responses, url: "$URL", auth: none }
  bare: { dialect: openai-responses, url: "$URL", auth: none, quirks: { state: none } }`;
const WEATHER = {
  type: 'function' as const,
  name: 'weather',
  description: 'The weather in a city.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  strict: false,
};

describe.each([
  ['res', true],
  ['res', false],
  ['sim', true],
] as const)('openai responses at %s, passthrough %p', (provider, passthrough) => {
  let gateway: TestGateway;
  let client: OpenAI;
  const model = (name: string): string => `${provider}/${name}`;

  beforeAll(async () => {
    gateway = await startTestGateway({ passthrough, keys: KEYS, env: ENV, providers: PROVIDERS });
    client = new OpenAI({ baseURL: gateway.url, apiKey: ENV.K1 });
  });
  afterAll(() => gateway.stop());

  test('an answer, its object and its record', async () => {
    const asked = {
      model: model('hello'),
      input: 'Say hello.',
      instructions: 'Be kind.',
      metadata: { a: 'b' },
    };
    const { data, response } = await client.responses.create(asked).withResponse();
    expect(data.output_text).toContain('Say hello.');
    expect(data).toMatchObject({ object: 'response', status: 'completed', error: null, store: true });
    expect(data.id).toStartWith('resp_');
    expect(data.usage?.total_tokens).toBeGreaterThan(5);
    if (provider === 'sim') expect(data).toMatchObject({ instructions: 'Be kind.', metadata: { a: 'b' } });
    const id = response.headers.get('x-clew-generation-id');
    const record = gateway.generations.find((generation) => generation.id === id);
    expect(record).toMatchObject({ dialect: 'openai-responses', finish: { reason: 'stop' } });
    expect(record?.passthrough).toBe(provider === 'res' && passthrough);
  });

  test.each([
    ['text', 'words-50', {}],
    ['a limit', 'words-50', { max_output_tokens: 17 }],
    ['reasoning', 'reason', { reasoning: { effort: 'low', summary: 'auto' } }],
    ['one call', 'tools-1', { tools: [WEATHER] }],
    ['parallel calls', 'tools-2', { tools: [WEATHER] }],
    ['a custom tool', 'tools-1', { tools: [{ type: 'custom', name: 'shell' }] }],
  ] as const)('%s: the stream helper makes the same answer of it', async (_, name, more) => {
    const asked = {
      model: model(name),
      input: 'Say hello.',
      ...more,
    } as OpenAI.Responses.ResponseCreateParamsNonStreaming;
    const whole = await client.responses.create(asked);
    const numbers: number[] = [];
    const stream = client.responses.stream({ ...asked, stream: true } as never);
    for await (const event of stream) numbers.push(event.sequence_number);
    const streamed = await stream.finalResponse();
    expect(numbers).toEqual(numbers.map((_number, at) => at));
    const seen = (response: typeof whole): unknown => ({
      status: response.status,
      incomplete: response.incomplete_details,
      text: response.output_text,
      usage: response.usage,
      items: response.output.map(({ type }) => type),
      calls: response.output.map((item) =>
        'name' in item ? [item.name, 'arguments' in item && item.arguments] : [],
      ),
    });
    expect(seen(streamed as never)).toEqual(seen(whole) as never);
    expect(whole.output.length).toBeGreaterThan(0);
    if (name === 'words-50') expect(whole.output_text.length).toBeGreaterThan(20);
  });

  test('structured output through the parse helper, images', async () => {
    const City = z.object({ city: z.string(), people: z.number() });
    const parsed = await client.responses.parse({
      model: model('hello'),
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'Which city?' },
            { type: 'input_image', image_url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'auto' },
          ],
        },
      ],
      text: { format: zodTextFormat(City, 'city') },
    });
    expect(typeof parsed.output_parsed?.city).toBe('string');
  });

  test('a tool conversation without state: what came back goes in again', async () => {
    const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'The weather?' }];
    const first = await client.responses.create({
      model: model('tools-2'),
      input,
      tools: [WEATHER],
      store: false,
    });
    input.push(...(first.output as OpenAI.Responses.ResponseInput));
    for (const item of first.output) {
      if (item.type === 'function_call')
        input.push({ type: 'function_call_output', call_id: item.call_id, output: 'Rain.' });
    }
    const second = await client.responses.create({
      model: model('tools-2'),
      input,
      tools: [WEATHER],
      store: false,
    });
    expect(second.output_text).toContain('The weather?');
  });

  test.each([
    ['no input', { input: 7 }, 400, OpenAI.BadRequestError],
    ['a limit of the rate', { model: 'hello+fault-status-429' }, 429, OpenAI.RateLimitError],
    ['a provider that fails', { model: 'hello+fault-status-500' }, 502, OpenAI.InternalServerError],
  ] as const)('%s is the usual class', async (_, more, status, kind) => {
    const body = { input: 'Say hello.', ...more, model: model('model' in more ? more.model : 'hello') };
    const error: unknown = await client.responses.create(body as never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ status });
  });

  test('an error in the stream, and a cut, raise', async () => {
    for (const fault of ['error-in-stream-40', 'stream-cut-40']) {
      const name = model(`words-200+rate-400+fault-${fault}`);
      const stream = client.responses.stream({ model: name, input: 'Say hello.' });
      expect(await stream.finalResponse().catch((thrown: unknown) => thrown)).toBeInstanceOf(OpenAI.APIError);
    }
  });

  test('an abort in mid-stream reaches the provider', async () => {
    const name = model('words-2000+rate-100');
    const stream = await client.responses.create({ model: name, input: 'Say hello.', stream: true });
    for await (const event of stream) if (event.type === 'response.output_text.delta') break;
    await until(
      () => gateway.simulator.entries().at(-1)?.ended === 'client-gone' && gateway.liveCount() === 0,
    );
  });

  test('an answer in the background goes to its own API or is refused', async () => {
    const asked = client.responses.create({ model: model('hello'), input: 'Say hello.', background: true });
    if (provider === 'res') expect((await asked).status).toBe('completed');
    else
      expect(await asked.catch((thrown: unknown) => thrown)).toMatchObject({
        status: 400,
        param: 'background',
      });
  });

  test('leaves nothing running', async () => {
    await untilIdle(gateway);
    expect(gateway.alarms).toEqual([]);
  });
});

describe.each(['sim', 'bare'])('kept answers, where %s keeps none', (provider) => {
  let gateway: TestGateway;
  let client: OpenAI;
  const model = `${provider}/echo`;

  beforeAll(async () => {
    gateway = await startTestGateway({ keys: KEYS, env: ENV, providers: PROVIDERS });
    client = new OpenAI({ baseURL: gateway.url, apiKey: ENV.K1 });
  });
  afterAll(() => gateway.stop());

  test('a conversation goes on by id, streamed or not, and costs what was said', async () => {
    const first = await client.responses.create({ model, input: 'One.', instructions: 'Only now.' });
    expect(first.id).toMatch(/^resp_\d{10}[0-9A-Za-z]{20}$/);
    const second = await client.responses
      .stream({ model, input: 'Two.', previous_response_id: first.id })
      .finalResponse();
    expect(second.previous_response_id).toBe(first.id);
    const third = await client.responses.create({ model, input: 'Three.', previous_response_id: second.id });
    const input = await client.responses.inputItems.list(third.id);
    const texts = input.data.map((item) =>
      'content' in item ? (item.content as { text: string }[])[0]?.text : '',
    );
    expect(texts).toEqual(['One.', 'One.', 'Two.', 'Two.', 'Three.']);
    expect(third.usage?.input_tokens).toBeGreaterThan(second.usage?.input_tokens as number);
  });

  test('an answer is shown again, also one that was streamed, and forgotten', async () => {
    const streamed = await client.responses.stream({ model, input: 'Again.' }).finalResponse();
    const shown = await client.responses.retrieve(streamed.id);
    expect([shown.id, shown.output_text, shown.usage]).toEqual([
      streamed.id,
      'Again.',
      streamed.usage,
    ] as never);
    expect(streamed.output).toMatchObject(shown.output);
    await client.responses.delete(streamed.id);
    const gone: unknown = await client.responses.retrieve(streamed.id).catch((thrown: unknown) => thrown);
    expect(gone).toBeInstanceOf(OpenAI.NotFoundError);
  });

  test('nobody else sees it, and what was not kept is not there', async () => {
    const other = new OpenAI({ baseURL: gateway.url, apiKey: ENV.K2 });
    const mine = await client.responses.create({ model, input: 'Mine.' });
    const unkept = await client.responses.create({ model, input: 'Unkept.', store: false });
    expect(await other.responses.retrieve(mine.id).catch((thrown: unknown) => thrown)).toBeInstanceOf(
      OpenAI.NotFoundError,
    );
    for (const [as, id] of [
      [other, mine.id],
      [client, unkept.id],
      [client, 'resp_unknown'],
    ] as const) {
      const asked = as.responses.create({ model, input: 'More.', previous_response_id: id });
      expect(await asked.catch((thrown: unknown) => thrown)).toMatchObject({
        status: 400,
        param: 'previous_response_id',
      });
    }
  });
});
