// OpenRouter's official client, unmodified, over a real port. It checks every answer against its schemas and refuses what is
// not in them, so that most of what is asserted here is that it does not throw.

import { createOpenRouter } from '@openrouter/ai-sdk-provider';
import { OpenRouter } from '@openrouter/sdk';
import type { ChatRequest } from '@openrouter/sdk/models';
import { BadRequestResponseError, NotFoundResponseError } from '@openrouter/sdk/models/errors';
import { APICallError, generateText, jsonSchema, streamText, tool } from 'ai';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import { startTestGateway } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

const MESSAGES = [{ role: 'user' as const, content: 'Say hello.' }];
const WEATHER = {
  type: 'function' as const,
  function: { name: 'weather', description: 'The weather in a city.', parameters: { type: 'object' } },
};
const MODELS = `  fast: { targets: [ sim/hello, sim/words-50 ] }
  deaf: { targets: [ deaf/hello ] }`;
const DEAF =
  '  deaf: { dialect: openai-chat, url: "$URL", auth: none, models: { hello: { traits: [ tools ] } } }';
/** The languages that the simulator speaks, and the provider under whose name it does so. */
const PROVIDERS = [
  ['openai-chat', 'sim'],
  ['openai-responses', 'sim-openai-responses'],
  ['anthropic-messages', 'sim-anthropic-messages'],
  ['gemini', 'sim-gemini'],
] as const;

let gateway: TestGateway;
let client: OpenRouter;

beforeAll(async () => {
  gateway = await startTestGateway({ models: MODELS, providers: DEAF });
  const serverURL = gateway.url.replace('/v1', '/api/v1');
  client = new OpenRouter({ apiKey: 'any', serverURL, retryConfig: { strategy: 'none' } });
});
afterAll(() => gateway.stop());

/** Whatever language the target is asked in. */
describe.each(PROVIDERS)('chat, a target that speaks %s', (_, provider) => {
  test('an answer, its cost and its record', async () => {
    const model = `${provider}/hello`;
    const result = await client.chat.send({ chatRequest: { model, messages: MESSAGES, stream: false } });
    expect(result).toMatchObject({
      object: 'chat.completion',
      model,
      choices: [{ index: 0, finishReason: 'stop', message: { role: 'assistant', refusal: null } }],
    });
    if (!('choices' in result)) throw new Error('not an answer');
    expect(JSON.stringify(result.choices[0]?.message.content)).toContain('Say hello.');
    const { usage } = result;
    // A dollar and two for a million tokens.
    const cost = ((usage?.promptTokens ?? 0) + 2 * (usage?.completionTokens ?? 0)) / 1e6;
    expect(usage?.cost).toBeCloseTo(cost, 12);
    expect(usage?.isByok).toBe(false);
    expect(usage?.costDetails?.upstreamInferenceCost).toBeNull();
    const { data } = await client.generations.getGeneration({ id: result.id });
    expect(data).toMatchObject({ id: result.id, totalCost: usage?.cost, isByok: false, streamed: false });
  });

  test('a stream ends with one report of usage', async () => {
    const model = `${provider}/words-50`;
    const stream = await client.chat.send({ chatRequest: { model, messages: MESSAGES, stream: true } });
    if ('choices' in stream) throw new Error('not a stream');
    let text = '';
    const finishes: unknown[] = [];
    const costs: unknown[] = [];
    for await (const chunk of stream) {
      expect(chunk.id.startsWith('gen-')).toBe(true);
      expect(chunk.model).toBe(model);
      text += chunk.choices[0]?.delta.content ?? '';
      if (chunk.choices[0]?.finishReason !== null) finishes.push(chunk.choices[0]?.finishReason);
      if (chunk.usage !== undefined) costs.push(chunk.usage.cost);
    }
    expect(text.trim().split(/\s+/)).toHaveLength(50);
    expect(finishes).toEqual(['stop']);
    expect(costs).toHaveLength(1);
    expect(costs[0]).toBeGreaterThan(0);
  });

  test.each([true, false])('calls of tools, streamed: %p', async (stream) => {
    const chatRequest = { model: `${provider}/tools-2`, messages: MESSAGES, tools: [WEATHER], stream };
    const result = await client.chat.send({ chatRequest });
    const calls: { id?: string | undefined; name?: string | undefined; arguments: string }[] = [];
    if ('choices' in result) {
      for (const call of result.choices[0]?.message.toolCalls ?? []) {
        calls.push({ id: call.id, name: call.function.name, arguments: call.function.arguments });
      }
      expect(result.choices[0]?.finishReason).toBe('tool_calls');
    } else {
      for await (const chunk of result) {
        for (const call of chunk.choices[0]?.delta.toolCalls ?? []) {
          const { name, arguments: piece = '' } = call.function ?? {};
          const known = calls[call.index];
          if (known === undefined) calls[call.index] = { id: call.id, name, arguments: piece };
          else known.arguments += piece;
        }
      }
    }
    expect(calls).toHaveLength(2);
    for (const call of calls) {
      expect(call.id).toBeTruthy();
      expect(call.name).toBe('weather');
      expect(JSON.parse(call.arguments)).toBeObject();
    }
  });
});

