// Every fault before the first content: with a fallback the client never notices; without one it gets the right failure,
// in its own language, and never the provider's 401.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import {
  refusedUrl,
  startBadTls,
  startBlackHole,
  startSilentAcceptor,
  startStalledTls,
  unresolvableUrl,
} from '#simulator/dead-ends.ts';
import { startTestGateway, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

interface Row {
  readonly fault: string;
  readonly status: number;
  readonly code: string;
  /** Calls of the faulty target when there is another model to go to; 1 unless a blip is tried once more. */
  readonly tries?: number;
  /** A fault of the request: nobody else is asked. */
  readonly final?: boolean;
  /** Only unary answers, or only streams, have this fault. */
  readonly only?: 'stream' | 'whole';
}

const blip = { tries: 2 } as const;
const ROWS: readonly Row[] = [
  { fault: 'reset-before-headers', status: 502, code: 'upstream_reset', ...blip },
  { fault: 'close-before-headers', status: 502, code: 'upstream_reset', ...blip },
  { fault: 'silence', status: 504, code: 'first_content_timeout' },
  { fault: 'silence-in-headers', status: 504, code: 'first_content_timeout' },
  { fault: '429-retry-after-seconds-30', status: 429, code: 'rate_limit_exceeded' },
  { fault: '429-retry-after-date-30', status: 429, code: 'rate_limit_exceeded' },
  { fault: '429-retry-after-ms-30000', status: 429, code: 'rate_limit_exceeded' },
  { fault: '429-retry-after-huge', status: 429, code: 'rate_limit_exceeded' },
  { fault: '429-retry-after-negative', status: 429, code: 'rate_limit_exceeded' },
  { fault: '429-retry-after-junk', status: 429, code: 'rate_limit_exceeded' },
  { fault: '429', status: 429, code: 'rate_limit_exceeded' },
  { fault: '500', status: 502, code: 'upstream_error', ...blip },
  { fault: '502', status: 502, code: 'upstream_error', ...blip },
  { fault: '503', status: 503, code: 'upstream_overloaded', ...blip },
  { fault: '504', status: 502, code: 'upstream_error', ...blip },
  { fault: '529', status: 503, code: 'upstream_overloaded', ...blip },
  { fault: '408', status: 502, code: 'upstream_error', ...blip },
  { fault: '400', status: 400, code: 'upstream_rejected', final: true },
  { fault: '422', status: 400, code: 'upstream_rejected', final: true },
  { fault: '404', status: 404, code: 'model_not_found' },
  { fault: 'auth-401', status: 502, code: 'upstream_auth' },
  { fault: 'auth-403', status: 502, code: 'upstream_auth' },
  { fault: 'context-length', status: 400, code: 'context_length_exceeded', final: true },
  { fault: 'content-filter-400', status: 400, code: 'content_filter', final: true },
  { fault: 'quota-402', status: 503, code: 'upstream_quota' },
  { fault: 'quota-429', status: 503, code: 'upstream_quota' },
  { fault: 'html-200', status: 502, code: 'upstream_protocol' },
  { fault: 'html-502', status: 502, code: 'upstream_error', ...blip },
  { fault: 'empty-200', status: 502, code: 'upstream_protocol' },
  { fault: 'redirect', status: 502, code: 'upstream_protocol' },
  { fault: 'error-first', status: 503, code: 'upstream_overloaded', ...blip, only: 'stream' },
];

const MODELS = ROWS.flatMap(({ fault }) => [
  `  "with ${fault}": { targets: [ "sim/hello+fault-${fault}" ], fallback: [ good ], first_content_limit: 300ms, whole_answer_limit: 300ms }`,
  `  "alone ${fault}": { targets: [ "sim/hello+fault-${fault}" ], first_content_limit: 300ms, whole_answer_limit: 300ms }`,
]).map((line) => line.replace(/"(with|alone) /, '"$1-'));

describe('before the first content', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({
      models: ['  good: { targets: [ sim/hello ] }', ...MODELS].join('\n'),
    });
  });
  afterAll(() => gateway.stop());

  const ask = (model: string, stream: boolean): Promise<Response> =>
    fetch(`${gateway.url}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'Hi there.' }] }),
    });
  const cells = ROWS.flatMap((row) =>
    [true, false]
      .filter((stream) => row.only === undefined || (row.only === 'stream') === stream)
      .map((stream) => [row.fault, stream ? 'stream' : 'whole', row, stream] as const),
  );

  test.each(cells)('%s, %s: a fallback answers', async (fault, _, row, stream) => {
    gateway.simulator.clear();
    const response = await ask(`with-${fault}`, stream);
    const text = await response.text();
    const wall = gateway.simulator.entries().filter((entry) => entry.fault !== null).length;
    if (row.final === true) {
      expect([response.status, wall, gateway.simulator.entries().length]).toEqual([row.status, 1, 1]);
      return;
    }
    expect([response.status, response.headers.get('x-clew-target'), wall]).toEqual([
      200,
      'sim/hello',
      row.tries ?? 1,
    ]);
    expect(text).toContain(stream ? 'data: [DONE]' : 'Hi there.');
    const record = gateway.generations.at(-1);
    expect(record?.attempts.slice(0, -1).every((attempt) => attempt.failure !== undefined)).toBe(true);
    expect(record?.cost).toBe(gateway.simulator.entries().at(-1)?.bill as never);
  });

  test.each(cells)('%s, %s: without one, the right failure', async (fault, _, row, stream) => {
    const response = await ask(`alone-${fault}`, stream);
    const body = (await response.json()) as { error: { code: string; message: string } };
    expect([response.status, body.error.code]).toEqual([row.status, row.code]);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(body.error.message.length).toBeGreaterThan(10);
    if (/seconds|date|ms/.test(fault))
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(25);
    expect(gateway.generations.at(-1)).toMatchObject({ cost: 0 });
  });

  test('leaves nothing running', async () => {
    await untilIdle(gateway);
    expect(gateway.alarms).toEqual([]);
  });
});

describe('where nobody answers at all', () => {
  const ends: {
    name: string;
    status: number;
    code: string;
    url: string;
    stop?: () => Promise<void> | void;
  }[] = [];
  let gateway: TestGateway;
  beforeAll(async () => {
    const dead = async (
      name: string,
      status: number,
      code: string,
      end: { url: string; stop?: () => Promise<void> | void },
    ) => {
      ends.push({ name, status, code, ...end });
    };
    await dead('refused', 502, 'upstream_unreachable', { url: refusedUrl() });
    await dead('unresolvable', 502, 'upstream_unreachable', { url: unresolvableUrl() });
    await dead('silent', 504, 'first_content_timeout', await startSilentAcceptor());
    await dead('tls-stalled', 504, 'first_content_timeout', await startStalledTls());
    for (const kind of ['expired', 'wrong-host', 'untrusted'] as const) {
      await dead(`tls-${kind}`, 502, 'upstream_tls', await startBadTls(kind));
    }
    if (process.platform === 'linux')
      await dead('black-hole', 504, 'connect_timeout', await startBlackHole());
    const limits = 'connect_limit: 200ms, first_content_limit: 1s, whole_answer_limit: 1s';
    gateway = await startTestGateway({
      providers: ends
        .map(
          ({ name, url }) =>
            `  ${name}: { dialect: openai-chat, url: "${url}", auth: none, models: { m: {} } }`,
        )
        .join('\n'),
      models: [
        '  good: { targets: [ sim/hello ] }',
        ...ends.map(
          ({ name }) => `  "with-${name}": { targets: [ ${name}/m ], fallback: [ good ], ${limits} }`,
        ),
        ...ends.map(({ name }) => `  "alone-${name}": { targets: [ ${name}/m ], ${limits} }`),
      ].join('\n'),
    });
  });
  afterAll(async () => {
    await gateway.stop();
    for (const { stop } of ends) await stop?.();
  });

  test.each([true, false])(
    'a fallback answers, or the failure is the right one; stream %p',
    async (stream) => {
      const ask = async (model: string): Promise<readonly [number, string]> => {
        const response = await fetch(`${gateway.url}/chat/completions`, {
          method: 'POST',
          body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'Hi.' }] }),
        });
        const text = await response.text();
        return [
          response.status,
          response.ok ? 'answered' : (JSON.parse(text) as { error: { code: string } }).error.code,
        ];
      };
      const seen = await Promise.all(
        ends.map(async ({ name }) => [name, await ask(`with-${name}`), await ask(`alone-${name}`)] as const),
      );
      expect(seen).toEqual(
        ends.map(({ name, status, code }) => [name, [200, 'answered'], [status, code]] as const),
      );
      await untilIdle(gateway);
    },
  );
});
