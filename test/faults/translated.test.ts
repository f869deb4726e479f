// The same faults at a provider of another language than the client's, where every stream is translated: an answer is whole,
// to the letter, or it ends in one typed failure; nothing that was cut looks whole; the money is the provider's bill.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import { startTestGateway, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { ask, callsOf, recordOf } from './asking.ts';
import { BEFORE_CONTENT, IN_STREAM, WAYS } from './rows.ts';
import type { BeforeRow, GivenRow, Way } from './rows.ts';

const SAID = Array.from({ length: 8 }, (_, round) => `Zażółć gęślą jaźń, 道の${round} 🧵;`).join(' ');

interface Else extends Partial<GivenRow & BeforeRow> {
  /** The report that came first ends the answer, so the money is less than the last one says. */
  readonly cheaper?: true;
}
type Otherwise = Readonly<Record<string, Else>>;

/** Where a language's own end, or its frames, make something else of a fault. */
const LANGUAGES: Readonly<Record<string, Otherwise>> = {
  // The end is an event of its own, which says why: without it nothing is whole.
  cohere: {
    'length-too-short, stream': { failure: 'stream_cut' },
    'no-finish, stream': { failure: 'stream_cut' },
  },
  // The same; and the usage report is the last event, behind which nothing is read.
  'bedrock-converse': {
    'length-too-short, stream': { failure: 'stream_cut' },
    'no-finish, stream': { failure: 'stream_cut' },
    'two-usages, stream': { cheaper: true },
  },
};

const isTimed = ({ failure, fault }: { failure?: string; fault: string }): boolean =>
  /timeout|stalled/.test(failure ?? '') || /open|slow|endless|runaway|bomb|nested/.test(fault);

interface Cell {
  readonly row: BeforeRow | GivenRow;
  readonly way: Way;
  readonly upstream: string;
}

const cellsOf = (
  rows: readonly (BeforeRow | GivenRow)[],
  ways: readonly Way[],
  answer: string,
): readonly Cell[] =>
  rows
    .filter((row) => !isTimed(row))
    .flatMap((row) =>
      ways
        .filter((way) => !('only' in row) || row.only === undefined || row.only === way)
        .map((way) => ({ row, way, upstream: `${answer}+fault-${row.fault}+${way}` })),
    );

const BEFORE = cellsOf(BEFORE_CONTENT, WAYS, 'hello');
const IN = cellsOf(IN_STREAM, ['stream'], 'echo+rate-50');
const named = (cells: readonly Cell[]) =>
  cells.map((cell) => [`${cell.row.fault}, ${cell.way}`, cell] as const);

describe.each(Object.entries(LANGUAGES))('a provider that speaks %s', (language, otherwise) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    const models = [...BEFORE, ...IN].map(
      ({ upstream }) => `  "${upstream}": { targets: [ "sim-${language}/${upstream}" ] }`,
    );
    gateway = await startTestGateway({
      models: models.join('\n'),
      priced: IN.map(({ upstream }) => upstream),
    });
  });
  afterAll(() => gateway.stop());

  test.concurrent.each(named(BEFORE))('before the first content: %s', async (_, { row, way, upstream }) => {
    const answer = await ask(gateway, { model: upstream, stream: way === 'stream', say: 'Hi.' });
    const { status, failure } = { ...(row as BeforeRow), ...otherwise[`${row.fault}, ${way}`] };
    expect([answer.status, recordOf(gateway, answer).failure?.code]).toEqual([status, failure]);
    expect([answer.errors.length, answer.text, answer.done]).toEqual([1, '', false]);
  });

  test.concurrent.each(named(IN))('an answer is shown: %s', async (_, { row, way, upstream }) => {
    const answer = await ask(gateway, { model: upstream, stream: true, say: SAID });
    const { failure, text, cheaper } = { ...(row as GivenRow), ...otherwise[`${row.fault}, ${way}`] };
    const words = text?.(SAID) ?? SAID;
    const record = recordOf(gateway, answer);
    expect([answer.status, record.failure?.code, record.passthrough]).toEqual([200, failure, false]);
    if (failure === undefined) {
      expect([answer.errors, answer.done, answer.text]).toEqual([[], true, words]);
      const [call] = await callsOf(gateway, upstream);
      if (cheaper === true) expect(record.cost).toBeLessThan(call?.bill as never);
      else if (record.usage?.estimated !== true) expect(record.cost).toBe(call?.bill as never);
    } else {
      expect([answer.errors, answer.done, answer.finish]).toEqual([[failure], false, null]);
      expect(words).toStartWith(answer.text);
    }
  });

  test('leaves nothing running, and calls and counts arrive', async () => {
    await untilIdle(gateway);
    expect(gateway.alarms).toEqual([]);
    const tools = [
      {
        type: 'function',
        function: {
          name: 'f',
          parameters: { type: 'object', properties: { x: { type: 'string' } }, required: ['x'] },
        },
      },
    ];
    const answer = await ask(gateway, { model: `sim-${language}/tools-2`, stream: true, more: { tools } });
    expect([answer.status, answer.errors, answer.finish]).toEqual([200, [], 'tool_calls']);
    const record = recordOf(gateway, answer);
    expect(record.usage?.outputTotal).toBeGreaterThan(0);
    expect(record.cost).toBe(gateway.simulator.entries().at(-1)?.bill as never);
  });
});
