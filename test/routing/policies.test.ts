// Policies through a whole gateway: what they set is in force for the requests that they are about, and for no others.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import { startTestGateway } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

const POLICIES = `policies:
  - name: batch goes second
    when: request.metadata.tier == "batch"
    set: { targets: [ sim/words-50 ] }
  - name: code goes third
    when: request.task == "code"
    set: { targets: [ sim/tools-1 ], attempts: 1 }
  - name: nothing for guests
    when: key.name == "guest" && request.stream
    set: { refuse: Streams are for members. }
  - name: acme stays cheap
    when: key.tenant == "acme"
    set: { max_price: { prompt: 0.5 } }
  - name: always
    set: { attempts: 2 }
`;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    keys: '[ { name: member, secret: env:A }, { name: guest, secret: env:B }, { name: acme, secret: env:C, tenant: acme } ]',
    env: { A: 'member-key', B: 'guest-key', C: 'acme-key' },
    models: `  fast: { targets: [ sim/hello ] }\n${POLICIES}`,
  });
});
afterAll(() => gateway.stop());

interface Asked {
  readonly key?: string;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly more?: object;
}

function ask({ key = 'member', text = 'Good day.', headers = {}, more = {} }: Asked): Promise<Response> {
  return fetch(`${gateway.url}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}-key`, ...headers },
    body: JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: text }], ...more }),
  });
}

async function targetOf(asked: Asked): Promise<string | null> {
  const response = await ask(asked);
  expect(response.status, await response.text()).toBe(200);
  return response.headers.get('x-clew-target');
}

describe('policies', () => {
  test('set targets by metadata, by what the request is about, and by what the client says it is about', async () => {
    expect(await targetOf({})).toBe('sim/hello');
    expect(await targetOf({ more: { metadata: { tier: 'batch' } } })).toBe('sim/words-50');
    expect(await targetOf({ text: 'Write a Python function.' })).toBe('sim/tools-1');
    expect(await targetOf({ headers: { 'x-clew-task': 'code' } })).toBe('sim/tools-1');
    expect(await targetOf({ text: 'Write a Python function.', headers: { 'x-clew-task': 'chat' } })).toBe(
      'sim/hello',
    );
  });

  test('the first that sets a thing counts, and the record says which held', async () => {
    await targetOf({ text: 'Write a Python function.', more: { metadata: { tier: 'batch' } } });
    expect(gateway.generations.at(-1)).toMatchObject({
      target: 'sim/words-50',
      explanation: { policy: 'batch goes second, code goes third, always' },
    });
  });

  test('refuse in the operator’s words', async () => {
    const refused = await ask({ key: 'guest', more: { stream: true } });
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain('Streams are for members.');
    expect(await targetOf({ key: 'guest' })).toBe('sim/hello');
  });

  test('what one bounds no request can loosen', async () => {
    const refused = await ask({ key: 'acme', more: { provider: { max_price: { prompt: 100 } } } });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('sim/hello');
  });
});
