// Signs of life in silent streams, before the first content and after it, and failures that come when the head of the answer
// has gone out. Every official client must read on over the first and raise its error for the second.

import Anthropic from '@anthropic-ai/sdk';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { GoogleGenAI } from '@google/genai';
import { createOpenRouter } from '@openrouter/ai-sdk-provider';
import { OpenRouter } from '@openrouter/sdk';
import { streamText } from 'ai';
import type { LanguageModel } from 'ai';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import OpenAI from 'openai';

import { startTestGateway, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

const KEEP_ALIVE_MS = 60;
/** Silent for long before the first word, then between words. */
const SLOW = 'sim/words-4+ttft-250+rate-8';
const MODELS = '  failing: { targets: [ "sim/hello+head-300+fault-503" ], attempts: 1 }';
const MESSAGES = [{ role: 'user' as const, content: 'Go.' }];

let gateway: TestGateway;
let base = '';
beforeAll(async () => {
  gateway = await startTestGateway({ models: MODELS, server: `keep_alive: ${KEEP_ALIVE_MS}ms` });
  base = gateway.url.slice(0, -'/v1'.length);
});
afterAll(() => gateway.stop());

/** The text that a client reads. */
type Ask = (model: string) => Promise<string>;

async function vercel(model: LanguageModel): Promise<string> {
  let text = '';
  for await (const part of streamText({ model, prompt: 'Go.', maxRetries: 0, onError: () => {} })
    .fullStream) {
    if (part.type === 'error') throw part.error;
    if (part.type === 'text-delta') text += part.text;
  }
  return text;
}

const CLIENTS: Readonly<Record<string, Ask>> = {
  'openai, chat': async (model) => {
    const client = new OpenAI({ baseURL: gateway.url, apiKey: 'any', maxRetries: 0 });
    const stream = await client.chat.completions.create({ model, messages: MESSAGES, stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    return text;
  },
  'openai, responses': async (model) => {
    const client = new OpenAI({ baseURL: gateway.url, apiKey: 'any', maxRetries: 0 });
    const stream = await client.responses.create({ model, input: 'Go.', stream: true });
    let text = '';
    for await (const event of stream) {
      if (event.type === 'response.output_text.delta') text += event.delta;
      if (event.type === 'response.failed') throw new Error(event.response.error?.message);
    }
    return text;
  },
  anthropic: (model) => {
    const client = new Anthropic({ baseURL: base, apiKey: 'any', maxRetries: 0 });
    return client.messages.stream({ model, max_tokens: 100, messages: MESSAGES }).finalText();
  },
  'google genai': async (model) => {
    const client = new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: base } });
    let text = '';
    for await (const chunk of await client.models.generateContentStream({ model, contents: 'Go.' }))
      text += chunk.text ?? '';
    return text;
  },
  'ai, google': (model) =>
    vercel(createGoogleGenerativeAI({ baseURL: `${base}/v1beta`, apiKey: 'any' })(`models/${model}`)),
  'ai, openrouter': (model) => vercel(createOpenRouter({ baseURL: `${base}/api/v1`, apiKey: 'any' })(model)),
  openrouter: async (model) => {
    const retryConfig = { strategy: 'none' } as const;
    const client = new OpenRouter({ apiKey: 'any', serverURL: `${base}/api/v1`, retryConfig });
    const stream = await client.chat.send({ chatRequest: { model, messages: MESSAGES, stream: true } });
    let text = '';
    for await (const chunk of stream as Exclude<typeof stream, { choices: unknown }>) {
      if (chunk.error !== undefined) throw new Error(chunk.error.message);
      text += chunk.choices[0]?.delta.content ?? '';
    }
    return text;
  },
};

describe.each(Object.entries(CLIENTS))('%s', (_, ask) => {
  test('reads on over signs of life', async () => {
    expect((await ask(SLOW)).trim().split(/\s+/)).toHaveLength(4);
  });

  test('raises a failure that comes after the head', async () => {
    const raised: unknown = await ask('failing').then(
      (text) => `no error, but ${text}`,
      (error: unknown) => error,
    );
    expect(raised).toBeInstanceOf(Error);
    await untilIdle(gateway);
    const record = gateway.generations.at(-1);
    expect(record).toMatchObject({ failure: { code: 'upstream_overloaded' }, model: 'failing' });
    expect(record?.attempts).toHaveLength(1);
  });
});

