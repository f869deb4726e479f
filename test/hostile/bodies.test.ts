// Bodies that are too large or too slow, against a gateway in a process of its own: refused before they are in memory, and
// the connection is let go.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import { startTestGateway, until } from '../support/gateway.ts';
import { startGatewayProcess } from '../support/processes.ts';
import type { GatewayProcess } from '../support/processes.ts';
import { postText, rawExchange } from '../support/raw-exchange.ts';
import { upload } from '../support/upload.ts';
import type { UploadOptions } from '../support/upload.ts';

const MB = 1_048_576;
const LIMIT = 8 * MB;
/** Each body; many times the limit, and far less than would hide in the noise if it were kept. */
const BODY = 256 * MB;
/**
 * What resident memory may grow by while four such bodies come at once: four times the limit for those that have to be
 * read to know how long they are, as bytes and as text, and the collector's slack. The bodies together are 1 GB.
 */
const GROWTH = 128 * MB;
const DEADLINE_MS = 1_000;

let gateway: GatewayProcess;
beforeAll(async () => {
  gateway = await startGatewayProcess(`server: { body_limit: 8MB, body_deadline: ${DEADLINE_MS}ms }
providers: { sim: { dialect: openai-chat, url: "http://127.0.0.1:1/v1", auth: none } }
`);
  // What the first request builds is no growth.
  await upload({ port: gateway.port, declared: 2, send: 2, piece: 2 });
});
afterAll(() => gateway.stop());

/** The largest that resident memory became while `work` ran, less what it was before. */
async function growthDuring(work: Promise<unknown>): Promise<number> {
  const before = await gateway.residentBytes();
  let largest = before;
  let over = false;
  const done = work.finally(() => {
    over = true;
  });
  while (!over) {
    largest = Math.max(largest, await gateway.residentBytes());
    await Bun.sleep(20);
  }
  await done;
  return Math.max(largest, await gateway.residentBytes()) - before;
}

async function nothingIsLeft(): Promise<void> {
  expect(await gateway.metric('clew_exchanges_in_flight')).toBe(0);
}

describe('too large', () => {
  test.each([
    ['declared', { declared: BODY }],
    ['in chunks', {}],
  ] as const)(
    '%s: 413, and memory does not grow by the body',
    async (_, how) => {
      const options: UploadOptions = { port: gateway.port, send: BODY, ...how };
      const uploads = Promise.all(Array.from({ length: 4 }, () => upload(options)));
      const growth = await growthDuring(uploads);
      for (const { status, text } of await uploads) {
        expect([status, text.includes('"payload_too_large"')]).toEqual([413, true]);
      }
      console.log(`4 × ${BODY / MB} MB: resident memory grew by ${Math.round(growth / MB)} MB`);
      expect(growth).toBeLessThan(GROWTH);
      await nothingIsLeft();
    },
    60_000,
  );
});

describe('too slow', () => {
  test.each([
    ['declared', { declared: 100_000 }],
    ['in chunks', {}],
  ] as const)(
    '%s: 408 after the limit, the connection is closed, nothing stays',
    async (_, how) => {
      const options: UploadOptions = { port: gateway.port, send: 100_000, piece: 10, pauseMs: 100, ...how };
      const startedAt = performance.now();
      const uploads = await Promise.all(Array.from({ length: 100 }, () => upload(options)));
      for (const { status, closed, text, sent } of uploads) {
        expect([status, closed, sent < 100_000]).toEqual([408, true, true]);
        expect(text).toContain('`server.body_deadline`');
      }
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(DEADLINE_MS);
      await nothingIsLeft();
    },
    60_000,
  );

  test('a hundred thousand bytes in time are read', async () => {
    const answer = await upload({ port: gateway.port, declared: 100_000, send: 100_000, piece: 10_000 });
    // Spaces are no JSON: it was read and judged.
    expect([answer.status, answer.text.includes('not valid JSON')]).toEqual([400, true]);
  });
});

// These wait for limits of seconds, all at once.

test.concurrent.each([
  ['declared', { declared: BODY }],
  ['in chunks', {}],
] as const)('too large, %s, and never at an end: the connection is closed', async (_, how) => {
  // A piece of the limit's size first, then others: the answer comes at once, and the others would go on for half a minute.
  const options = { port: gateway.port, send: BODY, piece: LIMIT + MB, pauseMs: 1_000, ...how };
  const { status, closed, sent } = await upload(options);
  expect([status, closed, sent < BODY]).toEqual([413, true, true]);
});

test.concurrent('a connection that waits for its next request is closed, after a whole answer and after a stream', async () => {
  const own = await startTestGateway({ idleSec: 1 });
  const ask = (stream: boolean): Promise<boolean> =>
    rawExchange({
      port: own.port,
      request: postText('/v1/chat/completions', {
        // Longer than the idle limit: silence within an answer is not idleness.
        model: 'sim/words-3+ttft-6000',
        stream,
        messages: [{ role: 'user', content: 'Go.' }],
      }),
      until: () => false,
    }).then(({ text, ended }) => ended === 'closed' && text.includes('"finish_reason":"stop"'));
  expect(await Promise.all([ask(false), ask(true)])).toEqual([true, true]);
  await until(() => own.armedAlarms() === 0);
  await own.stop();
}, 30_000);
