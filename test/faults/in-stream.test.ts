// Faults that leave an answer to be shown, with bytes passing through and without: it is whole, to the letter, or it ends in
// exactly one typed failure; a cut answer never looks whole; the money is the provider's bill; and nothing stays behind.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import { startTestGateway, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { ask, callsOf, recordOf } from './asking.ts';
import type { Received } from './asking.ts';
import { IN_ONE_PIECE, IN_STREAM } from './rows.ts';
import type { GivenRow } from './rows.ts';

/** The simulator repeats it, so every letter of the answer is known. Some letters have more bytes than one. */
const SAID = Array.from({ length: 10 }, (_, round) => `Zażółć gęślą jaźń, 道の${round} 🧵;`).join(' ');

interface Cell {
  readonly row: GivenRow;
  readonly stream: boolean;
  /** Each cell has a model of its own, so that all can be asked at once and each finds its call. */
  readonly upstream: string;
  readonly name: string;
}

const cellOf = (row: GivenRow, stream: boolean): Cell => {
  const way = stream ? 'stream' : 'whole';
  // What comes together with the end of a broken connection is lost in Bun's client, so there is time between.
  const pace = row.failure === undefined ? '' : '+rate-50';
  const upstream = `echo${pace}+fault-${row.fault}+${way}`;
  return { row, stream, upstream, name: `${row.fault}, ${way}` };
};

const cells: readonly Cell[] = [
  ...IN_STREAM.map((row) => cellOf(row, true)),
  ...IN_ONE_PIECE.map((row) => cellOf(row, false)),
];

/** Only where silence is the fault, so that a busy machine is not taken for a silent provider. */
const isSilent = ({ row }: Cell): boolean => row.failure === 'stream_stalled' || row.fault === 'no-done-open';

describe.each([true, false])('an answer is shown, passthrough %p', (passthrough) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    const models = cells.map((cell) => {
      const limits = isSilent(cell) ? ', silence_limit: 1s' : '';
      return `  "${cell.upstream}": { targets: [ "sim/${cell.upstream}" ]${limits} }`;
    });
    const priced = cells.map(({ upstream }) => upstream);
    gateway = await startTestGateway({ passthrough, priced, models: models.join('\n') });
  });
  afterAll(() => gateway.stop());

  test.concurrent.each(cells.map((cell) => [cell.name, cell] as const))('%s', async (_, cell) => {
    const { row, stream, upstream } = cell;
    const answer = await ask(gateway, { model: upstream, stream, say: SAID, more: reportOf(cell) });
    const calls = await callsOf(gateway, upstream);
    // After the commit nothing is asked again.
    expect(calls).toHaveLength(1);
    expect([answer.status, answer.headers.get('x-clew-attempts')]).toEqual([200, '1']);
    expectWords(answer, row);
    if (row.failure === undefined) expectWhole(answer, cell);
    else expectFailure(answer, row);
    if (row.failure === undefined) expectFinish(answer, row, passthrough);
    const record = recordOf(gateway, answer);
    expect([record.passthrough, record.failure?.code]).toEqual([passthrough, row.failure]);
    expect(record.attempts.map(({ failure }) => failure)).toEqual([row.failure]);
    const estimated = row.estimated === true || row.failure !== undefined;
    expect(record.usage?.estimated === true).toBe(estimated);
    if (estimated) expect(record.cost).toBeGreaterThan(0);
    else expect(record.cost).toBe(calls[0]?.bill as never);
    if (row.failure === 'stream_stalled') expect(calls[0]?.clientGoneMs).not.toBeNull();
  });

  test('leaves nothing running, and the next call works', async () => {
    await untilIdle(gateway);
    expect(gateway.alarms).toEqual([]);
    const answer = await ask(gateway, { model: 'sim/hello', stream: true });
    expect([answer.status, answer.done, answer.errors]).toEqual([200, true, []]);
  });
});

/** Half of the streams ask for the report of usage, so that the other half can show that it stays away. */
function reportOf({ stream, row }: Cell): object {
  return stream && row.fault.length % 2 === 0 ? { stream_options: { include_usage: true } } : {};
}

function expectWords({ text }: Received, row: GivenRow): void {
  const expected = row.text?.(SAID) ?? SAID;
  if (row.failure !== 'stream_cut' || row.fault.includes('clean')) expect(text).toBe(expected);
  // The last words before a cut may be lost with it.
  else expect(expected).toStartWith(text);
}

function expectFinish({ finish }: Received, row: GivenRow, passthrough: boolean): void {
  expect(finish).toBe(row.untold === true && passthrough ? null : (row.finish ?? 'stop'));
}

function expectWhole({ raw, errors, done, headers }: Received, cell: Cell): void {
  expect([errors, done]).toEqual([[], true]);
  if (!cell.stream) {
    expect(headers.get('content-type')).toBe('application/json');
    return;
  }
  expect(headers.get('content-type')).toStartWith('text/event-stream');
  expect(raw.trimEnd()).toEndWith('[DONE]');
  const reports = Object.keys(reportOf(cell)).length > 0 && cell.row.estimated !== true;
  expect(raw.includes('"usage":{')).toBe(reports);
}

function expectFailure({ raw, errors, done, finish, text }: Received, row: GivenRow): void {
  expect([errors, done, finish]).toEqual([[row.failure ?? ''], false, null]);
  expect(text).not.toBe('');
  // The failure is the last thing that is said.
  expect(raw.trimEnd().split('\n').at(-1)).toContain(`"code":"${row.failure}"`);
}
