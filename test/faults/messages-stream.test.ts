// Faults in a stream of the Messages API, seen by its official client: an answer is whole, or it raises; nothing that was
// cut looks whole; and the record's money is the provider's bill.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import Anthropic from '@anthropic-ai/sdk';

import { startTestGateway, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

const ROWS: readonly (readonly [fault: string, code: string | undefined])[] = [
  ['stream-cut-40', 'stream_cut'],
  ['stream-cut-95', 'stream_cut'],
  ['stream-cut-clean-40', 'stream_cut'],
  ['stream-cut-reset-40', 'stream_cut'],
  ['stream-cut-in-chunk-40', 'stream_cut'],
  ['bad-chunk-40', undefined],
  ['error-in-stream-40', 'upstream_error'],
  // The reason of the stop was told before the event that ends the stream.
  ['no-done', undefined],
  ['one-byte-writes', undefined],
  ['split-utf8', undefined],
  ['crlf', undefined],
  ['comments', undefined],
  ['bom', undefined],
];

/** The client insists on a report of usage, and bytes that pass through are left as they are. */
const REWRITTEN: typeof ROWS = [['no-usage', undefined]];

describe.each([true, false])('streams of messages, passthrough %p', (passthrough) => {
  let gateway: TestGateway;
  let client: Anthropic;

  beforeAll(async () => {
    gateway = await startTestGateway({ passthrough });
    client = new Anthropic({ baseURL: gateway.url.replace(/\/v1$/, ''), apiKey: 'any' });
  });
  afterAll(() => gateway.stop());

  test.each(passthrough ? ROWS : [...ROWS, ...REWRITTEN])('%s', async (fault, code) => {
    const model = `sim-anthropic-messages/words-200+fault-${fault}`;
    const stream = client.messages.stream({
      model,
      max_tokens: 4_000,
      messages: [{ role: 'user', content: 'Say hello.' }],
    });
    const outcome = await stream.finalMessage().then(
      (message) => message.stop_reason,
      (thrown: unknown) => thrown,
    );
    if (code === undefined) expect(outcome).toBe('end_turn');
    else expect(outcome).toBeInstanceOf(Anthropic.APIError);
    await untilIdle(gateway);
    expect(gateway.generations.at(-1)?.failure?.code).toBe(code as never);
    expect(gateway.alarms).toEqual([]);
  });
});
