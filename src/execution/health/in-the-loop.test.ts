// What the breakers, the pools and the budget do to exchanges: outages on a virtual clock.

import { describe, expect, test } from 'bun:test';

import { Secret } from '#base/secret.ts';
import { failure } from '#canonical/failure.ts';
import { GOOD, Stage } from '../../../test/support/scripted.ts';
import { plan, target } from '../../../test/support/targets.ts';

const OTHER_MODEL = plan(['a:p/1', 'b:q/2']);
const SAME_MODEL = plan(['a:p/1', 'a:q/1']);

describe('an outage', () => {
  test('of 60 s costs at most 8 calls of the primary, and it is back within 16 s', async () => {
    let back = Infinity;
    const stage = new Stage(({ target: { id } }) =>
      id === 'p/1' && stage.clock.now() < 60_000 ? 'upstream_overloaded' : GOOD,
    );
    for (let at = 0; at < 120_000; at += 4_000) {
      stage.clock.advance(Math.max(0, at - stage.clock.now()));
      const asked = await stage.ask(OTHER_MODEL);
      expect(asked.failure).toBeUndefined();
      if (at >= 60_000 && asked.tried.at(-1) === 'p/1') back = Math.min(back, at - 60_000);
    }
    const during = stage.calls.filter(({ target: { id }, at }) => id === 'p/1' && at < 60_000);
    expect(during.length).toBeLessThanOrEqual(8);
    expect(back).toBeLessThanOrEqual(16_000);
  });

  test('is gone round at once, before and after the breaker opens', async () => {
    const stage = new Stage(({ target: { id } }) => (id === 'p/1' ? 'upstream_error' : GOOD));
    const waits: number[] = [];
    for (let time = 0; time < 6; time += 1) waits.push((await stage.ask(SAME_MODEL)).waitedMs);
    expect(waits).toEqual([0, 0, 0, 0, 0, 0]);
    expect(stage.calls.filter(({ target: { id } }) => id === 'p/1')).toHaveLength(3);
  });

  test('of everybody: one asks, the others hear at once when to come back', async () => {
    const alone = plan(['a:p/1']);
    const stage = new Stage(() => 'upstream_error');
    while (stage.engine.health.health(alone.targets[0]!.target, stage.clock.now()).breaker !== 'open') {
      await stage.ask(alone);
    }
    const before = stage.calls.length;
    // All at the same moment: the first is the probe, and while it is under way nobody else is let through.
    const together = await stage.clock.run(Promise.all(Array.from({ length: 20 }, () => stage.start(alone))));
    expect(stage.calls.length - before).toBe(1);
    const heard = together.map(({ outcome }) => (outcome.kind === 'failed' ? outcome.failure : undefined));
    expect(heard.filter((one) => one?.code === 'upstream_error')).toHaveLength(1);
    const refused = heard.filter((one) => one?.code === 'no_target_available');
    expect(refused).toHaveLength(19);
    expect(refused.every((one) => (one?.retryAfterMs ?? 0) >= 1_000)).toBe(true);
  });

  test('that everybody has costs a fifth more calls than exchanges', async () => {
    const stage = new Stage(() => 'upstream_error');
    const perSecond = 50;
    for (let at = 0; at < 30_000; at += 1_000 / perSecond) {
      stage.clock.advance(Math.max(0, at - stage.clock.now()));
      await stage.ask(OTHER_MODEL);
    }
    const exchanges = 30 * perSecond;
    expect(stage.calls.length).toBeLessThanOrEqual(exchanges * 1.2 + (30 + 10) * 3);
  });

  test('of everybody at once does not overdraw the budget: who waited to repeat asks again whether it may', async () => {
    const stage = new Stage(() => 'upstream_error');
    // Each at a target of its own, so that no breaker is in the way.
    const crowd = Array.from({ length: 200 }, (_, index) => stage.start(plan([`a:p/${index}`])));
    await stage.clock.run(Promise.all(crowd));
    expect(stage.calls.length - 200).toBeLessThanOrEqual(30 + 200 / 5);
  });

  test('by silence costs one attempt in each exchange, and all of a burst are answered elsewhere', async () => {
    const stage = new Stage(({ target: { id } }) => (id === 'p/1' ? 'silence' : GOOD));
    const burst = Array.from({ length: 200 }, () =>
      stage.start(plan(['a:p/1', 'b:q/2'], { firstContentMs: 10_000 })),
    );
    const ended = await stage.clock.run(Promise.all(burst));
    expect(ended.filter(({ outcome }) => outcome.kind === 'stream')).toHaveLength(200);
    expect(ended.every(({ attempts }) => attempts.length === 2)).toBe(true);
    const next = await stage.ask(OTHER_MODEL);
    expect([next.tried, next.waitedMs]).toEqual([['q/2'], 0]);
  });
});

