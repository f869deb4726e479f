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
    const first = lane.begin(10, 0);
    lane.begin(20, 0);
    lane.begin(30, 0);
    expect(lane.left(0)).toBeUndefined();
    lane.note({ requests: left(40), tokens: left(1_000, 5_000) }, first);
    expect(lane.left(0)).toMatchObject({ requests: { remaining: 38 }, tokens: { remaining: 950 } });
  });

  test('is what the youngest call was told, in whatever order answers come', () => {
    const lane = new Allowances();
    const [first, second] = [lane.begin(0, 0), lane.begin(0, 0)];
    lane.note({ requests: left(5) }, second);
    lane.note({ requests: left(6) }, first);
    expect(lane.left(0)?.requests?.remaining).toBe(5);
  });

  test('is never less than nothing', () => {
    const lane = new Allowances();
    const first = lane.begin(0, 0);
    for (let more = 0; more < 9; more += 1) lane.begin(0, 0);
    lane.note({ requests: left(3) }, first);
    expect(lane.left(0)?.requests?.remaining).toBe(0);
  });
});

describe('between two answers', () => {
  const told = (remaining: number, limit = 100) => ({ requests: { remaining, limit, resetsAt: 60_000 } });

  test('what others use goes on being used', () => {
    const lane = new Allowances();
    lane.note(told(80), lane.begin(0, 0));
    lane.note(told(69), lane.begin(0, 2_000));
    // Ten went to others in two seconds.
    expect(lane.left(2_000)?.requests?.remaining).toBeCloseTo(69, 9);
    expect(lane.left(6_000)?.requests?.remaining).toBeCloseTo(49, 9);
    expect(lane.left(50_000)?.requests?.remaining).toBe(0);
  });

  test('what fills again goes on filling, up to the limit', () => {
    const lane = new Allowances();
    lane.note(told(0), lane.begin(0, 0));
    lane.note(told(4), lane.begin(0, 1_000));
    expect(lane.left(3_000)?.requests?.remaining).toBeCloseTo(14, 9);
    expect(lane.left(59_000)?.requests?.remaining).toBe(100);
  });

  test('a limit that was made whole meanwhile, or two answers at once, tell nothing of that', () => {
    const lane = new Allowances();
    lane.note(told(3), lane.begin(0, 59_000));
    lane.note({ requests: { remaining: 99, limit: 100, resetsAt: 120_000 } }, lane.begin(0, 61_000));
    expect(lane.left(90_000)?.requests?.remaining).toBe(99);
    const other = new Allowances();
    other.note(told(50), other.begin(0, 0));
    other.note(told(40), other.begin(0, 10));
    expect(other.left(9_000)?.requests?.remaining).toBe(40);
  });

  test('a clock that steps back moves nothing', () => {
    const lane = new Allowances();
    lane.note(told(80), lane.begin(0, 9_000));
    lane.note(told(60), lane.begin(0, 1_000));
    expect(lane.left(0)?.requests?.remaining).toBe(60);
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
      // Over at once: it is not the number of calls at once that is looked at here.
      admission?.lane.concurrency.end(now);
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
