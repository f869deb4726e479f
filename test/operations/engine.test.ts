// One engine under every operation: what chats have is shown for each of the others, over real sockets.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';

import { startTestGateway, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { ask, OPERATIONS } from './asking.ts';

const KEYS = '[ { name: laptop, secret: env:K1 }, { name: batch, secret: env:K2, models: [ sim/hello ] } ]';
const ENV = { K1: 'key-of-the-laptop', K2: 'key-of-the-batch' };
const LAPTOP = { authorization: `Bearer ${ENV.K1}` };
const MODELS = `  pair: { targets: [ sim/first, sim/second ] }
  ladder: { targets: [ sim/first ], fallback: [ sim/second ] }
  alone: { targets: [ sim/first ], attempts: 2 }
  slow: { targets: [ sim/silent ], whole_answer_limit: 200ms, first_content_limit: 200ms, attempts: 1 }`;

describe.each(OPERATIONS)('$name', (operation) => {
  let gateway: TestGateway;
  const { dialect, path, priced, apiType, stream = false } = operation;

  beforeAll(async () => {
    gateway = await startTestGateway({
      forgetful: true,
      keys: KEYS,
      env: ENV,
      models: MODELS,
      priced: ['first', 'second', 'silent'],
    });
  });
  afterAll(() => gateway.stop());
  afterEach(() => {
    for (const model of ['first', 'second', 'silent']) gateway.simulator.setFault(model, null);
  });
  const last = () => gateway.generations.at(-1);
  const asked = (model: string, headers: Record<string, string> = LAPTOP) =>
    ask(gateway.url, operation, model, headers);
  const bodyOf = async (response: Response) => (await response.json()) as { error: Record<string, unknown> };

  test('an answer has a record, with its cost or without one where nobody knows', async () => {
    const response = await asked('sim/second');
    expect(response.status).toBe(200);
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(10);
    const id = response.headers.get('x-clew-generation-id') ?? '';
    expect(response.headers.get('x-clew-target')).toBe('sim/second');
    expect(last()).toMatchObject({
      id,
      dialect,
      path,
      key: 'laptop',
      stream,
      target: 'sim/second',
      losses: [],
    });
    expect(typeof last()?.cost).toBe(priced ? 'number' : 'string');
    expect(last()?.attempts).toMatchObject([{ status: 200, cost: last()?.cost }]);
    const shown = await fetch(`${gateway.url}/generation?id=${id}`, { headers: LAPTOP });
    expect(await shown.json()).toMatchObject({
      data: { id, api_type: apiType, ...(priced ? {} : { cost_unknown: true }) },
    });
  });

  test('what passes by itself is asked again', async () => {
    gateway.simulator.setFault('first', '503', { times: 1 });
    const response = await asked('alone');
    expect(response.status).toBe(200);
    await response.arrayBuffer();
    expect(response.headers.get('x-clew-attempts')).toBe('2');
    expect(last()?.attempts.map(({ failure }) => failure)).toEqual(['upstream_overloaded', undefined]);
  });

  test.each(['503', 'reset-before-headers', 'html-200', 'empty-200'])(
    '%s is answered by the next target',
    async (fault) => {
      gateway.simulator.setFault('first', fault);
      const response = await asked('pair');
      expect(response.status).toBe(200);
      await response.arrayBuffer();
      expect(last()).toMatchObject({ model: 'pair', target: 'sim/second' });
      expect(last()?.attempts.map(({ target }) => target)).toEqual(['sim/first', 'sim/second']);
    },
  );

  test('a model that is broken is answered by its fallback', async () => {
    gateway.simulator.setFault('first', 'auth-401');
    const response = await asked('ladder');
    expect(response.status).toBe(200);
    await response.arrayBuffer();
    expect(last()?.attempts.map(({ failure }) => failure)).toEqual(['upstream_auth', undefined]);
  });

  test.each([
    ['auth-401', 502, 'upstream_auth'],
    ['429', 429, 'upstream_rate_limited'],
    ['500', 502, 'upstream_error'],
    ['400', 400, 'upstream_rejected'],
  ])('%s of the only target is told in the client’s language', async (fault, status, code) => {
    gateway.simulator.setFault('first', fault);
    const response = await asked('alone');
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/json');
    const { error } = await bodyOf(response);
    expect(error).toMatchObject({ message: expect.any(String), type: expect.any(String) });
    expect(last()).toMatchObject({ failure: { code }, cost: 0 });
  });

  test('silence has its limit', async () => {
    gateway.simulator.setFault('silent', 'silence');
    const response = await asked('slow');
    expect(response.status).toBe(504);
    expect((await bodyOf(response)).error['code']).toBe('first_content_timeout');
    expect(last()).toMatchObject({ failure: { code: 'first_content_timeout' }, cost: 0 });
  });

  test('keys: none, one that may not, a model that does not exist', async () => {
    expect((await asked('sim/first', {})).status).toBe(401);
    const other = await asked('sim/first', { authorization: `Bearer ${ENV.K2}` });
    expect(other.status).toBe(403);
    expect((await bodyOf(other)).error['code']).toBe('permission_denied');
    const nothing = await asked('nothing');
    expect(nothing.status).toBe(404);
    expect((await bodyOf(nothing)).error['code']).toBe('model_not_found');
  });

  test('wishes in headers hold', async () => {
    gateway.simulator.setFault('first', '503');
    const response = await asked('sim/first', { ...LAPTOP, 'x-clew-models': 'sim/second' });
    expect(response.status).toBe(200);
    await response.arrayBuffer();
    expect(last()?.target).toBe('sim/second');
  });

  test('an idempotency key is one call and one charge', async () => {
    gateway.simulator.clear();
    const headers = { ...LAPTOP, 'idempotency-key': `once-${operation.name}` };
    const first = await asked('sim/second', headers);
    const told = Buffer.from(await first.arrayBuffer());
    const body = Buffer.from(await (await sameAgain(gateway, operation, headers)).arrayBuffer());
    expect(first.status).toBe(200);
    if (operation.file === undefined) {
      expect(body.equals(told)).toBe(true);
      expect(gateway.simulator.entries()).toHaveLength(1);
    } else {
      // Each form has a boundary of its own: it is another request, and said to be.
      expect(body.toString()).toContain('idempotency');
    }
  });

  test('nothing is left running', async () => {
    await untilIdle(gateway);
    expect(gateway.alarms).toEqual([]);
  });
});

function sameAgain(
  gateway: TestGateway,
  operation: (typeof OPERATIONS)[number],
  headers: Record<string, string>,
): Promise<Response> {
  return ask(gateway.url, operation, 'sim/second', headers);
}
