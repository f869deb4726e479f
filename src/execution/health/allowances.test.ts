import { describe, expect, test } from 'bun:test';

import { seededDraw } from '#base/random.ts';
import { Secret } from '#base/secret.ts';
import { target } from '../../../test/support/targets.ts';
import { Allowances } from './allowances.ts';
import { HealthBook } from './health-book.ts';

const left = (remaining: number, limit = 100) => ({ remaining, limit, resetsAt: 60_000 });

describe('what is left of a limit', () => {
  test('is what was told, less what was begun since that call', () => {
    const lane = new Allowances();
    const first = lane.begin(10);
    lane.begin(20);
    lane.begin(30);
    expect(lane.left()).toBeUndefined();
    lane.note({ requests: left(40), tokens: left(1_000, 5_000) }, first);
    expect(lane.left()).toMatchObject({ requests: { remaining: 38 }, tokens: { remaining: 950 } });
  });

  test('is what the youngest call was told, in whatever order answers come', () => {
    const lane = new Allowances();
    const [first, second] = [lane.begin(0), lane.begin(0)];
    lane.note({ requests: left(5) }, second);
    lane.note({ requests: left(6) }, first);
    expect(lane.left()?.requests?.remaining).toBe(5);
  });

  test('is never less than nothing', () => {
    const lane = new Allowances();
    const first = lane.begin(0);
    for (let more = 0; more < 9; more += 1) lane.begin(0);
    lane.note({ requests: left(3) }, first);
    expect(lane.left()?.requests?.remaining).toBe(0);
  });
});

describe('a credential is drawn', () => {
  const credentials = ['p#1', 'p#2'].map((id) => ({ id, weight: 1, secret: new Secret(id) }));
  const pooled = target('p/1', { credentials });

  /** How often each of the two is drawn in so many calls, when they were told that so much is left. */
  function drawn(told: readonly (number | undefined)[], tokens = 0, now = 1_000): readonly number[] {
    const book = new HealthBook();
    const draw = seededDraw(3);
    for (const [index, remaining] of told.entries()) {
      const only = new Set(['p#1', 'p#2'].filter((id) => id !== `p#${index + 1}`));
      const admission = book.begin(pooled, { now: 0, without: only }, draw);
      if (admission === undefined || remaining === undefined) continue;
      admission.lane.allowances.note({ tokens: left(remaining, 20_000) }, admission.place);
    }
    const counts = [0, 0];
    for (let call = 0; call < 200; call += 1) {
      const admission = book.begin(pooled, { now, tokens }, draw);
      counts[admission?.credential?.id === 'p#1' ? 0 : 1]! += 1;
    }
    return counts;
  }

  test('never where too little is left for this prompt', () => {
    expect(drawn([50, 18_000], 51)[0]).toBe(0);
    expect(drawn([0, undefined])[0]).toBe(0);
  });

  test('less often where little is left, as ever where there is plenty', () => {
    expect(drawn([10, 18_000])[0]).toBeLessThan(50);
    expect(drawn([18_000, 18_000])[0]).toBeGreaterThan(80);
  });

  test('as ever when nothing is left anywhere, or the limits are whole again', () => {
    expect(drawn([0, 0], 1)[0]).toBeGreaterThan(80);
    expect(drawn([0, 18_000], 1, 60_000)[0]).toBeGreaterThan(80);
  });
});
