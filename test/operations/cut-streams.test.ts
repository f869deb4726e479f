// Streams that break off after something was shown, of operations that are no chats, under each setting for that.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import { startTestGateway, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

const CUT = 'sim/words-60+rate-500+fault-stream-cut-40';

let gateway: TestGateway;
beforeAll(async () => {
  const model = (name: string, onCut: string): string =>
    `  ${name}: { targets: [ ${CUT}, sim/words-20 ], on_cut: ${onCut} }\n`;
  gateway = await startTestGateway({
    forgetful: true,
    models: ['error', 'continue', 'buffer'].map((onCut) => model(onCut, onCut)).join(''),
  });
});
afterAll(async () => {
  await untilIdle(gateway);
  expect(gateway.alarms).toEqual([]);
  await gateway.stop();
});
const last = () => gateway.generations.at(-1);

async function streamed(path: string, body: object): Promise<string> {
  const response = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return response.text();
}

describe('a legacy completion', () => {
  const complete = (model: string): Promise<string> =>
    streamed('/completions', { model, prompt: ['Once upon'], stream: true });

  test('ends in an error', async () => {
    const text = await complete('error');
    expect(text).toContain('"code":"stream_cut"');
    expect(text).not.toContain('"finish_reason":"stop"');
    expect(last()).toMatchObject({ failure: { code: 'stream_cut' } });
  });

  test('is gone on with: the prompt grows by what was said', async () => {
    const text = await complete('continue');
    expect(text).toContain('"finish_reason":"stop"');
    expect(text.trimEnd()).toEndWith('data: [DONE]');
    expect(last()?.failure).toBeUndefined();
    expect(last()?.attempts.map(({ failure }) => failure)).toEqual(['stream_cut', undefined]);
    const { promptTokens: first } = gateway.simulator.entries().at(-2) ?? { promptTokens: 0 };
    expect(gateway.simulator.entries().at(-1)?.promptTokens).toBeGreaterThan(first + 20);
  });

  test('is kept back until it is whole', async () => {
    const text = await complete('buffer');
    expect(text).not.toContain('stream_cut');
    expect(text).toContain('"finish_reason":"stop"');
    expect(last()).toMatchObject({ target: 'sim/words-20' });
  });
});

describe('speech as events', () => {
  const speak = (model: string): Promise<string> =>
    streamed('/audio/speech', {
      model,
      input: 'Follow the thread.',
      voice: 'alloy',
      stream_format: 'sse',
    });

  // Sound is not gone on with: nobody knows where it broke off.
  test.each(['error', 'continue'])('under %p ends in an error', async (model) => {
    const text = await speak(model);
    expect(text).toContain('speech.audio.delta');
    expect(text).not.toContain('speech.audio.done');
    expect(text).toContain('"code":"stream_cut"');
    expect(last()).toMatchObject({ failure: { code: 'stream_cut' } });
  });

  test('is kept back until it is whole', async () => {
    const text = await speak('buffer');
    expect(text).toContain('speech.audio.done');
    expect(text).not.toContain('stream_cut');
    expect(last()).toMatchObject({ target: 'sim/words-20' });
  });

  test('and so is plain sound', async () => {
    const response = await fetch(`${gateway.url}/audio/speech`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'buffer', input: 'Follow the thread.', voice: 'alloy' }),
    });
    expect((await response.arrayBuffer()).byteLength).toBe(20 * 1_024);
    expect(last()).toMatchObject({ target: 'sim/words-20' });
  });
});