describe('a pool of credentials', () => {
  const credentials = ['p#1', 'p#2', 'p#3'].map((id) => ({ id, weight: 1, secret: new Secret(id) }));
  const pooled = {
    ...OTHER_MODEL,
    targets: [{ target: target('p/1', { credentials }), model: 'a' }, OTHER_MODEL.targets[1]!],
  };
  const used = (calls: readonly { credential: { id: string } | undefined }[]) =>
    calls.map(({ credential }) => credential?.id ?? 'none');

  test.each(['upstream_auth', 'upstream_quota', 'upstream_rate_limited'] as const)(
    '%s of one is answered by another, at once, and the exchange after it does not meet the first',
    async (code) => {
      const stage = new Stage(({ credential }) =>
        credential?.id === 'p#1' ? failure(code, '', { retryAfterMs: 60_000, upstreamStatus: 401 }) : GOOD,
      );
      let met = 0;
      for (let time = 0; time < 30; time += 1) {
        const { calls, failure: failed, waitedMs, tried } = await stage.ask(pooled);
        expect([failed, waitedMs, new Set(tried).size]).toEqual([undefined, 0, 1]);
        if (used(calls).includes('p#1')) met += 1;
      }
      expect(met).toBe(1);
    },
  );

  test('never asks the same one twice for what is its own fault while another is there', async () => {
    const stage = new Stage(({ target: { id } }) => (id === 'p/1' ? 'upstream_rate_limited' : GOOD));
    const { calls, tried } = await stage.ask(pooled);
    expect(tried).toEqual(['p/1', 'p/1', 'q/2']);
    expect(new Set(used(calls.slice(0, 2))).size).toBe(2);
  });
});

test('when all are parked and the soonest is soon, it is waited for; else the client hears for how long', async () => {
  const limited = (retryAfterMs: number) => failure('upstream_rate_limited', '', { retryAfterMs });
  const stage = new Stage(({ target: { id } }, time) => {
    if (time > 0) return GOOD;
    return limited(id === 'p/1' ? 50_000 : 30_000);
  });
  await stage.ask(SAME_MODEL);
  const told = await stage.ask(SAME_MODEL);
  expect([told.failure?.code, told.failure?.retryAfterMs, told.calls.length]).toEqual([
    'upstream_rate_limited',
    30_000,
    0,
  ]);
  stage.clock.advance(15_000);
  const waited = await stage.ask(SAME_MODEL);
  expect([waited.failure, waited.waitedMs, waited.tried]).toEqual([undefined, 15_000, ['q/1']]);
});

describe('a prompt that is too long', () => {
  const of = (...windows: (number | undefined)[]) => ({
    ...OTHER_MODEL,
    targets: windows.map((contextTokens, index) => ({
      model: `m${index}`,
      target: target(`p/${index}`, contextTokens === undefined ? {} : { contextTokens }),
    })),
  });
  test.each([
    ['a larger window', of(8_000, 8_000, 32_000), ['p/0', 'p/2']],
    ['a window that nobody knows', of(8_000, undefined), ['p/0', 'p/1']],
    ['none is larger', of(32_000, 8_000, 32_000), ['p/0']],
  ])('%s', async (_, on, tried) => {
    const stage = new Stage((_order, time) =>
      time === 0 && stage.calls.length === 1 ? 'context_length_exceeded' : GOOD,
    );
    const asked = await stage.ask(on);
    expect(asked.tried).toEqual(tried);
    expect(asked.failure?.code).toBe(tried.length === 1 ? 'context_length_exceeded' : undefined);
  });
});
