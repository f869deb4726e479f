// A stream that breaks off in the middle and goes on elsewhere, read by the four official clients: they see one answer, whole,
// whatever the cut was and whether bytes had passed through until then.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';

import type { Generation } from '#accounting/generation.ts';
import { startTestGateway, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

const SAID = Array.from(
  { length: 30 },
  (_, line) => `Line ${line}: zażółć gęślą jaźń, 道の果て, “quoted”.`,
).join('\n');

interface Answer {
  readonly text: string;
  readonly finish: string | null | undefined;
  readonly outputTokens: number | undefined;
  readonly marker: unknown;
}

interface Client {
  readonly provider: string;
  readonly done: string;
  readonly ask: (gateway: TestGateway, model: string) => Promise<Answer>;
}

const root = (gateway: TestGateway): string => gateway.url.replace(/\/v1$/, '');
const markerOf = (holder: unknown): unknown =>
  (holder as { clew?: { continued?: unknown } } | null)?.clew?.continued;

const CLIENTS: Readonly<Record<string, Client>> = {
  chat: {
    provider: 'sim',
    done: 'stop',
    ask: async (gateway, model) => {
      const client = new OpenAI({ baseURL: gateway.url, apiKey: 'any', maxRetries: 0 });
      const messages = [{ role: 'user' as const, content: SAID }];
      const stream = await client.chat.completions.create({
        model,
        messages,
        stream: true,
        stream_options: { include_usage: true },
      });
      let [text, finish, outputTokens, marker]: [string, string | null, number | undefined, unknown] = [
        '',
        null,
        undefined,
        undefined,
      ];
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta.content ?? '';
        finish = chunk.choices[0]?.finish_reason ?? finish;
        outputTokens = chunk.usage?.completion_tokens ?? outputTokens;
        marker ??= markerOf(chunk);
      }
      return { text, finish, outputTokens, marker };
    },
  },
  responses: {
    provider: 'sim-openai-responses',
    done: 'completed',
    ask: async (gateway, model) => {
      const client = new OpenAI({ baseURL: gateway.url, apiKey: 'any', maxRetries: 0 });
      const stream = client.responses.stream({ model, input: SAID, store: false });
      let text = '';
      stream.on('response.output_text.delta', ({ delta }) => (text += delta));
      const response = await stream.finalResponse();
      // The last event repeats the whole answer.
      expect(response.output_text).toBe(text);
      return {
        text,
        finish: response.status,
        outputTokens: response.usage?.output_tokens,
        marker: markerOf(response),
      };
    },
  },
  messages: {
    provider: 'sim-anthropic-messages',
    done: 'end_turn',
    ask: async (gateway, model) => {
      const client = new Anthropic({ baseURL: root(gateway), apiKey: 'any', maxRetries: 0 });
      const stream = client.messages.stream({
        model,
        max_tokens: 4_000,
        messages: [{ role: 'user', content: SAID }],
      });
      let marker: unknown;
      stream.on('streamEvent', (event) => {
        if (event.type === 'message_delta') marker ??= markerOf(event.delta);
      });
      const message = await stream.finalMessage();
      expect(message.content).toHaveLength(1);
      const text = message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
      return { text, finish: message.stop_reason, outputTokens: message.usage.output_tokens, marker };
    },
  },
  gemini: {
    provider: 'sim-gemini',
    done: 'STOP',
    ask: async (gateway, model) => {
      const client = new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: root(gateway) } });
      const stream = await client.models.generateContentStream({ model, contents: SAID });
      let [text, finish, outputTokens]: [string, string | undefined, number | undefined] = [
        '',
        undefined,
        undefined,
      ];
      for await (const chunk of stream) {
        text += chunk.text ?? '';
        finish = chunk.candidates?.[0]?.finishReason ?? finish;
        outputTokens = chunk.usageMetadata?.candidatesTokenCount ?? outputTokens;
      }
      // The client keeps to the fields it knows: what it leaves out is looked for on the wire.
      const body = JSON.stringify({ contents: [{ parts: [{ text: SAID }] }] });
      const path = `${root(gateway)}/v1beta/models/${model}:streamGenerateContent?alt=sse`;
      const wire = await (await fetch(path, { method: 'POST', body })).text();
      const told = wire.split('\n').find((line) => line.includes('"clew":'));
      return {
        text,
        finish,
        outputTokens,
        marker: markerOf(JSON.parse(told?.slice('data: '.length) ?? 'null')),
      };
    },
  },
};