describe('chat', () => {
  test.each([true, false])('reasoning, as text and as details, streamed: %p', async (stream) => {
    const chatRequest = { model: 'sim/reason-5+words-5', messages: MESSAGES, stream };
    const result = await client.chat.send({ chatRequest });
    let reasoning = '';
    let details = '';
    if ('choices' in result) {
      const message = result.choices[0]?.message;
      reasoning = message?.reasoning ?? '';
      for (const detail of message?.reasoningDetails ?? [])
        if ('text' in detail) details += detail.text ?? '';
    } else {
      for await (const chunk of result) {
        reasoning += chunk.choices[0]?.delta.reasoning ?? '';
        for (const detail of chunk.choices[0]?.delta.reasoningDetails ?? [])
          if ('text' in detail) details += detail.text ?? '';
      }
    }
    expect(reasoning.trim().split(/\s+/)).toHaveLength(5);
    expect(details).toBe(reasoning);
  });

  test('what a router is told reaches the router and not the provider', async () => {
    const chatRequest = {
      models: ['nobody/nothing', 'fast:nitro'],
      model: 'fast',
      messages: MESSAGES,
      provider: { order: ['sim'], sort: 'price' as const, maxPrice: { prompt: '5' } },
      plugins: [{ id: 'moderation' as const }],
      sessionId: 's',
      user: 'u',
      stream: false as const,
    };
    const result = await client.chat.send({ chatRequest });
    expect('model' in result && result.model).toBe('sim/hello');
    const sent = JSON.stringify(gateway.simulator.entries().at(-1));
    for (const word of ['max_price', 'plugins', 'session_id', '"models"']) expect(sent).not.toContain(word);
  });
});

describe.each(PROVIDERS)('responses, a target that speaks %s', (_, provider) => {
  const tools = [{ type: 'function' as const, name: 'weather', parameters: { type: 'object' } }];

  test('an answer and its cost', async () => {
    const model = `${provider}/hello`;
    const result = await client.responses.send({
      responsesRequest: { model, input: 'Say hello.', stream: false },
    });
    if (!('output' in result)) throw new Error('not an answer');
    expect(JSON.stringify(result.output)).toContain('Say hello.');
    expect(result.usage?.cost).toBeGreaterThan(0);
    expect(result.usage?.isByok).toBe(false);
  });

  test.each(['words-50', 'tools-1'])(
    'a stream of %s has no event that the client does not know',
    async (name) => {
      const model = `${provider}/${name}`;
      const stream = await client.responses.send({
        responsesRequest: { model, input: 'Go.', tools: name === 'tools-1' ? tools : [], stream: true },
      });
      if ('output' in stream) throw new Error('not a stream');
      const types: string[] = [];
      let cost: number | null | undefined;
      for await (const event of stream) {
        types.push(event.type);
        if (event.type === 'response.completed') cost = event.response.usage?.cost;
      }
      expect(types).not.toContain('UNKNOWN');
      expect(types.at(-1)).toBe('response.completed');
      expect(cost).toBeGreaterThan(0);
    },
  );
});

describe('through the Vercel AI SDK', () => {
  const asked = (model: string) =>
    createOpenRouter({ apiKey: 'any', baseURL: gateway.url.replace('/v1', '/api/v1') })(model);
  const weather = tool({ inputSchema: jsonSchema({ type: 'object' }), execute: () => 'Sunny.' });

  test.each(PROVIDERS)('text and usage, a target that speaks %s', async (_, provider) => {
    const { text, usage, providerMetadata } = await generateText({
      model: asked(`${provider}/hello`),
      prompt: 'Say hello.',
    });
    expect(text).toContain('Say hello.');
    expect(usage.inputTokens).toBeGreaterThan(0);
    const own = providerMetadata?.['openrouter'] as { provider: string; usage: { cost: number } };
    expect(own.provider).not.toBe('');
    expect(own.usage.cost).toBeGreaterThan(0);
  });

  test.each(PROVIDERS)('a stream with a call of a tool, a target that speaks %s', async (_, provider) => {
    const { fullStream } = streamText({
      model: asked(`${provider}/tools-1`),
      prompt: 'Go.',
      tools: { weather },
    });
    const calls: string[] = [];
    let finish = '';
    for await (const part of fullStream) {
      if (part.type === 'error') throw part.error;
      if (part.type === 'tool-call') calls.push(part.toolName);
      if (part.type === 'finish') finish = part.finishReason;
    }
    expect([calls, finish]).toEqual([['weather'], 'tool-calls']);
  });

  test('an error before the stream, and one in it', async () => {
    const failing = generateText({ model: asked('nobody/nothing'), prompt: 'Go.', maxRetries: 0 });
    const raised: unknown = await failing.catch((error: unknown) => error);
    expect(APICallError.isInstance(raised) && raised.statusCode).toBe(400);
    const parts: string[] = [];
    const model = asked('sim/words-50+rate-500+fault-stream-cut-50');
    for await (const part of streamText({ model, prompt: 'Go.', onError: () => {} }).fullStream)
      if (parts.at(-1) !== part.type) parts.push(part.type);
    expect(parts).toContain('text-delta');
    expect(parts).toContain('error');
  });
});

