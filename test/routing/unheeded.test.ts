// What a client asks of a router and nobody does is said, in every language and also where bytes pass through; a target that
// is a router hears it.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import { startTestGateway } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
/** Bodies that came to a target which is a router itself. */
const heard: Record<string, unknown>[] = [];
const router = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    heard.push((await request.json()) as Record<string, unknown>);
    const message = { role: 'assistant', content: 'Hello.' };
    return Response.json({ choices: [{ index: 0, message, finish_reason: 'stop' }] });
  },
});

beforeAll(async () => {
  const url = `http://127.0.0.1:${router.port}/v1`;
  gateway = await startTestGateway({
    providers: `  other: { dialect: openai-chat, url: "${url}", auth: none, quirks: { routerFields: forward }, models: { m: {} } }`,
  });
});
afterAll(async () => {
  await gateway.stop();
  await router.stop(true);
});

const MESSAGES = [{ role: 'user', content: 'Hi.' }];
const PATHS = {
  '/chat/completions': (model: string) => ({ model, messages: MESSAGES }),
  '/messages': (model: string) => ({ model, messages: MESSAGES, max_tokens: 50 }),
  '/responses': (model: string) => ({ model, input: 'Hi.' }),
} as const;
type Path = keyof typeof PATHS;

async function lost(path: Path, model: string, more: object = {}): Promise<readonly string[]> {
  const response = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...PATHS[path](model), ...more }),
  });
  expect(response.status).toBe(200);
  await response.text();
  return response.headers.get('x-clew-losses')?.split(', ') ?? [];
}

describe.each(Object.keys(PATHS) as Path[])('%s', (path) => {
  const own = {
    '/chat/completions': 'sim',
    '/messages': 'sim-anthropic-messages',
    '/responses': 'sim-openai-responses',
  };

  test.each([own[path], 'sim-cohere'])('%s is no router', async (provider) => {
    const asked = { plugins: [{ id: 'web' }], transforms: ['middle-out'], preset: 'mine', session_id: 's' };
    expect(await lost(path, `${provider}/hello`, asked)).toEqual(
      expect.arrayContaining([
        'routing.plugins.web dropped',
        'routing.compress dropped',
        'routing.preset dropped',
      ]),
    );
    expect(await lost(path, `${provider}/hello:online`)).toContain('routing.plugins.web dropped');
    expect((await lost(path, `${provider}/hello:nitro`)).join()).not.toContain('routing');
  });

  test('a router is asked to do it', async () => {
    heard.length = 0;
    expect((await lost(path, 'other/m:online')).join()).not.toContain('routing');
    expect(heard[0]).toMatchObject({ model: 'm', plugins: [{ id: 'web', enabled: true }] });
  });

  test('`:thinking` asks for reasoning, unless the request says how much', async () => {
    heard.length = 0;
    await lost(path, 'other/m:thinking');
    await lost(path, 'other/m');
    const asksFor = (body: Record<string, unknown> | undefined) =>
      body?.['reasoning'] !== undefined || body?.['reasoning_effort'] !== undefined;
    expect(heard.map((body) => [body['model'], asksFor(body)])).toEqual([
      ['m', true],
      ['m', false],
    ]);
  });
});

test('`fallbacks` of Messages are the models that follow', async () => {
  const fallbacks = [{ model: 'sim-anthropic-messages/hello' }];
  const losses = await lost('/messages', 'sim-anthropic-messages/hello+fault-status-500', { fallbacks });
  expect(losses).toEqual([]);
  expect(gateway.generations.at(-1)?.attempts.at(-1)?.target).toBe('sim-anthropic-messages/hello');
});
