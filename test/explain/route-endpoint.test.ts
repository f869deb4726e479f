// `POST /v1/route` of a whole gateway: what would be done with a request in any language, without doing it.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { DryRun } from '#gateway/route.ts';
import { startTestGateway, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

const MODELS = `
  both: { targets: [ sim/words-50, { target: sim/hello, weight: 3 } ], strategy: weighted }
  turns: { targets: [ sim/words-50, sim/hello ], strategy: round-robin }
  sees: { targets: [ { target: sim/words-50, traits: [ tools ] }, { target: sim/hello, traits: [ tools, vision ] } ] }
  one: { targets: [ sim/hello ] }
  raced: { targets: [ sim/hello, sim/words-50 ], hedge: on, on_cut: continue }
  quick: { targets: [ sim/words-50, sim/hello ], strategy: latency }
policies:
  - { name: guests stay home, when: key.name == "guest", set: { max_price: { prompt: 0 } } }
  - { name: code goes second, when: request.task == "code", set: { order: [ sim/hello ] } }`;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    keys: '[ { name: member, secret: env:A }, { name: guest, secret: env:B }, { name: narrow, secret: env:C, models: [ one ] } ]',
    env: { A: 'member-key', B: 'guest-key', C: 'narrow-key' },
    models: MODELS,
  });
});
afterAll(() => gateway.stop());

interface Asked {
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly path?: string;
}

