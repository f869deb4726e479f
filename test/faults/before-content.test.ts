// Every fault before the first content: with a fallback the client never notices; without one it gets the right failure,
// in its own language, and never the provider's 401. The wall has seen as many calls as may be, and no more.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import type { Generation } from '#accounting/generation.ts';
import { startTestGateway, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { ask, callsOf, recordOf } from './asking.ts';
import type { Received } from './asking.ts';
import { BEFORE_CONTENT, WAYS } from './rows.ts';
import type { BeforeRow } from './rows.ts';

const GREETING = 'Hi there.';

interface Cell {
  readonly row: BeforeRow;
  readonly stream: boolean;
  readonly company: string;
  readonly upstream: string;
  readonly name: string;
}

/** A cell of the table has a model of its own, so that all can be asked at once and each finds its calls. */
const cells: readonly Cell[] = BEFORE_CONTENT.flatMap((row) =>
  WAYS.filter((way) => row.only === undefined || row.only === way).flatMap((way) =>
    ['alone', 'with fallback'].map((company) => {
      const upstream = `hello+fault-${row.fault}+${way}+${company.replace(' ', '-')}`;
      return { row, stream: way === 'stream', company, upstream, name: `${row.fault}, ${way}, ${company}` };
    }),
  ),
);

/** These keep the process busy for a while, so they are asked one at a time and beside nobody's clock. */
const isHeavy = ({ row }: Cell): boolean => /runaway|endless|bomb|nested/.test(row.fault);

const SHORT = 'first_content_limit: 1s, whole_answer_limit: 1s';

let gateway: TestGateway;
beforeAll(async () => {
  const models = cells.map(({ upstream, company, row }) => {
    const limits = row.failure === 'first_content_timeout' ? `, ${SHORT}` : '';
    const fallback = company === 'alone' ? '' : ', fallback: [ good ]';
    return `  "${upstream}": { targets: [ "sim/${upstream}" ]${limits}${fallback} }`;
  });
  gateway = await startTestGateway({ models: ['  good: { targets: [ sim/hello ] }', ...models].join('\n') });
});
afterAll(() => gateway.stop());

const named = (chosen: readonly Cell[]) => chosen.map((cell) => [cell.name, cell] as const);

describe('before the first content', () => {
  test.concurrent.each(named(cells.filter((cell) => !isHeavy(cell))))('%s', (_, cell) => checkCell(cell));
  test.each(named(cells.filter(isHeavy)))('%s', (_, cell) => checkCell(cell), 30_000);

  test('leaves nothing running', async () => {
    await untilIdle(gateway);
    expect(gateway.alarms).toEqual([]);
  });
});

async function checkCell({ row, stream, company, upstream }: Cell): Promise<void> {
  const answer = await ask(gateway, { model: upstream, stream, say: GREETING });
  const calls = await callsOf(gateway, upstream);
  expect(calls).toHaveLength(row.tries);
  // What the provider asks for is waited for, measured at the provider.
  const [first, second] = calls;
  if (second !== undefined && row.retryAfter !== undefined) {
    const asked = row.fault.endsWith('fraction') ? 1_500 : row.retryAfter[0] * 1_000;
    expect(second.arrivedMs - (first?.endedMs ?? 0)).toBeGreaterThan(asked - 50);
  }
  if (company === 'alone' || row.final === true) expectFailure(answer, row);
  else expectFallback(answer, row, stream);
}

function expectFailure(answer: Received, row: BeforeRow): void {
  const { headers } = answer;
  expect([answer.status, answer.errors]).toEqual([row.status, [row.shown ?? row.failure]]);
  expect(headers.get('content-type')).toBe('application/json');
  expect(headers.get('x-should-retry')).toBe('false');
  expect(headers.get('x-clew-attempts')).toBe(String(row.tries));
  const { error } = JSON.parse(answer.raw) as { error: Record<string, unknown> };
  expect(Object.keys(error).toSorted()).toEqual(['code', 'message', 'param', 'type']);
  expect(String(error['message']).length).toBeGreaterThan(10);
  expect(answer.raw).not.toMatch(/<html|\n {4}at /i);
  const wait = headers.get('retry-after');
  if (row.retryAfter === undefined) expect(wait).toBeNull();
  else {
    expect(Number(wait)).toBeGreaterThanOrEqual(row.retryAfter[0]);
    expect(Number(wait)).toBeLessThanOrEqual(row.retryAfter[1]);
  }
  const record = recordOf(gateway, answer);
  expect(record.attempts.map(({ failure }) => failure)).toEqual(Array(row.tries).fill(row.failure));
  expect([record.failure?.code, record.cost]).toEqual([
    row.failure,
    wasBegun(record) ? 'unknown' : (0 as never),
  ]);
}

/** The head said yes: the prompt was taken, and these models have no price. */
function wasBegun({ attempts }: Generation): boolean {
  return attempts.some(({ status, failure }) => status === 200 && failure !== undefined);
}

function expectFallback(answer: Received, row: BeforeRow, stream: boolean): void {
  expect([answer.status, answer.errors, answer.finish, answer.done]).toEqual([200, [], 'stop', true]);
  expect(answer.text).toEndWith(GREETING);
  expect(answer.raw.includes('[DONE]')).toBe(stream);
  expect(answer.headers.get('x-clew-target')).toBe('sim/hello');
  const record = recordOf(gateway, answer);
  expect(record.attempts.map(({ failure }) => failure)).toEqual([
    ...Array(row.tries).fill(row.failure),
    undefined,
  ]);
  expect(record.failure).toBeUndefined();
  if (wasBegun(record)) return expect(record.cost).toBe('unknown');
  // All ask the fallback the same, so any of its bills is the bill; what was refused costs nothing.
  const bill = gateway.simulator
    .entries()
    .find(({ model, ended }) => model === 'hello' && ended === 'complete')?.bill;
  expect(record.cost).toBe(bill as never);
}
