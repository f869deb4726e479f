// One stall in a hundred: what a hedge makes of the slowest hundredth, and what it costs in calls. Figure R8 of the reference.

import { expect, setDefaultTimeout, test } from 'bun:test';

import { seededDraw } from '#base/random.ts';
import type { HedgeRule, Plan } from '#routing/plan.ts';
import { CLOSE, END, OPEN, Stage, START, text } from '../support/scripted.ts';
import { plan } from '../support/targets.ts';
import { quantile } from './world.ts';

setDefaultTimeout(60_000);

const EXCHANGES = 3_000;
const STALL_MS = 20_000;

/** Each of two targets stalls in one call of a hundred; the time that nineteen of twenty take is known. */
async function run(rule: HedgeRule, seed: number) {
  const draw = seededDraw(seed);
  const usual = () => 300 + draw() * 500;
  // Exactly one of each hundred exchanges begins with a stall: else chance decides on which side of p99 they are.
  let at = Math.floor(draw() * 100);
  let exchange = 0;
  const stage = new Stage(({ target: { id } }) => {
    const stalls = id === 'p/1' ? exchange % 100 === at : draw() < 0.01;
    return [[START], stalls ? STALL_MS : usual(), [OPEN, text('hello')], [CLOSE, END]];
  });
  const two = plan(['a:p/1', 'a:q/1'], { hedge: rule });
  const hedged: Plan = {
    ...two,
    targets: two.targets.map((one) => ({ ...one, firstContentP95Ms: 775 })),
  };
  const waits: number[] = [];
  for (; exchange < EXCHANGES; exchange += 1) {
    if (exchange % 100 === 0) at = Math.floor(draw() * 100);
    waits.push((await stage.ask(hedged)).waitedMs);
  }
  return { p99: quantile(waits, 0.99), callsEach: stage.calls.length / EXCHANGES };
}

test.each([1, 2, 3])(
  'the slowest hundredth takes half as long at most, for a twentieth of calls: seed %i',
  async (seed) => {
    const [without, withHedge] = [await run('off', seed), await run('on', seed)];
    expect(without).toEqual({ p99: STALL_MS, callsEach: 1 });
    expect(withHedge.p99).toBeLessThanOrEqual(without.p99 / 2);
    expect(withHedge.callsEach).toBeGreaterThan(1.01);
    expect(withHedge.callsEach).toBeLessThanOrEqual(1.05);
  },
);
