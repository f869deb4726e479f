// What a gateway with too much to do refuses, over real sockets, in every language of clients: the lowest class first, at
// once, with a word about when to come back; and what runs already goes on.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';

import type { Load } from '#gateway/shedding.ts';
import { startTestGateway, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

const GB = 1_073_741_824;
const shed: string[] = [];
const load = {
  loopDelayMs: 0,
  heap: 0,
  shed: (...what: readonly string[]) => void shed.push(what.join(' ')),
} satisfies Load;

let gateway: TestGateway;
beforeAll(async () => {
  const keys = ['low', 'normal', 'high', 'critical'].map(
    (name) => `{ name: ${name}, secret: env:KEY_${name}, priority: ${name} }`,
  );
  gateway = await startTestGateway({
    load,
    keys: `[ ${keys.join(', ')}, { name: plain, secret: env:KEY_plain } ]`,
    env: Object.fromEntries(
      ['low', 'normal', 'high', 'critical', 'plain'].map((name) => [`KEY_${name}`, `${name}-key`]),
    ),
    server: 'shed: { loop_delay: 100ms, heap: 1GB, in_flight: 10 }',
  });
});
afterAll(() => gateway.stop());
beforeEach(() => {
  Object.assign(load, { loopDelayMs: 0, heap: 0 });
  shed.length = 0;
});

const HI = [{ role: 'user', content: 'Hi.' }];

interface Wish {
  readonly model?: string;
  readonly stream?: boolean;
  readonly signal?: AbortSignal;
}

function ask(key: string, headers: Record<string, string> = {}, wish: Wish = {}) {
  const { model = 'sim/hello', stream = false, signal } = wish;
  return fetch(`${gateway.url}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}-key`, ...headers },
    body: JSON.stringify({ model, stream, messages: HI }),
    ...(signal && { signal }),
  });
}

async function statuses(): Promise<readonly number[]> {
  const all = await Promise.all(['low', 'normal', 'high', 'critical'].map((key) => ask(key)));
  await Promise.all(all.map((answer) => answer.arrayBuffer()));
  return all.map(({ status }) => status);
}

describe('the lowest class first', () => {
  test.each([
    ['a heap of 80 %', { heap: 0.8 * GB }, [200, 200, 200, 200]],
    ['a heap of 86 %', { heap: 0.86 * GB }, [503, 200, 200, 200]],
    ['a heap of 92 %', { heap: 0.92 * GB }, [503, 503, 200, 200]],
    ['a heap of 96 %', { heap: 0.96 * GB }, [503, 503, 503, 200]],
    ['a full heap', { heap: GB }, [503, 503, 503, 503]],
    ['timers that are late as allowed', { loopDelayMs: 100 }, [200, 200, 200, 200]],
    ['twice as late', { loopDelayMs: 200 }, [503, 200, 200, 200]],
    ['four times', { loopDelayMs: 400 }, [503, 200, 200, 200]],
    ['eight times', { loopDelayMs: 800 }, [503, 503, 200, 200]],
    ['sixteen times', { loopDelayMs: 1_600 }, [503, 503, 503, 200]],
    ['thirty-two times', { loopDelayMs: 3_200 }, [503, 503, 503, 503]],
  ])('%s', async (_, state, expected) => {
    Object.assign(load, state);
    expect(await statuses()).toEqual(expected);
    expect(shed).toHaveLength(expected.filter((status) => status === 503).length);
  });

  test('a key without a class is normal; a header lowers it and does not raise it', async () => {
    load.heap = 0.86 * GB;
    const priority = (value: string) => ({ 'x-clew-priority': value });
    const answers = await Promise.all([
      ask('plain'),
      ask('plain', priority('low')),
      ask('critical', priority('low')),
      ask('low', priority('critical')),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 503, 503, 503]);
  });

  test('a stranger hears what it always hears', async () => {
    load.heap = GB;
    expect((await ask('nobody')).status).toBe(401);
  });
});

interface Language {
  readonly path: string;
  readonly streamPath?: string;
  readonly body: object;
  readonly status: number;
  /** Where its clients look for what kind of error it is, and what they find. */
  readonly kind: readonly [field: string, value: string];
}

const LANGUAGES: Readonly<Record<string, Language>> = {
  chat: {
    path: '/chat/completions',
    body: { model: 'sim/hello', messages: HI },
    status: 503,
    kind: ['code', 'overloaded'],
  },
  responses: {
    path: '/responses',
    body: { model: 'sim/hello', input: 'Hi.' },
    status: 503,
    kind: ['code', 'overloaded'],
  },
  messages: {
    path: '/messages',
    body: { model: 'sim/hello', max_tokens: 9, messages: HI },
    status: 529,
    kind: ['type', 'overloaded_error'],
  },
  gemini: {
    path: 'beta/models/sim%2Fhello:generateContent',
    streamPath: 'beta/models/sim%2Fhello:streamGenerateContent',
    body: { contents: [{ parts: [{ text: 'Hi.' }] }] },
    status: 503,
    kind: ['status', 'UNAVAILABLE'],
  },
};

describe.each(Object.entries(LANGUAGES))('a refusal in %s', (_, { path, streamPath, body, status, kind }) => {
  test.each([false, true])('has the shape of that language, stream %p', async (stream) => {
    load.heap = GB;
    const answer = await fetch(`${gateway.url}${stream ? (streamPath ?? path) : path}`, {
      method: 'POST',
      headers: { 'x-api-key': 'plain-key' },
      body: JSON.stringify(streamPath === undefined ? { ...body, stream } : body),
    });
    const { error } = (await answer.json()) as { error: Record<string, string> };
    expect([answer.status, error[kind[0]]]).toEqual([status, kind[1]]);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.headers.get('x-should-retry')).toBe('true');
    expect(['1', '2']).toContain(answer.headers.get('retry-after') ?? '');
    expect(error['message']).toContain('more work than it accepts');
  });
});

test('nothing is begun, recorded or read for what is refused', async () => {
  await untilIdle(gateway);
  const before = gateway.generations.length;
  load.heap = GB;
  await Promise.all(Array.from({ length: 50 }, async () => (await ask('plain')).arrayBuffer()));
  expect([gateway.generations.length - before, gateway.liveCount()]).toEqual([0, 0]);
});

test('what runs already goes on to its end', async () => {
  const answer = await ask('low', {}, { model: 'sim/long', stream: true });
  Object.assign(load, { loopDelayMs: 5_000, heap: GB });
  expect((await ask('low')).status).toBe(503);
  const said = await answer.text();
  expect(said.trimEnd().endsWith('data: [DONE]')).toBe(true);
  await untilIdle(gateway);
});

test('exchanges at once: the lower classes leave room for the higher ones', async () => {
  const clients = Array.from({ length: 8 }, () => new AbortController());
  const waiting = clients.map(({ signal }) =>
    ask('critical', {}, { model: 'sim/echo+fault-silence', stream: true, signal }).catch(() => {}),
  );
  while (gateway.liveCount() < 8) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await statuses()).toEqual([503, 503, 200, 200]);
  for (const client of clients) client.abort();
  await Promise.all(waiting);
  await untilIdle(gateway);
});
