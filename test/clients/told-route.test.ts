// How an answer came about, in the answer itself, for clients that ask for it by a header: official clients of every language
// read on as they do without it, and those who know the member find it.

import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { OpenRouter } from '@openrouter/sdk';
import { NotFoundResponseError, ServiceUnavailableResponseError } from '@openrouter/sdk/models/errors';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import OpenAI from 'openai';

import { startTestGateway, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

const MODELS = `
  fast: { targets: [ sim/fault-503, sim/hello, { target: sim/words-50, traits: [ tools ] } ], attempts: 2 }
  down: { targets: [ sim/fault-503 ], attempts: 1 }
  away: { targets: [ sim/fault-503 ], fallback: [ spare ] }
  spare: { targets: [ sim/hello ] }`;
const ON = { 'X-OpenRouter-Metadata': 'Enabled' };
const MESSAGES = [{ role: 'user' as const, content: 'Go.' }];

let gateway: TestGateway;
let base = '';
beforeAll(async () => {
  // Each exchange meets the failing target anew.
  gateway = await startTestGateway({ models: MODELS, forgetful: true });
  base = gateway.url.slice(0, -'/v1'.length);
});
afterAll(() => gateway.stop());

interface Told {
  readonly requested: string;
  readonly strategy: string;
  readonly attempt: number;
  readonly endpoints: { total: number; available: { model: string; provider: string; selected: boolean }[] };
  readonly attempts?: readonly { model: string; status: number }[];
  readonly clew?: { readonly plan: readonly string[] };
}

interface Seen {
  readonly text: string;
  readonly told: unknown;
}

type Headers = Readonly<Record<string, string>>;

const member = (value: object): unknown => (value as { openrouter_metadata?: unknown }).openrouter_metadata;

const openai = (headers: Headers) =>
  new OpenAI({ baseURL: gateway.url, apiKey: 'any', maxRetries: 0, defaultHeaders: headers });
const anthropic = (headers: Headers) =>
  new Anthropic({ baseURL: base, apiKey: 'any', maxRetries: 0, defaultHeaders: headers });
const google = (headers: Headers) =>
  new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: base, headers: { ...headers } } });

const CLIENTS: Readonly<Record<string, (headers: Headers) => Promise<Seen>>> = {
  'openai, chat': async (headers) => {
    const answer = await openai(headers).chat.completions.create({ model: 'fast', messages: MESSAGES });
    return { text: answer.choices[0]?.message.content ?? '', told: member(answer) };
  },
  'openai, chat, stream': async (headers) => {
    const stream = await openai(headers).chat.completions.create({
      model: 'fast',
      messages: MESSAGES,
      stream: true,
    });
    let text = '';
    let told: unknown;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      expect(told).toBeUndefined();
      told = member(chunk);
    }
    return { text, told };
  },
  'openai, responses': async (headers) => {
    const answer = await openai(headers).responses.create({ model: 'fast', input: 'Go.' });
    return { text: answer.output_text, told: member(answer) };
  },
  'openai, responses, stream': async (headers) => {
    const stream = openai(headers).responses.stream({ model: 'fast', input: 'Go.' });
    const answer = await stream.finalResponse();
    return { text: answer.output_text, told: member(answer) };
  },
  anthropic: async (headers) => {
    const answer = await anthropic(headers).messages.create({
      model: 'fast',
      messages: MESSAGES,
      max_tokens: 99,
    });
    const [block] = answer.content;
    return { text: block?.type === 'text' ? block.text : '', told: member(answer) };
  },
  'anthropic, stream': async (headers) => {
    const stream = anthropic(headers).messages.stream({ model: 'fast', messages: MESSAGES, max_tokens: 99 });
    let told: unknown;
    for await (const event of stream) if (event.type === 'message_stop') told = member(event);
    return { text: await stream.finalText(), told };
  },
  google: async (headers) => {
    const answer = await google(headers).models.generateContent({ model: 'fast', contents: 'Go.' });
    return { text: answer.text ?? '', told: await rawGemini(':generateContent', headers) };
  },
  'google, stream': async (headers) => {
    const stream = await google(headers).models.generateContentStream({ model: 'fast', contents: 'Go.' });
    let text = '';
    for await (const chunk of stream) text += chunk.text ?? '';
    return { text, told: await rawGemini(':streamGenerateContent', headers) };
  },
};

/** This client drops what it does not know: what it was sent is looked at beside it. */
async function rawGemini(verb: string, headers: Headers): Promise<unknown> {
  const body = JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'Go.' }] }] });
  const response = await fetch(`${base}/v1beta/models/fast${verb}`, { method: 'POST', headers, body });
  const answer = (await response.json()) as object | object[];
  return member(Array.isArray(answer) ? (answer.at(-1) ?? {}) : answer);
}

