// What a key may know of itself, read by OpenRouter's official client, which refuses an answer that lacks a member.

import { OpenRouter } from '@openrouter/sdk';
import { UnauthorizedResponseError } from '@openrouter/sdk/models/errors';
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { freshFolder } from '../support/folder.ts';
import { startTestGateway, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  const folder = freshFolder();
  const keys = ['laptop', 'batch'].map((name) => {
    const file = join(folder, name);
    writeFileSync(file, `secret-of-${name}`);
    return `{ name: ${name}, tenant: research, secret: "file:${file}" }`;
  });
  gateway = await startTestGateway({ keys: `[ ${keys.join(', ')} ]` });
});
afterAll(() => gateway.stop());

function clientOf(apiKey: string): OpenRouter {
  const serverURL = gateway.url.replace('/v1', '/api/v1');
  return new OpenRouter({ apiKey, serverURL, retryConfig: { strategy: 'none' } });
}

async function ask(client: OpenRouter, model: string): Promise<number> {
  const messages = [{ role: 'user' as const, content: 'Say hello.' }];
  const result = await client.chat.send({ chatRequest: { model, messages, stream: false } });
  if (!('choices' in result)) throw new Error('not an answer');
  return result.usage?.cost ?? 0;
}

test('what a key has spent, and no other key with it', async () => {
  const laptop = clientOf('secret-of-laptop');
  const batch = clientOf('secret-of-batch');
  const cost = (await ask(laptop, 'sim/hello')) + (await ask(laptop, 'sim/words-50'));
  expect(cost).toBeGreaterThan(0);
  await ask(batch, 'sim/words-50');
  await untilIdle(gateway);

  const { data } = await laptop.apiKeys.getCurrentKeyMetadata();
  expect(data).toMatchObject({
    label: 'laptop',
    organizationId: 'research',
    limit: null,
    limitRemaining: null,
  });
  for (const usage of [data.usage, data.usageDaily, data.usageWeekly, data.usageMonthly])
    expect(usage).toBeCloseTo(cost, 9);
  expect((await laptop.credits.getCredits()).data).toMatchObject({ totalCredits: 0, totalUsage: data.usage });
});

test('a cost that nobody knows is no zero', async () => {
  const batch = clientOf('secret-of-batch');
  const before = await batch.credits.getCredits();
  expect(await ask(batch, 'sim/reason-5+words-5')).toBe(0);
  await untilIdle(gateway);
  expect((await batch.credits.getCredits()).data.totalUsage).toBe(before.data.totalUsage);
  const headers = { authorization: 'Bearer secret-of-batch' };
  for (const path of ['key', 'auth/key', 'credits']) {
    const shown = await fetch(`${gateway.url.replace('/v1', '/api/v1')}/${path}`, { headers });
    expect(await shown.json()).toMatchObject({ data: { usage_unknown: 1 } });
  }
});

test('an unknown key is told nothing', async () => {
  const stranger = clientOf('secret-of-nobody');
  for (const asked of [stranger.apiKeys.getCurrentKeyMetadata(), stranger.credits.getCredits()]) {
    const refused = await asked.then(
      () => 'answered',
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(UnauthorizedResponseError);
  }
});