describe('failures', () => {
  const send = async (asked: Partial<ChatRequest>): Promise<unknown> => {
    try {
      const chatRequest: ChatRequest = { messages: MESSAGES, ...asked };
      const result = await client.chat.send({ chatRequest });
      if (!('choices' in result)) {
        const chunks: unknown[] = [];
        for await (const chunk of result) chunks.push(chunk);
        return chunks;
      }
      return result;
    } catch (error) {
      return error;
    }
  };

  test('an unknown model', async () => {
    const error = await send({ model: 'nobody/nothing' });
    expect(error).toBeInstanceOf(BadRequestResponseError);
    expect(error).toMatchObject({ error: { code: 400 } });
    expect(String(error)).toContain('nobody/nothing is not a valid model ID');
  });

  test('what no target can do is refused before any call', async () => {
    const before = gateway.simulator.entries().length;
    const content = [{ type: 'input_audio' as const, inputAudio: { data: 'AAAA', format: 'wav' } }];
    const error = await send({ model: 'deaf', messages: [{ role: 'user', content }] });
    expect(error).toBeInstanceOf(NotFoundResponseError);
    expect(String(error)).toContain('deaf/hello takes no sound');
    expect(gateway.simulator.entries()).toHaveLength(before);
  });

  test('a parameter that the target’s language does not have, where the request insists', async () => {
    const before = gateway.simulator.entries().length;
    const asked = { model: 'sim-anthropic-messages/hello', seed: 5 };
    expect(await send(asked)).toHaveProperty('choices');
    const error = await send({ ...asked, provider: { requireParameters: true } });
    expect(error).toBeInstanceOf(NotFoundResponseError);
    expect(String(error)).toContain('cannot be told sampling.seed');
    expect(gateway.simulator.entries()).toHaveLength(before + 1);
  });

  test('one in mid-stream comes as a whole chunk', async () => {
    const chunks = (await send({ model: 'sim/words-50+rate-500+fault-stream-cut-50', stream: true })) as {
      choices: { finishReason: string | null; delta: { content?: string } }[];
      error?: { code: number; metadata?: { errorType?: string } };
    }[];
    if (!Array.isArray(chunks)) throw chunks;
    const last = chunks.at(-1);
    expect(chunks.length).toBeGreaterThan(2);
    expect(last?.error).toMatchObject({ code: 502, metadata: { errorType: 'provider_unavailable' } });
    expect(last?.choices[0]?.finishReason).toBe('error');
  });
});

describe('the catalogue', () => {
  test('models, their endpoints and providers', async () => {
    const pages = await client.models.list({});
    const rows: { id: string; pricing: { prompt: string } }[] = [];
    for await (const page of pages) rows.push(...page.result.data);
    expect(rows.map(({ id }) => id)).toContain('fast');
    const row = rows.find(({ id }) => id === 'sim/hello');
    expect(row).toMatchObject({ pricing: { prompt: '0.000001', completion: '0.000002' } });
    const { data } = await client.endpoints.list({ author: 'sim', slug: 'hello' });
    expect(data.endpoints).toMatchObject([{ providerName: expect.any(String), tag: 'sim' }]);
    const providers = await client.providers.list();
    expect(providers.data.map(({ slug }) => slug)).toContain('sim');
    expect((await client.models.get({ author: 'sim', slug: 'hello' })).data.id).toBe('sim/hello');
    expect((await client.models.count({})).data.count).toBe(rows.length);
  });

  test('pages', async () => {
    const pages = await client.models.list({ limit: 2 });
    const sizes: number[] = [];
    let total = 0;
    for await (const page of pages) {
      sizes.push(page.result.data.length);
      total = page.result.totalCount;
    }
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(total);
    expect(sizes[0]).toBe(2);
  });

  test('an unknown one', async () => {
    const asking = client.endpoints.list({ author: 'nobody', slug: 'nothing' });
    expect(await asking.catch((error: unknown) => error)).toBeInstanceOf(NotFoundResponseError);
  });
});
