// What a request says about its own exchange in headers.

import { afterAll, beforeAll, expect, test } from 'bun:test';

import { startTestGateway, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ models: '  slow: { targets: [ sim/echo+fault-silence, sim/hello ] }' });
});
afterAll(() => gateway.stop());

async function say(headers: Record<string, string>, stream: boolean, model = 'slow') {
  const startedAt = performance.now();
  const response = await fetch(`${gateway.url}/chat/completions`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'Hi.' }] }),
  });
  const { error } = (await response.json()) as { error: { code: string; message: string; param: string } };
  return { status: response.status, error, tookMs: performance.now() - startedAt };
}

test.each([true, false])('x-clew-deadline ends the exchange, stream %p', async (stream) => {
  const { status, error, tookMs } = await say({ 'x-clew-deadline': '400ms' }, stream);
  expect([status, error.code]).toEqual([408, 'deadline_exceeded']);
  expect(tookMs).toBeGreaterThanOrEqual(399);
  expect(tookMs).toBeLessThan(2_000);
  await untilIdle(gateway);
});

test.each(['30', 'soon', '0s', '-1s', '25h'])(
  'a deadline of %p is the caller’s mistake',
  async (deadline) => {
    const { status, error } = await say({ 'x-clew-deadline': deadline }, false);
    expect([status, error.param]).toEqual([400, 'x-clew-deadline']);
    expect(error.message).toContain('such as 1500ms or 30s');
  },
);

test('a hedge can be refused, and not asked for', async () => {
  const { status, error } = await say({ 'x-clew-hedge': 'on' }, false);
  expect([status, error.message]).toEqual([400, 'The header x-clew-hedge must be off.']);
});