function post(body: unknown, { key = 'member', headers = {}, query = '', path = '/v1/route' }: Asked = {}) {
  return fetch(`http://127.0.0.1:${gateway.port}${path}${query}`, {
    method: 'POST',
    headers: { ...(key !== null && { authorization: `Bearer ${key}-key` }), ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

async function route(body: unknown, asked?: Asked): Promise<DryRun> {
  const response = await post(body, asked);
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return JSON.parse(text) as DryRun;
}

const chat = (model: string, more: object = {}) => ({
  model,
  messages: [{ role: 'user', content: 'Good day.' }],
  ...more,
});
const targets = (view: DryRun) =>
  view.choices.flatMap(({ candidates }) => candidates.map((one) => one.target));

describe('a dry run', () => {
  test('tells the candidates with their probabilities, costs and times, in the order in which they would be asked', async () => {
    const view = await route(chat('both'), { query: '?draw=0.5' });
    expect(view).toMatchObject({
      object: 'route',
      dialect: 'openai-chat',
      model: 'both',
      policy: null,
      plan: ['sim/hello', 'sim/words-50'],
      hedge: { rule: 'off', after_ms: null, target: null },
      on_cut: 'error',
      removed: [],
      detailed: true,
    });
    expect(view.snapshot).toMatch(/^[0-9a-f]{12}$/);
    expect(view.request?.input_tokens).toBeGreaterThan(0);
    const [choice] = view.choices;
    expect(choice).toMatchObject({ strategy: 'weighted', drawn: 0.5 });
    expect(choice?.candidates.map(({ target, place, probability }) => [target, place, probability])).toEqual([
      ['sim/words-50', 2, 0.25],
      ['sim/hello', 1, 0.75],
    ]);
    for (const { expected, inputs } of choice?.candidates ?? []) {
      expect(expected?.cost_usd).toBeGreaterThan(0);
      expect(expected?.first_content_ms).toBeGreaterThan(0);
      expect(inputs?.in_flight).toBe(0);
    }
  });

  test('calls nobody, records nothing, and takes nobody’s turn', async () => {
    const calls = gateway.simulator.entries().length;
    const records = gateway.generations.length;
    const first = (await route(chat('turns'))).plan[0];
    for (let count = 0; count < 3; count += 1)
      expect((await route(chat('turns'))).plan[0]).toBe(first as string);
    await untilIdle(gateway);
    expect(gateway.simulator.entries()).toHaveLength(calls);
    expect(gateway.generations).toHaveLength(records);
    const asked = await post(chat('turns'), { path: '/v1/chat/completions' });
    expect(asked.headers.get('x-clew-target')).toBe(first as string);
    await asked.text();
    expect((await route(chat('turns'))).plan[0]).not.toBe(first as string);
  });

  test('goes by what was seen: live statistics count', async () => {
    for (let count = 0; count < 3; count += 1)
      await (await post(chat('quick'), { path: '/v1/chat/completions' })).text();
    await untilIdle(gateway);
    const { choices } = await route(chat('quick'));
    const samples = choices[0]?.candidates.map(({ inputs }) => inputs?.samples ?? 0) ?? [];
    expect(Math.max(...samples)).toBeGreaterThan(0);
    expect(choices[0]?.candidates[0]?.parts).toHaveProperty('time');
  });

  test('reckons where there is nothing to choose too, and tells of hedges and cuts', async () => {
    const { plan, choices } = await route(chat('one'));
    expect(plan).toEqual(['sim/hello']);
    expect(choices[0]?.candidates[0]?.expected?.cost_usd).toBeGreaterThan(0);
    const raced = await route(chat('raced'));
    expect(raced).toMatchObject({ on_cut: 'continue', hedge: { rule: 'on', target: 'sim/words-50' } });
    const off = await route(chat('raced'), { headers: { 'x-clew-hedge': 'off', 'x-clew-on-cut': 'error' } });
    expect(off).toMatchObject({ on_cut: 'error', hedge: { rule: 'off' } });
  });
});

const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };

describe('who is left out', () => {
  test('stands there with the reason', async () => {
    const view = await route({ model: 'sees', messages: [{ role: 'user', content: [image] }] });
    expect(view.plan).toEqual(['sim/hello']);
    expect(view.removed).toEqual([{ target: 'sim/words-50', why: 'takes no pictures' }]);
  });

  test('also where nobody is left, with what the client would be told', async () => {
    const { plan, refused, removed } = await route(chat('both', { provider: { only: ['nobody'] } }));
    expect(plan).toEqual([]);
    expect(refused).toMatchObject({ code: 'unsupported_feature', status: 400 });
    expect(removed.map(({ target }) => target)).toEqual(['sim/words-50', 'sim/hello']);
    const asked = await post(chat('both', { provider: { only: ['nobody'] } }), {
      path: '/v1/chat/completions',
    });
    expect(asked.status).toBe(400);
    expect(await asked.text()).toContain(JSON.stringify(refused?.message).slice(1, -1));
  });

  test('an unknown model is refused as it would be', async () => {
    expect((await route(chat('bath'))).refused).toMatchObject({ code: 'model_not_found', status: 404 });
  });
});

const PARTS = [{ text: 'Good day.' }];

describe('the language of the request', () => {
  test.each([
    ['openai-responses', { model: 'both', input: 'Good day.' }],
    ['gemini', { model: 'both', contents: [{ role: 'user', parts: PARTS }] }],
    ['openai-completions', { model: 'both', prompt: 'Good day.' }],
  ])('is found out: %s', async (dialect, body) => {
    expect(await route(body)).toMatchObject({ dialect, model: 'both' });
  });

  test.each([
    ['a field', chat('both', { max_tokens: 5, dialect: 'anthropic-messages' }), {}],
    ['a header', chat('both', { max_tokens: 5 }), { headers: { 'x-clew-dialect': 'anthropic-messages' } }],
    ['the query', chat('both', { max_tokens: 5 }), { query: '?dialect=anthropic-messages' }],
    [
      'the client’s own header',
      chat('both', { max_tokens: 5 }),
      { headers: { 'anthropic-version': '2023-06-01' } },
    ],
  ])('is told by %s', async (_, body, asked) => {
    expect(await route(body, asked)).toMatchObject({ dialect: 'anthropic-messages', model: 'both' });
  });

  test('whose paths name the model takes it from the body, and whether it is to be streamed', async () => {
    const body = { model: 'both', dialect: 'gemini', contents: [{ role: 'user', parts: PARTS }] };
    expect(await route({ ...body, stream: true })).toMatchObject({ dialect: 'gemini', model: 'both' });
  });

  test('that nobody speaks is an error that names those that are spoken', async () => {
    const response = await post(chat('both', { dialect: 'klingon' }));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('openai-responses');
  });

  test.each(['', 'no json', '[]', '{"model":"both"}'])('%p is no request', async (text) => {
    const response = await post(text);
    expect(response.status).toBe(400);
    expect(await response.json()).toHaveProperty('error');
  });
});

describe('the caller', () => {
  test('needs a key', async () => {
    expect((await post(chat('both'), { key: null })).status).toBe(401);
    expect((await post(chat('both'), { key: 'nobody' })).status).toBe(401);
  });

  test('sees its own policies', async () => {
    const { refused } = await route(chat('both'), { key: 'guest' });
    expect(refused?.code).toBe('unsupported_feature');
    const view = await route(chat('both'), { headers: { 'x-clew-task': 'code' } });
    expect(view).toMatchObject({ policy: 'code goes second', plan: ['sim/hello', 'sim/words-50'] });
    expect(view.choices[0]?.candidates[1]).toMatchObject({ wished: 1, probability: 1 });
  });

  test('may not look at models that it may not ask for', async () => {
    expect((await post(chat('both'), { key: 'narrow' })).status).toBe(403);
    expect((await route(chat('one'), { key: 'narrow' })).plan).toEqual(['sim/hello']);
  });

  test('may wish in headers, and under the other base path', async () => {
    const view = await route(chat('both'), {
      headers: { 'x-clew-order': 'sim/words-50', 'x-clew-allow-fallbacks': 'false' },
      path: '/api/v1/route',
    });
    expect(view.plan).toEqual(['sim/words-50']);
    expect(targets(view)).toEqual(['sim/words-50', 'sim/hello']);
    expect(view.choices[0]?.candidates[1]?.place).toBeNull();
    const wrong = await post(chat('both'), { headers: { 'x-clew-zdr': 'perhaps' } });
    expect(wrong.status).toBe(400);
  });

  test.each(['1', '-0.1', 'x', ''])('a draw of %p is none', async (draw) => {
    expect((await post(chat('both'), { query: `?draw=${draw}` })).status).toBe(400);
  });

  test('asks by POST', async () => {
    const response = await fetch(`http://127.0.0.1:${gateway.port}/v1/route`);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });
});
