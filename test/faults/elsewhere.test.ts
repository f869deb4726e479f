// Faults that a row cannot state: cut anywhere, cut in the arguments of a call, without end, and bytes that nobody asked
// for on a connection that is used again. With bytes passing through and without.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import { SseFramer } from '#framing/sse.ts';
import { STREAM_BYTES_MAX } from '#upstream/provider-stream.ts';
import { startTestGateway, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { ask, callsOf, recordOf } from './asking.ts';
import type { Received } from './asking.ts';

const SAID = 'Nine doors, zażółć, 道の果て.';
/** The last is beyond the end. */
const CUTS = [...Array.from({ length: 320 }, (_, step) => step * 7), 1_000_000];
const AS_OFTEN_AS_IT_TAKES = 100_000_000;
const TENANTS = 50;
/** Bytes of an answer from one look at what is held to the next. */
const HELD_EVERY = 16 * 1024 * 1024;
/** Bytes: less than what has come by the end, and room for what client, gateway and simulator, all here, have on the way. */
const HELD_MAX = 64 * 1024 * 1024;

describe.each([true, false])('passthrough %p', (passthrough) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    const cuts = CUTS.map(
      (at) => `  "cut-${at}": { targets: [ "sim/echo+rate-50+fault-cut-at-byte-${at}" ] }`,
    );
    gateway = await startTestGateway({ passthrough, models: cuts.join('\n') });
  });
  afterAll(() => gateway.stop());

  test('a stream that is cut at any byte is whole, cut, or not begun, and says so', async () => {
    const seen: string[] = [];
    for (let from = 0; from < CUTS.length; from += 40) {
      const some = CUTS.slice(from, from + 40).map((at) =>
        ask(gateway, { model: `cut-${at}`, stream: true, say: SAID }),
      );
      seen.push(...(await Promise.all(some)).map(howItEnded));
    }
    expect([seen[0], seen.at(-1)]).toEqual(['not begun', 'whole']);
    expect(seen.filter((how) => how === 'cut').length).toBeGreaterThan(CUTS.length / 10);
  }, 30_000);

  test.concurrent.each([20, 50, 95])('arguments that are cut after %p percent stay cut', async (percent) => {
    const model = `sim/echo+rate-20+fault-cut-in-arguments-${percent}`;
    const answer = await ask(gateway, { model, stream: true, say: 'Call.' });
    expect([answer.status, answer.done, answer.errors, answer.finish]).toEqual([
      200,
      false,
      ['stream_cut'],
      null,
    ]);
    expect(answer.raw).not.toContain('"finish_reason":"tool_calls"');
    const written = argumentsOf(answer);
    expect(written).toStartWith('{"place":');
    expect(() => JSON.parse(written) as unknown).toThrow();
  });

  // Whatever comes together with the end of a broken connection is lost in Bun's client: then it is a cut, and said so.
  test.concurrent.each(['no-last-chunk', 'length-too-long'])(
    '%s: whole, or cut and said so',
    async (fault) => {
      const answer = await ask(gateway, {
        model: `sim/echo+rate-20+fault-${fault}`,
        stream: true,
        say: SAID,
      });
      expect(['whole', 'cut']).toContain(howItEnded(answer));
    },
  );

  test('a stream without end is ended: the connection is closed, the memory flat, what came is billed', async () => {
    const before = residentWithoutGarbage();
    const model = `sim/echo+fault-runaway-${AS_OFTEN_AS_IT_TAKES}`;
    const response = await fetch(`${gateway.url}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: '道'.repeat(12) }] }),
    });
    let length = 0;
    let tail: Uint8Array[] = [];
    const held: number[] = [];
    let peak = 0;
    for await (const bytes of response.body ?? []) {
      length += bytes.length;
      tail = [...tail.slice(-1), bytes];
      peak = Math.max(peak, process.memoryUsage.rss() - before);
      if (length > (held.length + 1) * HELD_EVERY) held.push(residentWithoutGarbage() - before);
    }
    const last = Buffer.concat(tail).toString();
    expect(last).toContain('"code":"upstream_runaway"');
    expect(last).not.toContain('[DONE]');
    expect(length).toBeGreaterThan(STREAM_BYTES_MAX / 2);
    expect(held.length).toBeGreaterThanOrEqual(7);
    expect(Math.max(...held)).toBeLessThan(HELD_MAX);
    expect(peak).toBeLessThan(300 * 1024 * 1024);
    const [call] = await callsOf(gateway, model.slice('sim/'.length));
    expect(call?.ended).toBe('client-gone');
    expect(call?.bytesOut).toBeLessThan(STREAM_BYTES_MAX * 1.5);
    const record = gateway.generations.find((generation) => generation.model === model);
    expect(record).toMatchObject({ failure: { code: 'upstream_runaway' }, usage: { estimated: true } });
    expect(record?.usage?.outputTotal).toBeGreaterThan(100_000);
  }, 60_000);

  test.each([true, false])('a second answer behind the first is nobody’s, stream %p', async (stream) => {
    for (let round = 0; round < 5; round += 1) {
      const tenants = Array.from({ length: TENANTS }, (_, tenant) => tenant);
      await Promise.all(
        tenants.map((tenant) => askOwn(tenant % 2 === 0 ? 'poison' : undefined, stream, tenant)),
      );
    }
  });

  // Bytes that come when the next request is on its way already are an answer to it by all that HTTP/1.1 can say.
  test.each([true, false])('nor is one that comes while the connection waits, stream %p', async (stream) => {
    for (let round = 0; round < 10; round += 1) {
      await askOwn('poison-late', stream, round);
      await Bun.sleep(60);
      await askOwn(undefined, stream, round);
    }
  });

  async function askOwn(fault: string | undefined, stream: boolean, tenant: number): Promise<void> {
    const say = `Only for tenant ${tenant}.`;
    const model = fault === undefined ? 'sim/echo' : `sim/echo+fault-${fault}`;
    const answer = await ask(gateway, { model, stream, say });
    expect([answer.status, answer.text, answer.errors]).toEqual([200, say, []]);
    expect(recordOf(gateway, answer).attempts).toHaveLength(1);
  }

  test('leaves nothing running', async () => {
    await untilIdle(gateway);
    expect(gateway.alarms).toEqual([]);
  });
});

/** Bytes. What waits for the collector is no part of it: how much that is, says how busy the machine is. */
function residentWithoutGarbage(): number {
  Bun.gc(true);
  return process.memoryUsage.rss();
}

function howItEnded(answer: Received): string {
  const { status, errors, done, finish, text } = answer;
  if (status !== 200) {
    expect([status, errors, done]).toEqual([502, ['stream_cut'], false]);
    return 'not begun';
  }
  if (done) {
    expect([errors, finish, text]).toEqual([[], 'stop', SAID]);
    return 'whole';
  }
  expect([errors, finish]).toEqual([['stream_cut'], null]);
  expect(SAID).toStartWith(text);
  return 'cut';
}

/** The arguments of the call, as far as they came. */
function argumentsOf({ raw }: Received): string {
  const framer = new SseFramer();
  const frames = [...framer.push(Buffer.from(raw)), ...framer.finish()];
  return frames
    .filter(({ data }) => data.startsWith('{'))
    .map(({ data }) => {
      const [choice] = (JSON.parse(data) as { choices?: Choice[] }).choices ?? [];
      return choice?.delta?.tool_calls?.[0]?.function?.arguments ?? '';
    })
    .join('');
}

interface Choice {
  readonly delta?: {
    readonly tool_calls?: readonly { readonly function?: { readonly arguments?: string } }[];
  };
}
