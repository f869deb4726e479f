// Dry runs of requests in every language, whole and broken: nothing throws, what comes out can be shown, and the table has
// every candidate.

import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';

import { Keyring } from '#access/keyring.ts';
import { SystemClock } from '#base/system-clock.ts';
import { loadCatalogue } from '#config/catalogue-files.ts';
import { loadConfig } from '#config/load.ts';
import { CHAT_DIALECTS, CLIENT_DIALECTS, SPOKEN, VOCABULARIES } from '#dialects/index.ts';
import { Engine } from '#execution/engine.ts';
import { explainRoute } from '#gateway/route.ts';
import { printRoute } from '#routing/route-table.ts';
import { Statistics } from '#routing/statistics/statistics.ts';
import { headOf } from '../support/head.ts';
import { json, request, SEEDED } from './arbitraries.ts';
import { broken } from './broken.ts';

const RUNS = 60;
const CONFIG = `environment: off
providers:
  one: { dialect: openai-chat, url: https://one.example/v1, auth: none, models: { a: { price: { input: 1, output: 2 }, traits: [ tools ] } } }
  two: { dialect: anthropic-messages, url: https://two.example, auth: none, models: { b: {} } }
models:
  m: { targets: [ one/a, { target: two/b, quality: { code: 0.9 } } ], strategy: balanced }
policies:
  - { name: odd, when: request.tokens > 100 && request.task != "code", set: { strategy: price } }`;

function snapshot() {
  const catalogue = loadCatalogue();
  if (!catalogue.ok) throw new Error(catalogue.error.join('\n'));
  const loaded = loadConfig({
    text: CONFIG,
    env: {},
    catalogue: catalogue.value,
    vocabularies: VOCABULARIES,
  });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  return loaded.value;
}

const known = snapshot();
const anyone = new Keyring([]).admit(() => undefined);
const ports = {
  ...SPOKEN,
  draw: () => 0.5,
  clock: new SystemClock(),
  statistics: new Statistics(),
  engine: new Engine(),
};

async function explained(text: string) {
  if (!anyone.ok) throw new Error('nobody may ask');
  const question = { text, head: headOf('/v1/route'), caller: anyone.value, snapshot: known };
  return explainRoute({ ...question, dialects: CLIENT_DIALECTS }, ports);
}

const SPEAKERS = [...CHAT_DIALECTS.values()].filter(({ client }) => client !== undefined);

describe.each(SPEAKERS.map((dialect) => [dialect.id, dialect] as const))('%s', (id, { provider }) => {
  const bodies = request.map(
    (made) => provider?.encodeRequest({ ...made, model: 'm' }, 'm', {}).body ?? null,
  );

  test('requests are planned, and told', async () => {
    let planned = 0;
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const view = await explained(JSON.stringify({ ...(body as object), model: 'm', dialect: id }));
        if (!view.ok) return;
        const table = printRoute(view.value);
        for (const target of view.value.plan) expect(table).toContain(target);
        if (view.value.plan.length > 0) planned += 1;
      }),
      { ...SEEDED, numRuns: RUNS },
    );
    expect(planned).toBeGreaterThan(RUNS / 3);
  });

  test('whatever is broken in them, nothing throws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(broken(bodies), json), async (body) => {
        const view = await explained(JSON.stringify(body));
        if (view.ok) printRoute(view.value);
        else expect(view.error.code).not.toBe('internal');
      }),
      { ...SEEDED, numRuns: RUNS },
    );
  });
});
