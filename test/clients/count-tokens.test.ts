// Counting without asking, by the official clients that have a call for it.

import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { afterAll, beforeAll, expect, test } from 'bun:test';

import { startTestGateway } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
let anthropic: Anthropic;
let google: GoogleGenAI;
beforeAll(async () => {
  gateway = await startTestGateway();
  const baseUrl = gateway.url.replace(/\/v1$/, '');
  anthropic = new Anthropic({ baseURL: baseUrl, apiKey: 'any', maxRetries: 0 });
  google = new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl } });
});
afterAll(() => gateway.stop());

const SHORT = 'Say hello.';
const LONG = 'The thread led through every turn of the dark house and back again. '.repeat(40);

test('the Messages client counts a request, tools and all, and nobody is asked', async () => {
  const count = async (content: string, tools: Anthropic.Messages.Tool[] = []): Promise<number> => {
    const counted = await anthropic.messages.countTokens({
      model: 'sim/hello',
      messages: [{ role: 'user', content }],
      ...(tools.length === 0 ? {} : { tools }),
    });
    return counted.input_tokens;
  };
  const tool = {
    name: 'look_up',
    input_schema: { type: 'object', properties: { word: { type: 'string' } } },
  };
  const short = await count(SHORT);
  expect(short).toBeGreaterThan(2);
  expect(await count(SHORT, [tool as Anthropic.Messages.Tool])).toBeGreaterThan(short + 5);
  const long = await count(LONG);
  expect(long).toBeGreaterThan(LONG.length / 8);
  expect(long).toBeLessThan(LONG.length / 2);
  expect(gateway.simulator.entries()).toEqual([]);
  expect(gateway.generations).toEqual([]);
});

test('a model that nobody knows is not counted', async () => {
  const error = await anthropic.messages
    .countTokens({ model: 'nobody', messages: [{ role: 'user', content: SHORT }] })
    .then(
      () => undefined,
      (problem: unknown) => problem,
    );
  expect(error).toBeInstanceOf(Anthropic.NotFoundError);
});

test('the Gemini client counts too', async () => {
  const counted = await google.models.countTokens({ model: 'sim/hello', contents: LONG });
  expect(counted.totalTokens).toBeGreaterThan(LONG.length / 8);
});