describe.each(Object.entries(CLIENTS))('%s', (_, ask) => {
  test('reads its answer, and how it came about', async () => {
    const { text, told } = await ask(ON);
    expect(text).toContain('Go.');
    const { requested, strategy, attempt, endpoints, attempts, clew } = told as Told;
    expect({ requested, strategy, attempt }).toEqual({ requested: 'fast', strategy: 'alias', attempt: 2 });
    expect(endpoints.available.filter(({ selected }) => selected).map(({ model }) => model)).toEqual([
      'sim/hello',
    ]);
    expect(endpoints.total).toBe(3);
    expect(attempts?.map(({ model, status }) => [model, status])).toEqual([
      ['sim/fault-503', 503],
      ['sim/hello', 200],
    ]);
    expect(clew?.plan).toEqual(['sim/fault-503', 'sim/hello', 'sim/words-50']);
  });

  test('without the header there is nothing of it', async () => {
    const { text, told } = await ask({ 'X-OpenRouter-Metadata': 'no' });
    expect(text).toContain('Go.');
    expect(told).toBeUndefined();
  });
});

describe('OpenRouter’s own client', () => {
  const client = () =>
    new OpenRouter({ apiKey: 'any', serverURL: `${base}/api/v1`, retryConfig: { strategy: 'none' } });
  const options = { headers: ON };

  test('finds it in an answer', async () => {
    const chatRequest = { model: 'away', messages: MESSAGES, stream: false as const };
    const answer = await client().chat.send({ chatRequest }, options);
    if (!('choices' in answer)) throw new Error('not an answer');
    expect(answer.openrouterMetadata).toMatchObject({
      requested: 'away',
      strategy: 'fallback',
      attempt: 3,
      region: null,
      isByok: false,
      summary: expect.stringContaining('2 of 2 targets'),
    });
  });

  test('finds it in the last piece of a stream, and in a whole response', async () => {
    const chatRequest = { model: 'fast', messages: MESSAGES, stream: true as const };
    const stream = await client().chat.send({ chatRequest }, options);
    let last: unknown;
    for await (const chunk of stream as AsyncIterable<{ openrouterMetadata?: unknown }>) {
      expect(last).toBeUndefined();
      last = chunk.openrouterMetadata;
    }
    expect(last).toMatchObject({ requested: 'fast', attempt: 2 });
    const responsesRequest = { model: 'fast', input: 'Go.', stream: false as const };
    const response = await client().responses.send({ responsesRequest }, options);
    expect(response).toMatchObject({ openrouterMetadata: { requested: 'fast' } });
  });

  test('finds it beside a failure', async () => {
    const chatRequest = { model: 'down', messages: MESSAGES, stream: false as const };
    const failed = await client()
      .chat.send({ chatRequest }, options)
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(failed).toBeInstanceOf(ServiceUnavailableResponseError);
    const { openrouterMetadata } = failed as ServiceUnavailableResponseError;
    expect(openrouterMetadata).toMatchObject({ requested: 'down', attempt: 1 });
  });
});

test('a request that no target may serve was tried nowhere, and says who was left out', async () => {
  const client = new OpenRouter({
    apiKey: 'any',
    serverURL: `${base}/api/v1`,
    retryConfig: { strategy: 'none' },
  });
  const chatRequest = {
    model: 'fast',
    messages: MESSAGES,
    stream: false as const,
    provider: { only: ['nobody'] },
  };
  const failed = await client.chat.send({ chatRequest }, { headers: ON }).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failed).toBeInstanceOf(NotFoundResponseError);
  const { openrouterMetadata } = failed as NotFoundResponseError;
  expect(openrouterMetadata).toMatchObject({
    requested: 'fast',
    attempt: 0,
    endpoints: { total: 3, available: [] },
  });
  const body = JSON.stringify({ model: 'fast', messages: MESSAGES, provider: { only: ['nobody'] } });
  const plain = await fetch(`${gateway.url}/chat/completions`, { method: 'POST', headers: ON, body });
  const told = member((await plain.json()) as object) as { clew: { removed: object[]; refused: object } };
  expect(told.clew.removed).toHaveLength(3);
  expect(told.clew.refused).toMatchObject({ status: plain.status, code: 'unsupported_feature' });
  const silent = await fetch(`${gateway.url}/chat/completions`, { method: 'POST', body });
  expect(member((await silent.json()) as object)).toBeUndefined();
});

test('the older header counts too; bytes that pass through elsewhere are written here', async () => {
  const headers = { 'X-OpenRouter-Experimental-Metadata': 'enabled' };
  const body = JSON.stringify({ model: 'sim/hello', messages: MESSAGES });
  const response = await fetch(`${gateway.url}/chat/completions`, { method: 'POST', headers, body });
  expect(member((await response.json()) as object)).toMatchObject({ strategy: 'direct', attempt: 1 });
  await untilIdle(gateway);
  expect(gateway.generations.at(-1)?.passthrough).toBe(false);
});

test('a failure in mid-stream carries it beside the error', async () => {
  const body = JSON.stringify({ model: 'sim/words-50+cut-5', messages: MESSAGES, stream: true });
  const response = await fetch(`${gateway.url}/chat/completions`, { method: 'POST', headers: ON, body });
  const frames = (await response.text()).split('\n\n').filter((frame) => frame.includes('"error"'));
  expect(frames).toHaveLength(1);
  expect(frames[0]).toContain('"openrouter_metadata"');
});
