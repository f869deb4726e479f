import { describe, expect, test } from 'bun:test';
import { seededDraw } from '#base/random.ts';
import type { Explanation } from '#routing/explanation.ts';
import { DEFAULT_LIMITS } from '#routing/plan.ts';
import type { Plan } from '#routing/plan.ts';
import { target } from '../../test/support/targets.ts';
import { KeptDetail } from './kept-detail.ts';

const SCORE = {
  weight: undefined,
  costNano: 1,
  firstMs: 1,
  eachMs: 1,
  totalMs: 1,
  success: 1,
  inFlight: undefined,
  samples: 1,
  failedAgoMs: undefined,
  ramp: undefined,
  slowStart: undefined,
  warmTokens: undefined,
};
const EXPLANATION: Explanation = {
  choices: [
    {
      strategy: 'latency',
      drawn: 0.7,
      candidates: [
        { target: 'a/a', model: 'm', share: 0.4, score: SCORE },
        { target: 'b/b', model: 'm', share: 0.6, score: SCORE },
        { target: 'c/c', model: 'm', last: 'rests', score: SCORE },
      ],
    },
  ],
  removed: [{ target: 'd/d', why: 'takes no pictures' }],
};

function plan(more: Partial<Plan> = {}): Plan {
  const targets = ['b/b', 'a/a', 'c/c'].map((id) => ({ target: target(id), model: 'm' }));
  const { removed } = EXPLANATION;
  const rest = { model: 'm', strategy: 'latency', removed, limits: DEFAULT_LIMITS };
  return { ...rest, targets, explanation: EXPLANATION, ...more };
}

const BUSY = { above: 2, detail: 0 };
const detailed = (kept: Explanation) => kept.choices[0]?.candidates.every(({ score }) => score !== undefined);

describe('the detail of a record', () => {
  test('is kept up to so many in a second, each second anew', () => {
    const kept = new KeptDetail();
    const at = (now: number) => detailed(kept.of(plan(), BUSY, { now, draw: () => 0.5 }));
    expect([100, 200, 300, 999].map(at)).toEqual([true, true, false, false]);
    expect([1_000, 1_001, 1_002].map(at)).toEqual([true, true, false]);
    // A clock that steps back begins a second too.
    expect(at(500)).toBe(true);
  });

  test('without it every probability is there, in the order of the plan', () => {
    const kept = new KeptDetail().of(plan(), { above: 0, detail: 0 }, { now: 0, draw: () => 0.5 });
    expect(kept).toEqual({
      order: ['b/b', 'a/a', 'c/c'],
      choices: [
        {
          strategy: 'latency',
          drawn: 0.7,
          candidates: [
            { target: 'a/a', model: 'm', share: 0.4 },
            { target: 'b/b', model: 'm', share: 0.6 },
            { target: 'c/c', model: 'm', last: 'rests' },
          ],
        },
      ],
      removed: EXPLANATION.removed,
    });
  });

  test('is kept for a part of those beyond', () => {
    const kept = new KeptDetail();
    const draw = seededDraw(3);
    let full = 0;
    for (let count = 0; count < 4_000; count += 1) {
      if (detailed(kept.of(plan(), { above: 0, detail: 0.1 }, { now: 0, draw })) === true) full += 1;
    }
    expect(full / 4_000).toBeCloseTo(0.1, 1);
  });

  test('a policy has the last word', () => {
    const moment = { now: 0, draw: () => 0.5 };
    const all = { above: 9, detail: 1 };
    expect(detailed(new KeptDetail().of(plan({ detail: 'brief' }), all, moment))).toBe(false);
    expect(detailed(new KeptDetail().of(plan({ detail: 'full' }), { above: 0, detail: 0 }, moment))).toBe(
      true,
    );
  });

  test('where there was nothing to choose nothing is taken away', () => {
    const choices = [
      { strategy: 'priority' as const, candidates: [{ target: 'a/a', model: 'm', share: 1 }] },
    ];
    const explanation = { choices, removed: [] };
    const kept = new KeptDetail().of(
      plan({ explanation }),
      { above: 0, detail: 0 },
      { now: 0, draw: () => 1 },
    );
    expect(kept).toBe(explanation);
  });
});
