// What the tests of the fault tables share: a row says what is on the wire when a request meets a fault, and no fault of a
// table may be without a row.

import { afterAll, beforeAll, expect, test } from 'bun:test';

import { asArray, asObject, asString, parseJson, type Json } from '#base/json.ts';
import { SseFramer } from '#framing/sse.ts';
import { startSimulator, type Simulator } from '#simulator/index.ts';
import { isWhole, postText, rawExchange, type Observed } from './raw-exchange.ts';
import { pieces } from '#simulator/words.ts';
import type { Fault } from '#simulator/faults/fault.ts';

export const TEXT = 'Follow the thread through nine doors and back again, said she';
const TOKENS = pieces(TEXT).length;

export interface Row {
  /** False: the answer comes whole. */
  readonly stream?: false;
  readonly until?: (bytes: Buffer) => boolean;
  readonly status: number | null;
  /** How the connection is left; open by default. */
  readonly ended?: Observed['ended'];
  /** Whether the HTTP message is complete; true by default. */
  readonly whole?: boolean;
  readonly check?: (observed: Observed) => void;
}

export type Rows = Readonly<Record<string, Row>>;

/** Asks for every row, and looks for faults of the table that have none. `elsewhere` has tests of its own. */
export function testRows(table: readonly Fault[], rows: Rows, elsewhere: readonly string[] = []): void {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator();
  });
  afterAll(() => simulator.stop());

  test.concurrent.each(Object.entries(rows))('%s', async (name, row) => {
    const fault = name.replace(/ \(whole\)$/, '');
    const request = requestFor(fault, row.stream !== false);
    const observed = await rawExchange({ port: simulator.port, request, until: row.until ?? isWhole });
    expect({ status: observed.status, ended: observed.ended, whole: observed.whole }).toEqual({
      status: row.status,
      ended: row.ended ?? 'open',
      whole: row.whole ?? true,
    });
    row.check?.(observed);
  });

  test('no fault without a row', () => {
    const tested = new Set(Object.keys(rows).flatMap((name) => [name, name.replace(/-\d+$/, '')]));
    const missing = table.filter(({ name, outside }) => outside === undefined && !tested.has(name));
    expect(missing.map(({ name }) => name)).toEqual([...elsewhere]);
  });
}

/** Asks for `TEXT` back, with the fault. */
export function requestFor(fault: string, stream: boolean): string {
  return postText('/v1/chat/completions', {
    model: `echo+fault-${fault}`,
    messages: [{ role: 'user', content: TEXT }],
    stream,
    ...(stream ? { stream_options: { include_usage: true } } : {}),
  });
}

export const says = (text: string) => (bytes: Buffer) => bytes.includes(text);

/** The wire shows these events; content as the client would read it. */
export function readStream(observed: Observed): { text: string; events: readonly string[] } {
  const framer = new SseFramer();
  const frames = [...framer.push(Buffer.from(observed.body)), ...framer.finish()];
  const text = frames.map((frame) => deltaText(parseJson(frame.data))).join('');
  return { text, events: frames.map((frame) => frame.data) };
}

function deltaText(chunk: Json | undefined): string {
  const delta = asObject(asObject(asArray(asObject(chunk)?.['choices'])?.[0])?.['delta']);
  return asString(delta?.['content']) ?? asString(delta?.['refusal']) ?? '';
}

export function errorOf(observed: Observed): Json | undefined {
  return asObject(parseJson(observed.body))?.['error'];
}

export const errorStatus = (status: number, code: string | null, header?: RegExp): Row => ({
  status,
  check: (observed) => {
    expect(errorOf(observed)).toMatchObject({ code });
    if (header !== undefined) expect(observed.head).toMatch(header);
  },
});

/** Text up to a share of the tokens, in whole pieces. */
export const upTo = (percent: number) =>
  pieces(TEXT)
    .slice(0, Math.floor((TOKENS * percent) / 100))
    .join('');

export const sends = (percent: number, more?: (observed: Observed) => void) => (observed: Observed) => {
  expect(readStream(observed).text).toBe(upTo(percent));
  expect(observed.body).not.toContain('"finish_reason":"stop"');
  expect(observed.body).not.toContain('[DONE]');
  more?.(observed);
};

/** Unusual layout: a client reads the same text as without the fault, and the end. */
export const sameText = (pattern: RegExp): Row => ({
  status: 200,
  check: (observed) => {
    const { text, events } = readStream(observed);
    expect(text).toBe(TEXT);
    expect(events.at(-1)).toBe('[DONE]');
    expect(observed.body).toMatch(pattern);
  },
});

export const complete = (observed: Observed) => {
  expect(readStream(observed).text).toBe(TEXT);
  expect(observed.body).toContain('"finish_reason":"stop"');
};
