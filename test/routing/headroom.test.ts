// What answers over real sockets tell of rate limits reaches the draw of the next key, and the next plan.

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { startTestGateway } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

const ANSWER = {
  id: 'x',
  object: 'chat.completion',
  created: 0,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
};

/** By key: calls that are left. */
const left = new Map<string, number>();
const calls: string[] = [];
let upstream: ReturnType<typeof Bun.serve>;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => {
      const key = request.headers.get('x-key') ?? 'none';
      calls.push(key);
      const remaining = Math.max(0, (left.get(key) ?? 1_000) - 1);
      left.set(key, remaining);
      const headers = {
        'x-ratelimit-limit-requests': '1000',
        'x-ratelimit-remaining-requests': String(remaining),
        'x-ratelimit-reset-requests': '60s',
      };
      return Response.json(ANSWER, { headers });
    },
  });
  const url = `http://127.0.0.1:${upstream.port}/v1`;
  gateway = await startTestGateway({
    env: { A: 'a', B: 'b' },
    providers: `  two: { dialect: openai-chat, url: "${url}", auth: { header: x-key }, credentials: [ { secret: env:A }, { secret: env:B } ] }
  spare: { dialect: openai-chat, url: "${url}", auth: none }`,
    models: '  m: { targets: [ two/m, spare/m ] }',
  });
});
afterAll(async () => {
  await gateway.stop();
  await upstream.stop(true);
});

async function ask(count: number): Promise<readonly string[]> {
  calls.length = 0;
  for (let index = 0; index < count; index += 1) {
    const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: `Say ${index}.` }] });
    const response = await fetch(`${gateway.url}/chat/completions`, { method: 'POST', body });
    expect(response.status).toBe(200);
    await response.text();
  }
  return calls;
}

test('a key with nothing left rests, and so does its target when no key has anything', async () => {
  // Both are heard of, whichever is drawn.
  const heard = await ask(20);
  expect(new Set(heard)).toEqual(new Set(['a', 'b']));
  left.set('a', 1);
  while (!(await ask(1)).includes('a'));
  expect(new Set(await ask(20))).toEqual(new Set(['b']));
  left.set('b', 1);
  await ask(1);
  expect(new Set(await ask(10))).toEqual(new Set(['none']));
});