const CUTS = [
  'stream-cut-40',
  'stream-cut-reset-60',
  'error-in-stream-30',
  'stall-50',
  'stall-with-pings-50',
  'stream-cut-clean-70',
];
const MODES = ['prefill', 'instruction', 'refusing'] as const;

/** Models that break off, with somebody beside who gives the rest: from a beginning, in words, or in words after all. */
function modelsOf(provider: string): string {
  const alone = `"${provider}/echo+rate-400+fault-stream-cut-40", "${provider}/echo+fault-400"`;
  const nobody = `  nobody: { targets: [ ${alone} ], on_cut: continue }`;
  const second = { prefill: 'echo+head-1', instruction: 'echo+head-2', refusing: 'echo+no-prefill' };
  return MODES.flatMap((mode) =>
    CUTS.map(
      (cut) =>
        `  "${cut}-${mode}": { targets: [ "${provider}/echo+rate-400+fault-${cut}", "${provider}/${second[mode]}" ], silence_limit: 300ms, on_cut: continue }`,
    ),
  )
    .concat(nobody)
    .join('\n');
}

/** Each in front of its own language, bytes passing through or not, and of another one. */
const LANES = Object.entries(CLIENTS).flatMap(([name, { provider }]) => [
  [name, provider, true] as const,
  [name, provider, false] as const,
  ...(provider === 'sim' ? [] : [[name, 'sim', true] as const]),
]);

describe.each(LANES)('%s to %s, passthrough %p', (name, provider, passthrough) => {
  const { done, ask } = CLIENTS[name] as Client;
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({
      passthrough,
      forgetful: true,
      models: modelsOf(provider),
      traits: { 'echo+head-1': 'prefill', 'echo+no-prefill': 'prefill' },
    });
  });
  afterAll(() => gateway.stop());

  const cells = MODES.flatMap((mode) => CUTS.map((cut) => [`${cut}-${mode}`, mode] as const));
  test.concurrent.each(cells)('%s: one answer, whole', async (model, mode) => {
    const answer = await ask(gateway, model);
    expect(answer.text).toBe(SAID);
    expect(answer.finish).toBe(done);
    expect(answer.marker).toMatchObject({ target: expect.stringContaining(provider) });
    await untilIdle(gateway);
    const record = recordOf(model);
    expect([record.failure, record.finish?.reason]).toEqual([undefined, 'stop']);
    expect(record.attempts.map((attempt) => attempt.as)).toEqual(
      mode === 'refusing' ? [undefined, 'continuation', 'continuation'] : [undefined, 'continuation'],
    );
    // What both said is on the bill, and what the client is told.
    expect(answer.outputTokens).toBeGreaterThan(record.usage?.outputTotal ?? 0);
    expect(record.attempts[0]?.usage?.outputTotal).toBeGreaterThan(0);
  });

  test('when nobody gives the rest the client raises, and has what was shown', async () => {
    const answer = await ask(gateway, 'nobody').catch((error: unknown) => error);
    expect(answer).toBeInstanceOf(Error);
    await untilIdle(gateway);
    const record = recordOf('nobody');
    expect(record.failure?.code).toBe('stream_cut');
    // The first cut is told, not what became of the search for the rest.
    const failures = record.attempts.map((attempt) => attempt.failure);
    expect(failures).toEqual(['stream_cut', 'upstream_rejected', 'stream_cut']);
  });

  function recordOf(model: string): Generation {
    const record = gateway.generations.find((one) => one.model === model);
    if (record === undefined) throw new Error(`no record of ${model}`);
    return record;
  }
});
