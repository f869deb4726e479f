// What exchanges over real sockets teach, and what their records say of the choice.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Explanation } from '#routing/explanation.ts';
import { replay } from '#routing/replay.ts';
import { startTestGateway, until, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { target } from '../support/targets.ts';

const MODELS = `
  both: { targets: [ sim/words-50, { target: sim/hello, weight: 3 } ], strategy: weighted }
  quick: { targets: [ sim/words-50, sim/hello ], strategy: latency }
  cheap: { targets: [ { target: sim/unpriced }, sim/hello ], strategy: price }
  fails: { targets: [ sim/fault-reset-before-headers, sim/hello ], strategy: priority }
  kept: { targets: [ sim/words-50, { target: sim/hello, dataPolicy: { zdr: true, regions: [ fr ] } } ], zdr: true, region: eu }`;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ models: MODELS });
});
afterAll(() => gateway.stop());

async function ask(model: string, more: object = {}): Promise<Response> {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Say hello.' }], ...more });
  const response = await fetch(`${gateway.url}/chat/completions`, { method: 'POST', body });
  await response.text();
  return response;
}

function lastExplanation(): Explanation {
  return gateway.generations.at(-1)?.explanation as Explanation;
}

const seen = (id: string) => gateway.statistics.peek(target(id));

describe('attempts', () => {
  test.each([true, false])('teach times and success, and none is left running: stream %p', async (stream) => {
    for (let count = 0; count < 6; count += 1) expect((await ask('quick', { stream })).status).toBe(200);
    await untilIdle(gateway);
    const now = performance.now();
    for (const id of ['sim/words-50', 'sim/hello']) {
      expect(seen(id)?.inFlight ?? 0).toBe(0);
    }
    const known = seen('sim/words-50') ?? seen('sim/hello');
    expect(known?.samples(now)).toBeGreaterThan(0);
    expect(known?.timeToFirstTokenMs(0, now)).toBeLessThan(800);
    expect(known?.success(now)).toBeGreaterThan(0.9);
  });

  test('that fail count, those of others do not', async () => {
    const before = seen('sim/hello')?.success(performance.now()) ?? 1;
    for (let count = 0; count < 4; count += 1) await ask('fails');
    await untilIdle(gateway);
    expect(seen('sim/fault-reset-before-headers')?.success(performance.now())).toBeLessThan(0.8);
    expect(seen('sim/fault-reset-before-headers')?.inFlight).toBe(0);
    expect(seen('sim/hello')?.success(performance.now())).toBeGreaterThanOrEqual(Math.min(before, 0.98));
  });

  test('whose client leaves end too, and are nobody’s fault', async () => {
    const leaving = new AbortController();
    const body = JSON.stringify({
      model: 'sim/words-50+ttft-20000',
      stream: true,
      messages: [{ role: 'user', content: 'x' }],
    });
    const asked = fetch(`${gateway.url}/chat/completions`, { method: 'POST', body, signal: leaving.signal });
    await until(() => gateway.liveCount() === 1);
    leaving.abort();
    await asked.catch(() => undefined);
    await untilIdle(gateway);
    const left = gateway.generations.at(-1)?.attempts[0]?.target ?? '';
    expect(seen(left)?.inFlight ?? 0).toBe(0);
    expect(seen(left)?.success(performance.now()) ?? 1).toBeGreaterThan(0.9);
  });
});

describe('a record', () => {
  test('says with which probability each could have come first, and from what the choice can be made again', async () => {
    await ask('both');
    const { choices, request, snapshot } = lastExplanation();
    expect(snapshot).toBe(gateway.generations.at(-1)?.snapshot);
    expect(request?.inputTokens).toBeGreaterThan(0);
    const [choice] = choices;
    if (choice === undefined) throw new Error('no choice');
    expect(choice.candidates.map(({ target: id, share }) => [id, share])).toEqual([
      ['sim/words-50', 0.25],
      ['sim/hello', 0.75],
    ]);
    const first = choice.candidates[replay(choice).order[0] ?? -1]?.target;
    expect(gateway.generations.at(-1)?.target).toBe(first);
  });

  test('of a model with one target says so in a few words', async () => {
    await ask('sim/hello');
    expect(lastExplanation()).toEqual({
      snapshot: gateway.generations.at(-1)?.snapshot ?? '',
      choices: [
        { strategy: 'priority', candidates: [{ target: 'sim/hello', model: 'sim/hello', share: 1 }] },
      ],
      removed: [],
    });
  });

  test('an unknown price comes last, and its cost is not told', async () => {
    await ask('cheap');
    expect(gateway.generations.at(-1)?.target).toBe('sim/hello');
    const scores = lastExplanation().choices[0]?.candidates.map(({ score }) => score?.costNano);
    expect(scores?.[0]).toBeUndefined();
    expect(scores?.[1]).toBeGreaterThan(0);
  });
});

describe('limits', () => {
  test('on data keep a target out of the plan, fallback or not', async () => {
    await ask('kept');
    expect(gateway.generations.at(-1)?.target).toBe('sim/hello');
    expect(lastExplanation().removed).toEqual([{ target: 'sim/words-50', why: 'may keep what it is sent' }]);
  });

  test('of a request that nobody meets are told to the client', async () => {
    const body = { provider: { only: ['nobody'] } };
    const response = await ask('both', body);
    expect(response.status).toBe(400);
  });
});
