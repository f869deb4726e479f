// Whether a client should ask again: for what passes by itself yes, and when; for everything that Clew has tried itself no.
// The official client is the judge of the headers.

import { afterAll, beforeAll, expect, test } from 'bun:test';

import OpenAI from 'openai';

import { startTestGateway } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { ask, callsOf } from './asking.ts';

let gateway: TestGateway;
let client: OpenAI;
beforeAll(async () => {
  gateway = await startTestGateway();
  client = new OpenAI({ baseURL: gateway.url, apiKey: 'none', maxRetries: 2 });
});
afterAll(() => gateway.stop());

const say = (model: string) =>
  client.chat.completions.create({ model, messages: [{ role: 'user', content: 'Hi there.' }] });

test('a gateway that drains says when to come back, and the client does', async () => {
  gateway.setDraining(true);
  const refused = await ask(gateway, { model: 'sim/hello', stream: true });
  expect([refused.status, refused.errors]).toEqual([503, ['shutting_down']]);
  expect(refused.headers.get('x-should-retry')).toBe('true');
  expect(refused.headers.get('retry-after')).toBe('1');
  const asked = say('sim/hello');
  await Bun.sleep(200);
  gateway.setDraining(false);
  const answer = await asked;
  expect(answer.choices[0]?.message.content).toEndWith('Hi there.');
});

test('a failure that Clew has tried to get round is final for the client too', async () => {
  const error = await say('sim/hello+fault-503').then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(OpenAI.InternalServerError);
  // Twice by Clew, and not twice for each of three tries of the client.
  expect(await callsOf(gateway, 'hello+fault-503')).toHaveLength(2);
});

test('a request that the provider calls wrong has its class in the client', async () => {
  const error = await say('sim/hello+fault-422').then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(OpenAI.UnprocessableEntityError);
});
