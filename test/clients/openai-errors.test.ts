// Every error class of the official client, from the status and the body that Clew gives it: asked for whole and as a
// stream, with the client's own retries and without, with bytes passing through and the canonical way.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import OpenAI from 'openai';

import { startTestGateway, until, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

const KEYS = '[ { name: laptop, secret: env:K1 }, { name: batch, secret: env:K2, models: [ sim/hello ] } ]';
const ENV = { K1: 'key-of-the-laptop', K2: 'key-of-the-batch' };
const once = (name: string, fault: string, limits = ''): string =>
  `  ${name}: { targets: [ "sim/hello+${fault}" ], attempts: 1${limits} }`;
const MODELS = [
  once('limited', 'fault-429-retry-after-seconds-2'),
  once('overloaded', 'fault-503'),
  once('failing', 'fault-500'),
  once('refusing-our-key', 'fault-auth-401'),
  once('out-of-money', 'fault-quota-402'),
  once('no-such-upstream', 'fault-404'),
  once('rejecting', 'fault-422'),
  once('too-long', 'fault-context-length'),
  once('filtering', 'fault-content-filter-400'),
  once('silent', 'fault-silence', ', first_content_limit: 150ms, whole_answer_limit: 150ms'),
  once('late', 'fault-silence', ', deadline: 150ms'),
  once('page', 'fault-html-200'),
].join('\n');

interface Row {
  readonly ask?: object;
  readonly key?: string;
  readonly status: number;
  readonly code: string;
  readonly kind: new (...args: never[]) => Error;
  /** Calls of the provider; 1 where it is the provider that fails. */
  readonly calls: number;
}

const { APIError, InternalServerError } = OpenAI;
const message = (content: unknown): object => ({ messages: [{ role: 'user', content }] });

/** What Clew refuses by itself. */
const OWN: Readonly<Record<string, Row>> = {
  'a wrong key': {
    key: 'wrong',
    status: 401,
    code: 'invalid_api_key',
    kind: OpenAI.AuthenticationError,
    calls: 0,
  },
  'a key that may not': {
    key: ENV.K2,
    ask: { model: 'sim/words-50' },
    status: 403,
    code: 'permission_denied',
    kind: OpenAI.PermissionDeniedError,
    calls: 0,
  },
  'an unknown model': {
    ask: { model: 'nobody/knows' },
    status: 404,
    code: 'model_not_found',
    kind: OpenAI.NotFoundError,
    calls: 0,
  },
  'a message that is a number': {
    ask: message(7),
    status: 400,
    code: 'invalid_request',
    kind: OpenAI.BadRequestError,
    calls: 0,
  },
  'a body beyond the limit': {
    ask: message('x'.repeat(33 * 1_048_576)),
    status: 413,
    code: 'payload_too_large',
    kind: APIError,
    calls: 0,
  },
};

const one = (model: string, status: number, code: string, kind: Row['kind']): Row => ({
  ask: { model },
  status,
  code,
  kind,
  calls: 1,
});
/** What the provider fails at. */
const PROVIDERS: Readonly<Record<string, Row>> = {
  'a limit of the rate': one('limited', 429, 'rate_limit_exceeded', OpenAI.RateLimitError),
  'a provider that is overloaded': one('overloaded', 503, 'upstream_overloaded', InternalServerError),
  'a provider that fails': one('failing', 502, 'upstream_error', InternalServerError),
  'a provider that refuses our key': one('refusing-our-key', 502, 'upstream_auth', InternalServerError),
  'an account without money': one('out-of-money', 503, 'upstream_quota', InternalServerError),
  'a model that the provider does not know': one(
    'no-such-upstream',
    404,
    'model_not_found',
    OpenAI.NotFoundError,
  ),
  'a request that the provider rejects': one(
    'rejecting',
    422,
    'upstream_rejected',
    OpenAI.UnprocessableEntityError,
  ),
  'a prompt that is too long': one('too-long', 400, 'context_length_exceeded', OpenAI.BadRequestError),
  'a prompt that is filtered': one('filtering', 400, 'content_filter', OpenAI.BadRequestError),
  'no content in time': one('silent', 504, 'first_content_timeout', InternalServerError),
  'the deadline': one('late', 408, 'deadline_exceeded', APIError),
  'a page for people': one('page', 502, 'upstream_protocol', InternalServerError),
};

describe.each([true, false])('errors of openai, passthrough %p', (passthrough) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ passthrough, keys: KEYS, env: ENV, models: MODELS });
  });
  beforeEach(() => gateway.simulator.clear());
  afterAll(() => gateway.stop());

  const failed = async (row: Row, more: object, options: object): Promise<unknown> => {
    const client = new OpenAI({ baseURL: gateway.url, apiKey: row.key ?? ENV.K1, ...options });
    const asked = { model: 'sim/hello', messages: [{ role: 'user', content: 'Go.' }], ...row.ask, ...more };
    return client.chat.completions.create(asked as never).catch((thrown: unknown) => thrown);
  };

  const cases = Object.entries({ ...OWN, ...PROVIDERS });
  test.each(cases)('%s', async (_, row) => {
    for (const stream of [false, true]) {
      // Two retries are the client's default; it is told not to use them.
      for (const options of [{ maxRetries: 0 }, { maxRetries: 2 }]) {
        gateway.simulator.clear();
        const error = await failed(row, { stream }, options);
        expect(error).toBeInstanceOf(row.kind);
        expect(error).toMatchObject({ status: row.status, code: row.code });
        expect((error as Error).message).not.toContain('undefined');
        expect(gateway.simulator.entries().length).toBe(row.calls);
      }
    }
  });

  test('a limit of the rate says how long', async () => {
    const error = await failed(one('limited', 429, '', Error), {}, { maxRetries: 0 });
    expect((error as InstanceType<typeof APIError>).headers?.get('retry-after')).toBe('2');
  });

  test.each([false, true])('a client that runs out of patience, streaming %p', async (stream) => {
    const error = await failed(
      one('sim/words-40+ttft-20000', 0, '', Error),
      { stream },
      { maxRetries: 0, timeout: 1_000 },
    );
    // The head of a stream leaves with its first content, so both wait for the answer.
    expect(error).toBeInstanceOf(OpenAI.APIConnectionTimeoutError);
    await until(() => gateway.simulator.entries().at(-1)?.ended === 'client-gone');
    await untilIdle(gateway);
    expect(gateway.simulator.entries()).toHaveLength(1);
    expect(gateway.generations.at(-1)?.failure?.code).toBe('client_gone');
  });

  test('an abort before anything has come, and in the middle of a whole answer', async () => {
    for (const model of ['sim/hello+head-20000', 'sim/words-40+ttft-20000']) {
      const controller = new AbortController();
      const client = new OpenAI({ baseURL: gateway.url, apiKey: ENV.K1 });
      const asked = client.chat.completions.create(
        { model, messages: [{ role: 'user', content: 'Go.' }] },
        { signal: controller.signal },
      );
      const outcome = asked.catch((thrown: unknown) => thrown);
      await until(() => gateway.simulator.entries().at(-1)?.ended === null);
      controller.abort();
      expect(await outcome).toBeInstanceOf(OpenAI.APIUserAbortError);
      await until(() => gateway.simulator.entries().at(-1)?.ended === 'client-gone');
    }
    expect(gateway.simulator.entries()).toHaveLength(2);
  });

  test('leaves nothing running', async () => {
    await untilIdle(gateway);
    expect(gateway.alarms).toEqual([]);
  });
});
