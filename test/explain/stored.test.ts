// What records keep of the way of an exchange, read from the database that real exchanges were written to: the plan made again
// from it is the plan that was carried out, and the API shows it in the words of a dry run.

import { Database } from 'bun:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Generation } from '#accounting/generation.ts';
import type { ExplanationView } from '#gateway/show-generation.ts';
import type { Explanation } from '#routing/explanation.ts';
import { replayPlan } from '#routing/replay.ts';
import { startTestGateway, until, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

const STRATEGIES = [
  'priority',
  'weighted',
  'round-robin',
  'price',
  'price-weighted',
  'latency',
  'throughput',
  'balanced',
  'least-busy',
] as const;

/** Every target fails, so that all of a plan is tried, in its order: what was tried is what was planned. */
const FAILING = '[ sim/fault-503, { target: sim/fault-500, weight: 3 }, sim/fault-502, sim/fault-529 ]';
const MODELS = `${STRATEGIES.map(
  (strategy) => `
  all-${strategy}: { targets: ${FAILING}, strategy: ${strategy}, attempts: 16, attempts_per_target: 1, fallback: [ spare ] }`,
).join('')}
  spare: { targets: [ sim/fault-504, sim/hello ] }
  good: { targets: [ sim/words-50, sim/hello ], strategy: latency }
policies:
  - { name: in few words, when: request.metadata.few == "yes", set: { explanation: brief } }`;

let gateway: TestGateway;
let database: Database;
beforeAll(async () => {
  gateway = await startTestGateway({
    forgetful: true,
    models: MODELS,
    keys: '[ { name: one, secret: env:A }, { name: other, secret: env:B } ]',
    env: { A: 'one-key', B: 'other-key' },
    explanations: '{ above: 1000000 }',
  });
  database = new Database(gateway.database, { readonly: true });
});
afterAll(async () => {
  database.close();
  await gateway.stop();
});

async function ask(model: string, more: object = {}): Promise<string> {
  const response = await fetch(`${gateway.url}/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer one-key' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Say hello.' }], ...more }),
  });
  await response.text();
  return response.headers.get('x-clew-generation-id') ?? '';
}

/** Once the journal has been drained. */
async function stored(id: string): Promise<Generation & { readonly explanation: Explanation }> {
  const row = () =>
    database.query<{ record: string }, [string]>('select record from generations where id = ?').get(id);
  await until(() => row() !== null);
  return JSON.parse(row()?.record ?? '') as Generation & { readonly explanation: Explanation };
}

const WISHES: readonly object[] = [
  {},
  { stream: true },
  { provider: { order: ['sim/fault-502', 'sim/fault-503'] } },
  { provider: { order: ['sim/fault-502', 'sim/fault-503'], allow_fallbacks: false } },
  { provider: { sort: 'price' } },
  { provider: { sort: { by: 'latency', partition: 'none' } } },
  { models: ['good'], provider: { ignore: ['sim/fault-500'] } },
];

describe.each(STRATEGIES)('%s', (strategy) => {
  test('the plan of a stored row is made again from it', async () => {
    let several = 0;
    const ids: string[] = [];
    for (const wishes of WISHES) ids.push(await ask(`all-${strategy}`, wishes));
    for (const id of ids) {
      const { explanation, attempts } = await stored(id);
      const planned = replayPlan(explanation);
      const tried = attempts.map(({ target }) => target);
      expect(planned.slice(0, tried.length)).toEqual(tried);
      // All of it was tried, unless somebody answered.
      if (attempts.at(-1)?.failure !== undefined) expect(tried).toEqual([...planned]);
      expect(new Set(tried).size).toBe(tried.length);
      if (tried.length > 1) several += 1;
    }
    // Where all models are one, the target that answers may come first.
    expect(several).toBeGreaterThanOrEqual(WISHES.length - 1);
  });
});

async function explained(id: string, key = 'one'): Promise<Response> {
  return fetch(`${gateway.url}/generation/explanation?id=${id}`, {
    headers: { authorization: `Bearer ${key}-key` },
  });
}

describe('GET /generation/explanation', () => {
  test('shows candidates, choice, fallbacks, and the attempts as they happened', async () => {
    const id = await ask('all-weighted', { provider: { ignore: ['sim/fault-500'] } });
    const { data } = (await (await explained(id)).json()) as { data: ExplanationView };
    expect(data).toMatchObject({
      id,
      object: 'route',
      model: 'all-weighted',
      target: 'sim/hello',
      detailed: true,
    });
    expect(data.removed).toEqual([{ target: 'sim/fault-500', why: expect.any(String) }]);
    expect(data.attempts.map(({ target }) => target)).toEqual([...data.plan]);
    expect(data.attempts.map(({ failure, status }) => [failure === null, status])).toContainEqual([
      true,
      200,
    ]);
    const probabilities = data.choices[0]?.candidates.map(({ probability }) => probability ?? 0) ?? [];
    expect(probabilities.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
    for (const { expected } of data.choices.flatMap(({ candidates }) => candidates)) {
      expect(expected?.total_ms).toBeGreaterThan(0);
    }
  });

  test('to its own caller only', async () => {
    const id = await ask('good');
    expect((await explained(id, 'other')).status).toBe(404);
    expect((await explained(id, 'nobody')).status).toBe(401);
    expect((await explained('gen-0-none')).status).toBe(404);
    expect((await explained(id)).status).toBe(200);
  });

  test('of which only the probabilities were kept has the plan all the same', async () => {
    const id = await ask('good', { metadata: { few: 'yes' } });
    const { data } = (await (await explained(id)).json()) as { data: ExplanationView };
    expect(data).toMatchObject({ policy: 'in few words', detailed: false });
    expect(data.plan).toHaveLength(2);
    expect(data.plan[0]).toBe(data.target as string);
    for (const { probability, expected, inputs } of data.choices[0]?.candidates ?? []) {
      expect(probability).toBeGreaterThan(0);
      expect([expected, inputs]).toEqual([null, null]);
    }
    await untilIdle(gateway);
  });
});
