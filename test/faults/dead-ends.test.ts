// Addresses at which no answer is to be had: a fallback answers, or the failure is the right one, and in time.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import type { FailureCode } from '#canonical/failure.ts';
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
import { ask, recordOf } from './asking.ts';
import type { DEAD_ENDS } from './rows.ts';

interface End {
  readonly url: string;
  readonly stop?: () => Promise<void> | void;
}

interface Row {
  readonly status: number;
  readonly failure: FailureCode;
  readonly open: () => End | Promise<End>;
}

const unreachable = { status: 502, failure: 'upstream_unreachable' } as const;
const badTls = { status: 502, failure: 'upstream_tls' } as const;
const silent = { status: 504, failure: 'first_content_timeout' } as const;

const ROWS: Readonly<Record<(typeof DEAD_ENDS)[number] | 'accepts-only', Row>> = {
  'connect-refused': { ...unreachable, open: () => ({ url: refusedUrl() }) },
  unresolvable: { ...unreachable, open: () => ({ url: unresolvableUrl() }) },
  'tls-expired': { ...badTls, open: () => startBadTls('expired') },
  'tls-wrong-host': { ...badTls, open: () => startBadTls('wrong-host') },
  'tls-untrusted': { ...badTls, open: () => startBadTls('untrusted') },
  'tls-stalled': { ...silent, open: startStalledTls },
  'black-hole': { status: 504, failure: 'connect_timeout', open: startBlackHole },
  'accepts-only': { ...silent, open: startSilentAcceptor },
};

// A queue that is full behaves so on Linux only.
const names = Object.keys(ROWS).filter(
  (name) => name !== 'black-hole' || process.platform === 'linux',
) as (keyof typeof ROWS)[];
const cells = names.flatMap((name) => [true, false].map((stream) => [name, stream] as const));

const LIMITS = 'connect_limit: 500ms, first_content_limit: 2s, whole_answer_limit: 2s';

describe('where nobody answers', () => {
  const ends: End[] = [];
  let gateway: TestGateway;
  beforeAll(async () => {
    const providers: string[] = [];
    const models: string[] = ['  good: { targets: [ sim/hello ] }'];
    for (const name of names) {
      const end = await ROWS[name].open();
      ends.push(end);
      providers.push(`  ${name}: { dialect: openai-chat, url: "${end.url}", auth: none, models: { m: {} } }`);
      models.push(`  "with-${name}": { targets: [ ${name}/m ], fallback: [ good ], ${LIMITS} }`);
      models.push(`  "alone-${name}": { targets: [ ${name}/m ], ${LIMITS} }`);
    }
    gateway = await startTestGateway({
      forgetful: true,
      providers: providers.join('\n'),
      models: models.join('\n'),
    });
  });
  afterAll(async () => {
    await gateway.stop();
    for (const { stop } of ends) await stop?.();
  });

  test.concurrent.each(cells)('%s, stream %p: the failure is the right one', async (name, stream) => {
    const { status, failure } = ROWS[name];
    const answer = await ask(gateway, { model: `alone-${name}`, stream });
    expect([answer.status, answer.errors]).toEqual([status, [failure]]);
    const record = recordOf(gateway, answer);
    expect(record.attempts.map((attempt) => attempt.failure)).toEqual([failure]);
    expect(record.cost).toBe(0 as never);
  });

  test.concurrent.each(cells)('%s, stream %p: a fallback answers', async (name, stream) => {
    const answer = await ask(gateway, { model: `with-${name}`, stream });
    expect([answer.status, answer.errors, answer.done]).toEqual([200, [], true]);
    const record = recordOf(gateway, answer);
    expect(record.attempts.map((attempt) => attempt.failure)).toEqual([ROWS[name].failure, undefined]);
  });

  test('leaves nothing running', async () => {
    await untilIdle(gateway);
    expect(gateway.alarms).toEqual([]);
  });
});
