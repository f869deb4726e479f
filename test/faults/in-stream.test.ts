// Faults after the stream has begun, with bytes passing through and without: an answer is whole, or it ends in exactly one
// typed failure; a cut answer never looks whole; the record's money is the provider's bill; and the next call works.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import { SseFramer } from '#framing/sse.ts';
import { startTestGateway, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

/** What the client must see; a failure is named by its code. */
type Seen =
  | 'whole'
  | 'stream_cut'
  | 'stream_stalled'
  | 'upstream_overloaded'
  | 'upstream_error'
  | 'upstream_runaway';

const ROWS: readonly (readonly [fault: string, seen: Seen])[] = [
  ['stream-cut-40', 'stream_cut'],
  ['stream-cut-95', 'stream_cut'],
  ['stream-cut-clean-40', 'stream_cut'],
  ['stream-cut-reset-40', 'stream_cut'],
  ['stream-cut-in-chunk-40', 'stream_cut'],
  ['stall-40', 'stream_stalled'],
  ['stall-with-pings-40', 'stream_stalled'],
  ['bad-chunk-40', 'whole'],
  ['error-in-stream-40', 'upstream_error'],
  ['no-done', 'whole'],
  ['no-usage', 'whole'],
  ['one-byte-writes', 'whole'],
  ['split-utf8', 'whole'],
  ['crlf', 'whole'],
  ['cr', 'whole'],
  ['mixed-newlines', 'whole'],
  ['multi-line-data', 'whole'],
  ['comments', 'whole'],
  ['bom', 'whole'],
  ['long-line', 'whole'],
  ['content-after-finish', 'whole'],
  ['two-usages', 'whole'],
  ['duplicate-start', 'whole'],
];

/** The fault itself changes the words. Passed-through bytes after the finish reason are the provider's own affair. */
const OTHER_TEXT = new Set(['bad-chunk-40', 'long-line', 'split-utf8']);

interface Received {
  readonly text: string;
  readonly done: boolean;
  readonly errors: readonly string[];
  readonly finish: string | undefined;
}

async function receive(response: Response): Promise<Received> {
  const framer = new SseFramer();
  const bytes = new Uint8Array(await response.arrayBuffer());
  const frames = [...framer.push(bytes), ...framer.finish()];
  let text = '';
  let finish: string | undefined;
  const errors: string[] = [];
  for (const { data } of frames) {
    if (data === '[DONE]') continue;
    const chunk = JSON.parse(data);
    if (chunk.error !== undefined) errors.push(chunk.error.code);
    else {
      text += chunk.choices?.[0]?.delta?.content ?? '';
      finish = chunk.choices?.[0]?.finish_reason ?? finish;
    }
  }
  return { text, done: frames.some(({ data }) => data === '[DONE]'), errors, finish };
}

describe.each([true, false])('in the stream, passthrough %p', (passthrough) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    const models = '  calm: { targets: [ "sim/words-40+rate-2000" ], silence_limit: 400ms }';
    gateway = await startTestGateway({ passthrough, models });
  });
  afterAll(() => gateway.stop());

  const ask = (model: string): Promise<Response> =>
    fetch(`${gateway.url}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Words, zażółć.' }] }),
    });

  test.each([...ROWS])('%s: %s', async (fault, expected) => {
    const whole = await receive(await ask('calm'));
    // The same model, so that the same words are the answer.
    gateway.simulator.setFault('*', fault, { times: 1 });
    const response = await ask('calm');
    expect(response.status).toBe(200);
    const seen = await receive(response);
    const record = gateway.generations.at(-1);
    if (expected === 'whole') {
      expect([seen.errors, seen.done, seen.finish]).toEqual([[], true, 'stop']);
      expect(seen.text).not.toContain('\ufffd');
      if (!OTHER_TEXT.has(fault) && !(passthrough && fault === 'content-after-finish')) {
        expect(seen.text).toBe(whole.text);
      }
      expect(record?.failure).toBeUndefined();
    } else {
      expect([seen.errors, seen.done, seen.finish === 'stop']).toEqual([[expected], false, false]);
      expect(whole.text.startsWith(seen.text)).toBe(true);
      expect(record?.failure?.code).toBe(expected);
      expect(record?.usage?.estimated).toBe(true);
    }
    if (fault === 'no-usage') expect(record?.usage?.estimated).toBe(true);
    // After the commit point nothing is asked again.
    expect(record?.attempts).toHaveLength(1);
    await untilIdle(gateway);
    expect((await receive(await ask('calm'))).done).toBe(true);
  });

  test('the record’s cost is the provider’s bill', async () => {
    const { simulator, generations } = gateway;
    await receive(await ask('sim/words-50'));
    expect(generations.at(-1)?.cost).toBe(simulator.entries().at(-1)?.bill as never);
  });

  test('arguments of a call that are cut stay cut', async () => {
    const response = await fetch(`${gateway.url}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({
        model: 'sim/tools-1+rate-200+fault-cut-in-arguments',
        stream: true,
        messages: [{ role: 'user', content: 'Call.' }],
        tools: [
          {
            type: 'function',
            function: {
              name: 'f',
              parameters: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
            },
          },
        ],
      }),
    });
    const text = await response.text();
    expect(text).not.toContain('[DONE]');
    expect(text.match(/"code":"stream_cut"/g)).toHaveLength(1);
  });
});
