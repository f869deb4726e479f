// The same `idempotency-key` twice: one call, one charge, one answer for all; another request under it is a mistake.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import OpenAI from 'openai';

import { startTestGateway } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

/** At once: this process's own client takes 256. */
const AT_ONCE = 200;
const ROUNDS = 10;
const MESSAGES = [{ role: 'user', content: 'Which way?' }];

let gateway: TestGateway;
let serial = 0;

beforeAll(async () => {
  gateway = await startTestGateway({
    keys: '[ { name: a, secret: env:KEY_A }, { name: b, secret: env:KEY_B } ]',
    env: { KEY_A: 'key-a', KEY_B: 'key-b' },
  });
});
afterAll(() => gateway.stop());
beforeEach(() => {
  gateway.simulator.clear();
  serial += 1;
});

interface Asked {
  readonly model?: string;
  readonly stream?: boolean;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

function ask({
  model = 'words-20',
  stream = false,
  key = 'key-a',
  headers,
  signal,
}: Asked): Promise<Response> {
  return fetch(`${gateway.url}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, ...(headers ?? once()) },
    body: JSON.stringify({ model: `sim/${model}`, stream, messages: MESSAGES }),
    ...(signal === undefined ? {} : { signal }),
  });
}

function once(): Record<string, string> {
  return { 'idempotency-key': `key-${serial}` };
}

const idOf = (response: Response): string | null => response.headers.get('x-clew-generation-id');
const replayedOf = (response: Response): string | null => response.headers.get('x-clew-replayed');

describe.each([false, true])('streamed: %p', (stream) => {
  test(`${AT_ONCE * ROUNDS} requests are one call and one charge`, async () => {
    const before = gateway.generations.length;
    const model = 'words-20+ttft-200';
    const texts = new Set<string>();
    const seen: Response[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const responses = await Promise.all(Array.from({ length: AT_ONCE }, () => ask({ model, stream })));
      for (const text of await Promise.all(responses.map((response) => response.text()))) texts.add(text);
      seen.push(...responses);
    }
    expect(texts.size).toBe(1);
    expect(new Set(seen.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(seen.map(idOf)).size).toBe(1);
    expect(gateway.simulator.entries().length).toBe(1);
    expect(gateway.generations.length - before).toBe(1);
    expect(seen.filter((response) => replayedOf(response) === null).length).toBe(1);
    expect(gateway.liveCount()).toBe(0);
  });

  test('after the end it is given again, byte for byte', async () => {
    const first = await ask({ stream });
    const text = await first.text();
    for (let again = 0; again < 3; again += 1) {
      const repeated = await ask({ stream });
      expect(await repeated.text()).toBe(text);
      expect(repeated.headers.get('content-type')).toBe(first.headers.get('content-type') ?? '');
      expect([idOf(repeated), replayedOf(repeated)]).toEqual([idOf(first), 'kept']);
      await Bun.sleep(60);
    }
    expect(gateway.simulator.entries().length).toBe(1);
  });

  test('what failed is tried anew', async () => {
    const failed = await ask({ model: 'fault-500', stream });
    expect(failed.status).toBeGreaterThanOrEqual(500);
    await failed.text();
    const attempts = gateway.simulator.entries().length;
    await (await ask({ model: 'fault-500', stream })).text();
    expect(gateway.simulator.entries().length).toBeGreaterThan(attempts);
  });

  test('the one who asked first may leave; when all have left the provider is let go', async () => {
    const model = 'words-30+rate-60';
    const leaving = new AbortController();
    const first = ask({ model, stream, signal: leaving.signal });
    first.catch(() => {});
    while (gateway.simulator.entries().length === 0) await Bun.sleep(5);
    const second = ask({ model, stream });
    await Bun.sleep(60);
    leaving.abort();
    const text = await (await second).text();
    expect(text).toContain(stream ? '[DONE]' : '"finish_reason":"stop"');
    expect(gateway.simulator.entries().length).toBe(1);

    serial += 1;
    const all = [new AbortController(), new AbortController()];
    const asked = all.map(({ signal }) => ask({ model: 'words-400+rate-20', stream, signal }));
    for (const one of asked) one.then((response) => response.text()).catch(() => {});
    while (gateway.simulator.entries().length < 2) await Bun.sleep(5);
    await Bun.sleep(100);
    for (const controller of all) controller.abort();
    while (gateway.liveCount() > 0) await Bun.sleep(5);
    // The provider hears of it by its connection, a moment later.
    while (gateway.simulator.entries().at(-1)?.ended === null) await Bun.sleep(5);
    expect(gateway.simulator.entries().at(-1)).toMatchObject({ ended: 'client-gone' });
  });
});

test('another request under the same key is 422, in the client’s own class', async () => {
  await (await ask({})).text();
  const client = new OpenAI({ apiKey: 'key-a', baseURL: gateway.url, maxRetries: 0 });
  const other = client.chat.completions.create(
    { model: 'sim/words-5', messages: [{ role: 'user', content: 'Something else.' }] },
    { headers: once() },
  );
  expect(await other.catch((error: unknown) => error)).toBeInstanceOf(OpenAI.UnprocessableEntityError);
});

test('another caller’s key is another key', async () => {
  const mine = await ask({});
  const theirs = await ask({ key: 'key-b' });
  expect(idOf(theirs)).not.toBe(idOf(mine));
  expect(replayedOf(theirs)).toBeNull();
});

test('a key has 1 to 255 characters', async () => {
  expect((await ask({ headers: { 'idempotency-key': 'x'.repeat(256) } })).status).toBe(400);
});

test('requests that are alike share one call while it runs, where they want to', async () => {
  const headers = { 'x-clew-single-flight': 'on' };
  const model = 'words-10+ttft-150';
  const together = await Promise.all(Array.from({ length: 20 }, () => ask({ model, headers })));
  await Promise.all(together.map((response) => response.text()));
  expect(gateway.simulator.entries().length).toBe(1);
  await (await ask({ model, headers })).text();
  expect(gateway.simulator.entries().length).toBe(2);
  await Promise.all([ask({ model, headers: {} }), ask({ model, headers: {} })]);
  expect(gateway.simulator.entries().length).toBe(4);
});
