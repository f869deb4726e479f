// The official client of Gemini, unmodified, over a real port: in front of a provider of its own language (bytes passing
// through, and the canonical way) and of another.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import { ApiError, FunctionCallingConfigMode, GoogleGenAI, Type } from '@google/genai';
import type { GenerateContentResponse } from '@google/genai';

import { startTestGateway, until, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

const KEYS = '[ { name: laptop, secret: env:K1 }, { name: batch, secret: env:K2, models: [ sim/hello ] } ]';
const ENV = { K1: 'key-of-the-laptop', K2: 'key-of-the-batch' };
const WEATHER = {
  functionDeclarations: [
    {
      name: 'weather',
      description: 'The weather in a city.',
      parameters: {
        type: Type.OBJECT,
        properties: { city: { type: Type.STRING } },
        required: ['city'],
      },
    },
  ],
};
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe.each([
  ['sim-gemini', true],
  ['sim-gemini', false],
  ['sim', true],
] as const)('@google/genai in front of %s, passthrough %p', (provider, passthrough) => {
  let gateway: TestGateway;
  let client: GoogleGenAI;
  const as = (apiKey: string): GoogleGenAI =>
    new GoogleGenAI({ apiKey, httpOptions: { baseUrl: gateway.url.replace(/\/v1$/, '') } });
  const model = (name: string): string => `${provider}/${name}`;

  beforeAll(async () => {
    gateway = await startTestGateway({ passthrough, keys: KEYS, env: ENV });
    client = as(ENV.K1);
  });
  afterAll(() => gateway.stop());

  async function read(stream: AsyncGenerator<GenerateContentResponse>): Promise<{
    text: string;
    chunks: GenerateContentResponse[];
  }> {
    const chunks: GenerateContentResponse[] = [];
    let text = '';
    for await (const chunk of stream) {
      chunks.push(chunk);
      text += chunk.text ?? '';
    }
    return { text, chunks };
  }

  test('an answer, its counts and its record', async () => {
    const answer = await client.models.generateContent({ model: model('hello'), contents: 'Say hello.' });
    expect(answer.text).toContain('Say hello.');
    expect(answer.candidates?.[0]?.finishReason).toBe('STOP' as never);
    expect(answer.usageMetadata?.totalTokenCount).toBe(
      (answer.usageMetadata?.promptTokenCount ?? 0) + (answer.usageMetadata?.candidatesTokenCount ?? 0),
    );
    const record = gateway.generations.at(-1);
    const relayed = passthrough && provider === 'sim-gemini';
    expect(record).toMatchObject({ key: 'laptop', passthrough: relayed, finish: { reason: 'stop' } });
    expect(record?.cost).toBe(gateway.simulator.entries().at(-1)?.bill as never);
  });

  test('a stream', async () => {
    const stream = await client.models.generateContentStream({
      model: model('words-50'),
      contents: [{ role: 'user', parts: [{ text: 'Go on.' }] }],
    });
    const { text, chunks } = await read(stream);
    expect(text.trim().split(/\s+/).length).toBeGreaterThan(20);
    expect(chunks.length).toBeGreaterThan(20);
    const reasons = chunks.flatMap((chunk) => chunk.candidates?.[0]?.finishReason ?? []);
    expect(reasons).toEqual(['STOP' as never]);
    const usage = chunks.findLast((chunk) => chunk.usageMetadata !== undefined)?.usageMetadata;
    expect(usage?.candidatesTokenCount).toBeGreaterThan(20);
    expect(gateway.generations.at(-1)).toMatchObject({
      stream: true,
      cost: gateway.simulator.entries().at(-1)?.bill,
    });
  });

  test.each([false, true])('tools, several at once, streamed: %p', async (streamed) => {
    const asked = { model: model('tools-2'), contents: 'Weather?', config: { tools: [WEATHER] } };
    const calls = streamed
      ? (await read(await client.models.generateContentStream(asked))).chunks.flatMap(
          (chunk) => chunk.functionCalls ?? [],
        )
      : ((await client.models.generateContent(asked)).functionCalls ?? []);
    expect(calls.map((call) => call.name)).toEqual(['weather', 'weather']);
    for (const call of calls) expect(typeof call.args?.['city']).toBe('string');
    if (provider === 'sim') expect(new Set(calls.map((call) => call.id)).size).toBe(2);
  });

  test('a conversation goes on after its calls', async () => {
    const chat = client.chats.create({ model: model('tools-2'), config: { tools: [WEATHER] } });
    const first = await chat.sendMessage({ message: 'Weather?' });
    const calls = first.functionCalls ?? [];
    const results = calls.map(({ id, name }) => ({
      functionResponse: {
        ...(id === undefined ? {} : { id }),
        name: name ?? '',
        response: { output: 'Rain.' },
      },
    }));
    const second = await chat.sendMessage({ message: results });
    expect(second.text).not.toBe('');
    expect(second.functionCalls).toBeUndefined();
    expect(chat.getHistory()).toHaveLength(4);
  });

  test('a choice among tools', async () => {
    const answer = await client.models.generateContent({
      model: model('hello'),
      contents: 'Weather?',
      config: {
        tools: [WEATHER],
        toolConfig: {
          functionCallingConfig: { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: ['weather'] },
        },
      },
    });
    expect(answer.functionCalls?.[0]?.name).toBe('weather');
  });

  test('structured output, by the old schema and the new', async () => {
    const properties = { city: { type: Type.STRING }, people: { type: Type.NUMBER } };
    const config = { responseMimeType: 'application/json' };
    const older = {
      ...config,
      responseSchema: { type: Type.OBJECT, properties, required: ['city', 'people'] },
    };
    const newer = {
      ...config,
      responseJsonSchema: {
        type: 'object',
        properties: { city: { type: 'string' }, people: { type: 'number' } },
        required: ['city', 'people'],
      },
    };
    for (const wanted of [older, newer]) {
      const answer = await client.models.generateContent({
        model: model('hello'),
        contents: 'A city.',
        config: wanted,
      });
      const value = JSON.parse(answer.text ?? '') as { city: unknown; people: unknown };
      expect([typeof value.city, typeof value.people]).toEqual(['string', 'number']);
    }
  });

  test('thoughts, and their tokens beside the answer’s', async () => {
    const answer = await client.models.generateContent({
      model: model('hello+reason-12'),
      contents: 'Think.',
      config: { thinkingConfig: { includeThoughts: true, thinkingBudget: 100 } },
    });
    const parts = answer.candidates?.[0]?.content?.parts ?? [];
    expect(parts.filter((part) => part.thought === true).length).toBe(1);
    expect(answer.text).toContain('Think.');
    const usage = answer.usageMetadata;
    expect(usage?.thoughtsTokenCount).toBe(12);
    expect(usage?.totalTokenCount).toBe(
      (usage?.promptTokenCount ?? 0) + (usage?.candidatesTokenCount ?? 0) + 12,
    );
  });

  test('cached tokens can be seen', async () => {
    const answer = await client.models.generateContent({
      model: model('hello+cached-5'),
      contents: 'A prompt of more than five tokens, surely.',
    });
    expect(answer.usageMetadata?.cachedContentTokenCount).toBe(5);
  });

  test('images, several answers', async () => {
    const answer = await client.models.generateContent({
      model: model('hello'),
      contents: [{ text: 'What is it?' }, { inlineData: { mimeType: 'image/png', data: PIXEL } }],
      config: { candidateCount: 2, systemInstruction: 'Be short.' },
    });
    expect(answer.candidates?.map(({ index }) => index)).toEqual([0, 1]);
    expect(answer.candidates?.[1]?.content?.parts?.[0]?.text).toContain('What is it?');
  });

  test('a limit, and stop sequences', async () => {
    const answer = await client.models.generateContent({
      model: model('words-50'),
      contents: 'Go on.',
      config: { maxOutputTokens: 5, stopSequences: ['never-said'], temperature: 0.5, topP: 0.9 },
    });
    expect(answer.candidates?.[0]?.finishReason).toBe('MAX_TOKENS' as never);
  });

  test('the models, and one of them', async () => {
    const ids: string[] = [];
    for await (const listed of await client.models.list()) ids.push(listed.name ?? '');
    expect(ids).toContain(`models/${model('hello')}`);
    expect(await client.models.get({ model: model('hello') })).toMatchObject({
      name: `models/${model('hello')}`,
    });
  });

  test('an abort in mid-stream reaches the provider', async () => {
    const abort = new AbortController();
    const stream = await client.models.generateContentStream({
      model: model('words-2000+rate-100'),
      contents: 'Go on.',
      config: { abortSignal: abort.signal },
    });
    const reading = async (): Promise<void> => {
      for await (const chunk of stream) if ((chunk.text ?? '') !== '') abort.abort();
    };
    await reading().catch(() => {});
    await until(
      () => gateway.simulator.entries().at(-1)?.ended === 'client-gone' && gateway.liveCount() === 0,
    );
    expect(gateway.generations.at(-1)?.failure?.code).toBe('client_gone');
  });

  test.each(['stream-cut-40', 'stream-cut-clean-40', 'error-in-stream-40'])('%s raises', async (fault) => {
    gateway.simulator.clear();
    const stream = await client.models.generateContentStream({
      model: model(`words-200+rate-800+fault-${fault}`),
      contents: 'Go on.',
    });
    expect(await read(stream).catch((thrown: unknown) => thrown)).toBeInstanceOf(Error);
    expect(gateway.simulator.entries()).toHaveLength(1);
  });

  test.each([
    ['an unknown model', 'sim2/hello', 404],
    ['a limit of the rate', 'hello+fault-status-429', 429],
    ['a provider that refuses our key', 'hello+fault-status-401', 502],
    ['a provider that fails', 'hello+fault-status-500', 502],
  ] as const)('%s is an ApiError, streamed or not', async (_, name, status) => {
    const asked = { model: name.includes('/') ? name : model(name), contents: 'Hello.' };
    const errors = [
      await client.models.generateContent(asked).catch((thrown: unknown) => thrown),
      await client.models.generateContentStream(asked).catch((thrown: unknown) => thrown),
    ];
    for (const error of errors) {
      expect(error).toBeInstanceOf(ApiError);
      expect(error).toMatchObject({ status });
      expect(JSON.parse((error as ApiError).message)).toMatchObject({ error: { code: status } });
    }
  });

  test('no key, a wrong key, and a key that may not', async () => {
    const asked = (key: string, name: string): Promise<unknown> =>
      as(key)
        .models.generateContent({ model: name, contents: 'Hello.' })
        .catch((thrown: unknown) => thrown);
    expect(await asked('wrong', model('hello'))).toMatchObject({ status: 401 });
    expect(await asked(ENV.K2, model('words-50'))).toMatchObject({ status: 403 });
    expect(await asked(ENV.K2, 'sim/hello')).toHaveProperty('candidates');
  });

  test('a key in the address, as plain requests have it', async () => {
    const base = gateway.url.replace(/\/v1$/, '');
    const ask = (query: string): Promise<Response> =>
      fetch(`${base}/v1beta/models/${encodeURIComponent(model('hello'))}:generateContent${query}`, {
        method: 'POST',
        body: JSON.stringify({ contents: [{ parts: [{ text: 'Hi.' }] }] }),
      });
    expect((await ask(`?key=${ENV.K1}`)).status).toBe(200);
    expect((await ask('?key=wrong')).status).toBe(401);
    expect((await ask('')).status).toBe(401);
    expect((await fetch(`${base}/v1beta/models?key=${ENV.K1}`)).status).toBe(200);
  });

  test('a stream without alt=sse is one array', async () => {
    const base = gateway.url.replace(/\/v1$/, '');
    const ask = (name: string): Promise<Response> =>
      fetch(`${base}/v1beta/models/${encodeURIComponent(model(name))}:streamGenerateContent`, {
        method: 'POST',
        headers: { 'x-goog-api-key': ENV.K1, 'content-type': 'application/json' },
        body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'Hi.' }] }] }),
      });
    const whole = await ask('words-50');
    expect(whole.headers.get('content-type')).toContain('application/json');
    const list = (await whole.json()) as { candidates?: { finishReason?: string }[] }[];
    expect(list.length).toBeGreaterThan(20);
    expect(list.some((chunk) => chunk.candidates?.[0]?.finishReason === 'STOP')).toBe(true);
    const broken = (await (await ask('words-200+rate-800+fault-stream-cut-40')).json()) as {
      error?: { code: number };
    }[];
    expect(broken.at(-1)?.error?.code).toBe(502);
  });

  test('leaves nothing running', async () => {
    await untilIdle(gateway);
    expect(gateway.alarms).toEqual([]);
  });
});
