// What is thrown inside an exchange is a bug. The caller gets an answer or sees that it broke off, the record knows what was
// tried and what it cost, and nothing is left running.

import { afterAll, beforeAll, expect, test } from 'bun:test';

import { openaiChat } from '#dialects/openai-chat/index.ts';
import type { ClientDialect, Dialect } from '#dialects/dialect.ts';
import { startTestGateway, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { ask, recordOf } from './asking.ts';

const BUG = 'this dialect throws';

/** Throws where the model's name or the text asks for it, as no dialect should. */
const buggy: Dialect & { readonly client: ClientDialect } = {
  ...openaiChat,
  client: {
    ...openaiChat.client,
    encodeResponse: (response, context) => {
      if (context.request.model === 'whole') throw new Error(BUG);
      return openaiChat.client.encodeResponse(response);
    },
    openEncoder: (context) => {
      const encoder = openaiChat.client.openEncoder(context);
      let pushed = 0;
      return {
        push: (event) => {
          pushed += 1;
          if (context.request.model === 'stream' && pushed > 8) throw new Error(BUG);
          return encoder.push(event);
        },
      };
    },
  },
  provider: {
    ...openaiChat.provider,
    path: (model, stream, quirks) => {
      if (model === 'never-called') throw new Error(BUG);
      return openaiChat.provider.path(model, stream, quirks);
    },
  },
};

let gateway: TestGateway;
beforeAll(async () => {
  const models = [
    '  "call": { targets: [ "sim/hello+fault-auth-401", sim/never-called ] }',
    '  "whole": { targets: [ sim/words-50 ] }',
    '  "stream": { targets: [ "sim/words-50+rate-100" ] }',
  ];
  gateway = await startTestGateway({
    passthrough: false,
    forgetful: true,
    models: models.join('\n'),
    dialect: buggy,
  });
});
afterAll(() => gateway.stop());

test.each([true, false])('in a call: the attempts are kept, stream %p', async (stream) => {
  const answer = await ask(gateway, { model: 'call', stream });
  expect([answer.status, answer.errors, answer.headers.get('x-clew-attempts')]).toEqual([
    500,
    ['internal'],
    '2',
  ]);
  expect(answer.raw).not.toContain(BUG);
  const record = recordOf(gateway, answer);
  expect(record.attempts).toMatchObject([
    { target: 'sim/hello+fault-auth-401', status: 401, failure: 'upstream_auth' },
    { target: 'sim/never-called', failure: 'internal' },
  ]);
  expect(record.failure?.code).toBe('internal');
});

test('in the encoder of a whole answer: it is paid for, and the record says so', async () => {
  const answer = await ask(gateway, { model: 'whole', stream: false });
  expect([answer.status, answer.errors]).toEqual([500, ['internal']]);
  const record = recordOf(gateway, answer);
  expect(record.failure?.code).toBe('internal');
  expect(record.cost).toBe(gateway.simulator.entries().at(-1)?.bill as never);
});

test('in the encoder of a stream: it breaks off, and never looks whole', async () => {
  const body = JSON.stringify({
    model: 'stream',
    stream: true,
    messages: [{ role: 'user', content: 'Go.' }],
  });
  const response = await fetch(`${gateway.url}/chat/completions`, { method: 'POST', body });
  let received = '';
  const reading = async (): Promise<void> => {
    for await (const bytes of response.body ?? []) received += Buffer.from(bytes).toString();
  };
  await reading().catch((error: unknown) => (received += String(error)));
  expect(received).toContain('"content":');
  expect(received).not.toContain('[DONE]');
  expect(received).not.toContain('"finish_reason":"stop"');
  const record = gateway.generations.at(-1);
  expect(record).toMatchObject({
    model: 'stream',
    failure: { code: 'internal' },
    usage: { estimated: true },
  });
  expect(record?.attempts).toMatchObject([{ failure: 'internal' }]);
});

test('each is an alarm, nothing is left running, and the next call works', async () => {
  await untilIdle(gateway);
  expect(gateway.alarms).toHaveLength(4);
  for (const alarm of gateway.alarms) expect(alarm).toContain(BUG);
  const answer = await ask(gateway, { model: 'sim/hello', stream: true });
  expect([answer.status, answer.done]).toEqual([200, true]);
});
