// Sessions through a whole gateway: what a client calls one stays with the target that has its cache.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { startTestGateway } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

const MODELS = `
  even: { targets: [ sim/words-50, sim/hello, sim/tools-1, sim/tools-2 ], strategy: weighted }`;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    models: MODELS,
    keys: '[ { name: one, secret: env:A }, { name: other, secret: env:B } ]',
    env: { A: 'one-key', B: 'other-key' },
  });
});
afterAll(() => gateway.stop());

interface Asked {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly more?: object;
}

async function targetOf({ key = 'one', headers = {}, more = {} }: Asked): Promise<string> {
  const response = await fetch(`${gateway.url}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}-key`, ...headers },
    body: JSON.stringify({ model: 'even', messages: [{ role: 'user', content: 'Say hello.' }], ...more }),
  });
  expect(response.status, await response.text()).toBe(200);
  return response.headers.get('x-clew-target') ?? '';
}

async function targetsOf(asked: Asked, times = 12): Promise<readonly string[]> {
  const targets: string[] = [];
  for (let count = 0; count < times; count += 1) targets.push(await targetOf(asked));
  return targets;
}

const kinds = (targets: readonly string[]): number => new Set(targets).size;

describe('a session', () => {
  test('stays with one target, in a body or in a header; without one requests are spread', async () => {
    expect(kinds(await targetsOf({ more: { session_id: 'a talk' } }))).toBe(1);
    const first = await targetOf({ headers: { 'x-session-id': 'a second talk' } });
    const later = await targetsOf({ headers: { 'x-clew-session-id': 'a second talk' } });
    expect(new Set(later)).toEqual(new Set([first]));
    expect(kinds(await targetsOf({}, 20))).toBeGreaterThan(1);
  });

  test('of another key is another one', async () => {
    let apart = 0;
    for (let count = 0; count < 12; count += 1) {
      const more = { session_id: `talk ${count}` };
      if ((await targetOf({ more })) !== (await targetOf({ key: 'other', more }))) apart += 1;
    }
    // Three of four by chance; all twelve alike would be a chance of one in sixteen million.
    expect(apart).toBeGreaterThan(0);
  });

  test('whose target fails goes on with another one, and stays there', async () => {
    const more = { session_id: 'an unlucky talk' };
    const [first = ''] = await targetsOf({ more }, 2);
    gateway.simulator.setFault(first.replace('sim/', ''), 'fault-503', { times: 3 });
    const second = await targetOf({ more });
    expect(second).not.toBe(first);
    gateway.simulator.setFault(first.replace('sim/', ''), null);
    expect(new Set(await targetsOf({ more }, 6))).toEqual(new Set([second]));
  });

  test('may be asked about beforehand', async () => {
    const more = { session_id: 'a talk to be explained' };
    const first = await targetOf({ more });
    const response = await fetch(`${gateway.url}/route`, {
      method: 'POST',
      headers: { authorization: 'Bearer one-key' },
      body: JSON.stringify({ model: 'even', messages: [{ role: 'user', content: 'Say hello.' }], ...more }),
    });
    expect(await response.json()).toMatchObject({ choices: [{ stay: first }] });
  });
});