const BODY = { messages: MESSAGES, stream: true, max_tokens: 100 };
const SIGNS = [
  ['/v1/chat/completions', BODY, ': keep-alive\n\n'],
  ['/api/v1/chat/completions', BODY, ': OPENROUTER PROCESSING\n\n'],
  ['/v1/responses', { input: 'Go.', stream: true }, ': keep-alive\n\n'],
  ['/v1/messages', BODY, 'event: ping\ndata: {"type": "ping"}\n\n'],
] as const;

async function read(
  path: string,
  body: object,
): Promise<{ readonly text: string; readonly headers: Headers }> {
  const response = await fetch(base + path, { method: 'POST', body: JSON.stringify(body) });
  return { text: await response.text(), headers: response.headers };
}

describe('on the wire', () => {
  test.each(SIGNS)('%s', async (path, body, sign) => {
    const { text, headers } = await read(path, { ...body, model: 'sim/words-3+ttft-250+rate-3' });
    expect(text.startsWith(sign)).toBe(true);
    // Some while nothing had come, some between words.
    const signs = text.split(sign).length - 1;
    expect(signs).toBeGreaterThan(2);
    expect(signs).toBeLessThan(60);
    expect(text.lastIndexOf(sign)).toBeGreaterThan(text.indexOf('delta'));
    expect(headers.get('x-clew-generation-id')).toStartWith('gen-');
    expect(headers.get('x-clew-target')).toBeNull();
  });

  test('what is quick has none, and all its headers', async () => {
    const { text, headers } = await read('/v1/chat/completions', { ...BODY, model: 'sim/words-50' });
    expect(text).not.toContain(':\n');
    expect(text).not.toContain(': keep-alive');
    expect(headers.get('x-clew-target')).toBe('sim/words-50');
  });

  test('a failure that is quick has its status', async () => {
    const body = JSON.stringify({ ...BODY, model: 'sim/hello+fault-404' });
    const response = await fetch(`${gateway.url}/chat/completions`, { method: 'POST', body });
    expect(response.status).toBe(404);
  });

  test('a fallback is taken while the client is shown signs of life', async () => {
    const late = await startTestGateway({
      server: 'keep_alive: 60ms',
      models: '  m: { targets: [ "sim/hello+head-200+fault-503", sim-gemini/hello ], attempts: 2 }',
    });
    try {
      const response = await fetch(`${late.url}/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({ ...BODY, model: 'm' }),
      });
      const text = await response.text();
      expect(text).toContain(': keep-alive');
      expect(text).toContain('"finish_reason":"stop"');
      expect(text).not.toContain('"error"');
      expect(late.generations.at(-1)?.target).toBe('sim-gemini/hello');
    } finally {
      await late.stop();
    }
  });

  test.each(['/v1', '/api/v1'])(
    'an answer that began late and breaks off is gone on with: %s',
    async (path) => {
      const late = await startTestGateway({
        server: 'keep_alive: 60ms',
        models:
          '  m: { targets: [ "sim/words-60+ttft-250+rate-200+fault-stream-cut-50", sim-gemini/hello ], on_cut: continue }',
      });
      try {
        const response = await fetch(`http://127.0.0.1:${late.port}${path}/chat/completions`, {
          method: 'POST',
          body: JSON.stringify({ ...BODY, model: 'm' }),
        });
        const text = await response.text();
        expect(text).toStartWith(': ');
        expect(text).toContain('"continued":{"target":"sim-gemini/hello"');
        expect(text).toEndWith('data: [DONE]\n\n');
        expect(late.generations.at(-1)?.attempts).toHaveLength(2);
      } finally {
        await late.stop();
      }
    },
  );

  test('a client that leaves while it is shown them ends the call', async () => {
    const left = new AbortController();
    const before = gateway.generations.length;
    const body = JSON.stringify({ ...BODY, model: 'sim/hello+head-60000' });
    const response = await fetch(`${gateway.url}/chat/completions`, {
      method: 'POST',
      body,
      signal: left.signal,
    });
    expect(response.status).toBe(200);
    left.abort();
    await untilIdle(gateway);
    expect(gateway.generations).toHaveLength(before + 1);
    expect(gateway.generations.at(-1)).toMatchObject({ failure: { code: 'client_gone' } });
  });
});
