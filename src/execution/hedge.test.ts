import { describe, expect, test } from 'bun:test';

import { seededDraw } from '#base/random.ts';
import { failure } from '#canonical/failure.ts';
import type { HedgeRule, Plan } from '#routing/plan.ts';
import { CLOSE, END, GOOD, OPEN, Stage, START, text } from '../../test/support/scripted.ts';
import type { Scripted } from '../../test/support/scripted.ts';
import { plan } from '../../test/support/targets.ts';
import { hedgeStep } from './hedge.ts';
import type { HedgeView } from './hedge.ts';

const P95_MS = 800;

/** Targets as in `plan`; all have a known p95. */
function hedged(names: readonly string[], rule: HedgeRule = 'on'): Plan {
  const made = plan(names, { hedge: rule });
  return { ...made, targets: made.targets.map((one) => ({ ...one, firstContentP95Ms: P95_MS })) };
}

const after = (ms: number): Scripted => [[START], ms, [OPEN, text('hello')], [CLOSE, END]];

/** Enough exchanges went well before that a few hedges are saved up. */
async function warm(act: ConstructorParameters<typeof Stage>[0]): Promise<Stage> {
  let live = false;
  const stage = new Stage((order, time) => (live ? act(order, time) : GOOD));
  for (let time = 0; time < 60; time += 1) await stage.ask(hedged(['a:p/1']));
  live = true;
  return stage;
}

describe('hedgeStep', () => {
  const view: HedgeView = { startedAt: 0, tries: [], mayHedge: true, overloaded: () => false };
  const TWO = hedged(['a:p/1', 'a:q/1']);
  const limited = { target: 1, failure: failure('upstream_rate_limited', '') };
  const busy = (index: number) => ({ ...view, overloaded: (at: number) => at === index });
  const once = { ...TWO, limits: { ...TWO.limits, attempts: 1 } };
  const step = (of: Plan, seen: HedgeView = view, hasTools = false) => hedgeStep(of, seen, 0, hasTools);

  test.each([
    ['the usual case', step(TWO)],
    ['tools, allowed', step(hedged(['a:p/1', 'a:q/1'], 'with-tools'), view, true)],
  ])('%s', (_, made) => {
    expect(made).toEqual({ do: 'hedge', target: 1, afterMs: P95_MS });
  });

  test.each([
    ['switched off', step(hedged(['a:p/1', 'a:q/1'], 'off'))],
    ['nobody else', step(hedged(['a:p/1']))],
    ['only another model', step(hedged(['a:p/1', 'b:q/2']))],
    ['tools', step(TWO, view, true)],
    ['nothing learned yet', step(plan(['a:p/1', 'a:q/1'], { hedge: 'on' }))],
    ['the budget is empty', step(TWO, { ...view, mayHedge: false })],
    ['the slow one is overloaded', step(TWO, busy(0))],
    ['the other one is overloaded', step(TWO, busy(1))],
    ['the other one is ill', step(TWO, { ...view, standing: () => 'probe' })],
    ['the other one was tried', step(TWO, { ...view, tries: [limited] })],
    ['no attempts left', step(once)],
  ])('%s: none', (_, made) => {
    expect(made).toBeUndefined();
  });
});

describe('a hedge', () => {
  const TWO = hedged(['a:p/1', 'a:q/1']);

  test('answers when it is first; the other is closed and has a row of its own', async () => {
    const stage = await warm(({ target: { id } }) => (id === 'p/1' ? after(30_000) : GOOD));
    const asked = await stage.ask(TWO);
    expect([asked.text, asked.waitedMs, asked.tried]).toEqual(['hello', P95_MS, ['p/1', 'q/1']]);
    const [lost, won] = asked.executed.attempts;
    expect([lost?.failure?.code, lost?.as, won?.failure, won?.as]).toEqual([
      'superseded',
      undefined,
      undefined,
      'hedge',
    ]);
    expect(lost?.endedAt).toBe(won?.firstContentAt as number);
    expect(asked.calls.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    expect([stage.clock.armed.size, stage.running.size]).toEqual([0, 0]);
  });

  test('is given up when the first answers after all, and stands before it in the record', async () => {
    const stage = await warm(({ target: { id } }) => (id === 'p/1' ? after(1_000) : after(5_000)));
    const asked = await stage.ask(TWO);
    expect([asked.waitedMs, asked.tried]).toEqual([1_000, ['q/1', 'p/1']]);
    expect(asked.executed.attempts.map(({ failure: failed }) => failed?.code)).toEqual([
      'superseded',
      undefined,
    ]);
    expect([stage.clock.armed.size, stage.running.size]).toEqual([0, 0]);
  });

  test('is not begun when the first is not slow', async () => {
    const stage = await warm(() => after(P95_MS - 1));
    expect((await stage.ask(TWO)).tried).toEqual(['p/1']);
  });

  test('that fails leaves the first to answer', async () => {
    const stage = await warm(({ target: { id } }) => (id === 'p/1' ? after(3_000) : 'upstream_error'));
    const asked = await stage.ask(TWO);
    expect([asked.text, asked.waitedMs, asked.failure]).toEqual(['hello', 3_000, undefined]);
  });

  test('takes over when the first fails while both run', async () => {
    const stage = await warm(({ target: { id } }) => (id === 'p/1' ? [[START], 1_000, 'cut'] : after(2_000)));
    const asked = await stage.ask(TWO);
    expect([asked.text, asked.waitedMs, asked.tried]).toEqual(['hello', P95_MS + 2_000, ['p/1', 'q/1']]);
  });

  test('moves nobody’s health by being given up', async () => {
    const stage = await warm(({ target: { id } }) => (id === 'p/1' ? after(30_000) : GOOD));
    for (let time = 0; time < 3; time += 1) await stage.ask(TWO);
    expect(stage.engine.health.health(TWO.targets[0]!.target, stage.clock.now())).toEqual({
      breaker: 'closed',
      ramp: 1,
    });
  });
});

test('one stall in a hundred: the slowest hundredth is halved and more, for at most a twentieth of calls', async () => {
  const run = async (rule: HedgeRule) => {
    const draw = seededDraw(11);
    const stage = new Stage(() => after(draw() < 0.01 ? 20_000 : 300 + draw() * 500));
    const waits: number[] = [];
    for (let time = 0; time < 3_000; time += 1) {
      waits.push((await stage.ask(hedged(['a:p/1', 'a:q/1'], rule))).waitedMs);
    }
    waits.sort((a, b) => a - b);
    return { p995: waits[Math.floor(waits.length * 0.995)] ?? 0, calls: stage.calls.length / waits.length };
  };
  const [without, withHedge] = [await run('off'), await run('on')];
  expect(without).toEqual({ p995: 20_000, calls: 1 });
  expect(withHedge.p995).toBeLessThan(without.p995 / 2);
  expect(withHedge.calls).toBeLessThanOrEqual(1.05);
  expect(withHedge.calls).toBeGreaterThan(1);
});
