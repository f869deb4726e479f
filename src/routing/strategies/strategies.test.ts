// What each strategy prefers.

import { describe, expect, test } from 'bun:test';
import { seededDraw } from '#base/random.ts';
import { choose } from '../choose.ts';
import type { Choice } from '../choose.ts';
import type { StrategyName, StrategyOptions } from '../routes.ts';
import type { Score } from '../score.ts';

const ORDINARY: Score = {
  weight: 1,
  costNano: 1_000,
  firstMs: 500,
  eachMs: 20,
  totalMs: 2_500,
  success: 0.99,
  inFlight: 0,
  samples: 50,
  failedAgoMs: undefined,
  ramp: 1,
  slowStart: 1,
  warmTokens: 0,
};

function chosen(
  strategy: StrategyName,
  scores: readonly Partial<Score>[],
  more: {
    readonly drawn?: number;
    readonly turn?: number;
    readonly whole?: boolean;
    readonly strict?: boolean;
    readonly options?: StrategyOptions;
  } = {},
): Choice {
  const { drawn = 0.5, turn = 0, whole = false, strict = false, options = {} } = more;
  return choose(
    scores.map((score) => ({ ...ORDINARY, ...score })),
    drawn,
    { strategy, turn, whole, strict, options },
  );
}

test('priority keeps the order', () => {
  expect(chosen('priority', [{ firstMs: 9_000 }, {}, {}])).toEqual({ order: [0, 1, 2], shares: [1, 0, 0] });
});

test('weighted goes by weight, and so does the rest when the first is out', () => {
  const scores = [{ weight: 1 }, { weight: 3 }, { weight: 6 }];
  const { shares } = chosen('weighted', scores);
  for (const [index, share] of [0.1, 0.3, 0.6].entries()) expect(shares[index]).toBeCloseTo(share, 9);
  const draw = seededDraw(3);
  const seconds = [0, 0, 0];
  for (let run = 0; run < 20_000; run += 1) {
    const { order } = chosen('weighted', scores, { drawn: draw() });
    if (order[0] === 2) seconds[order[1] ?? 2] = (seconds[order[1] ?? 2] ?? 0) + 1;
  }
  expect((seconds[1] ?? 0) / ((seconds[0] ?? 0) + (seconds[1] ?? 0))).toBeCloseTo(0.75, 1);
});

test('round-robin takes turns', () => {
  const orders = [0, 1, 2, 3].map((turn) => chosen('round-robin', [{}, {}, {}], { turn }).order);
  expect(orders).toEqual([
    [0, 1, 2],
    [1, 2, 0],
    [2, 0, 1],
    [0, 1, 2],
  ]);
});

test('price takes the cheapest, then the next, and what is unknown last', () => {
  const scores = [{ costNano: undefined }, { costNano: 3 }, { costNano: 1 }, { costNano: 0 }];
  expect(chosen('price', scores)).toEqual({ order: [3, 2, 1, 0], shares: [0, 0, 0, 1] });
});

describe('price-weighted', () => {
  test('draws by the inverse square, the rest from the cheapest on, an outage last', () => {
    // Prices 1, 2 and 3, the second with an outage: the first is nine times likelier than the third.
    const outage = { failedAgoMs: 10_000, success: 0.5 };
    const scores = [{ costNano: 1 }, { costNano: 2, ...outage }, { costNano: 3 }];
    const { shares, order } = chosen('price-weighted', scores, { drawn: 0.95 });
    expect(shares.map((share) => Math.round(share * 1_000) / 1_000)).toEqual([0.9, 0, 0.1]);
    expect(order).toEqual([2, 0, 1]);
  });

  test.each([
    ['one failure among many is no outage', [{ failedAgoMs: 5, success: 0.97 }, {}], [0.5, 0.5]],
    ['an outage that is over is none', [{ failedAgoMs: 31_000, success: 0.1 }, {}], [0.5, 0.5]],
    ['beside one that is free nobody else is taken', [{ costNano: 0 }, { costNano: 5 }], [1, 0]],
    ['what is unknown is taken by none who know', [{ costNano: undefined }, { costNano: 5 }], [0, 1]],
    ['where nobody knows, all alike', [{ costNano: undefined }, { costNano: undefined }], [0.5, 0.5]],
    [
      'where all have an outage, in order',
      [
        { failedAgoMs: 1, success: 0.1 },
        { failedAgoMs: 1, success: 0.1 },
      ],
      [1, 0],
    ],
  ])('%s', (_, scores, shares) => {
    expect(chosen('price-weighted', scores).shares).toEqual(shares);
  });
});

describe('latency', () => {
  test('near equals share, who is clearly slower is only explored', () => {
    const { shares } = chosen('latency', [{ firstMs: 500 }, { firstMs: 510 }, { firstMs: 5_000 }]);
    expect(shares[0]).toBeCloseTo(0.494, 5);
    expect(shares[1]).toBeCloseTo(0.494, 5);
    expect(shares[2]).toBeCloseTo(0.012, 5);
    expect(chosen('latency', [{ firstMs: 500 }, { firstMs: 650 }]).shares[1]).toBeLessThan(0.15);
  });

  test('the first content counts for a stream, the end for a whole answer', () => {
    const scores = [
      { firstMs: 200, totalMs: 9_000 },
      { firstMs: 400, totalMs: 3_000 },
    ];
    expect(chosen('latency', scores).order).toEqual([0, 1]);
    expect(chosen('latency', scores, { whole: true }).order).toEqual([1, 0]);
  });

  test('who fails fast is not fast', () => {
    const { shares } = chosen('latency', [{ firstMs: 5, success: 0.02 }, { firstMs: 500 }]);
    expect(shares[0]).toBeLessThan(0.45);
    expect(chosen('latency', [{ firstMs: 50, success: 0.1 }, { firstMs: 500 }]).shares[0]).toBeLessThan(0.02);
  });

  test('of whom little is known is explored more', () => {
    expect(chosen('latency', [{}, { firstMs: 9_000, samples: 0 }]).shares[1]).toBeCloseTo(0.05, 5);
  });

  test('among many, two choices of those near the best', () => {
    const scores = Array.from({ length: 12 }, (_, index) => ({ firstMs: 500 + index * 10 }));
    const { shares } = chosen('latency', [...scores.slice(0, 11), { firstMs: 4_000 }]);
    expect(shares[0]).toBeLessThan(0.25);
    expect(shares[0]).toBeGreaterThan(shares[1] ?? 1);
    expect(shares[11]).toBeCloseTo(0.012, 5);
  });

  test('a wish to sort takes the best alone', () => {
    const scores = [{ firstMs: 501 }, { firstMs: 500 }];
    expect(chosen('latency', scores, { strict: true, drawn: 0.999 })).toEqual({
      order: [1, 0],
      shares: [0, 1],
    });
  });
});

test('throughput takes the fastest writer', () => {
  expect(chosen('throughput', [{ eachMs: 30 }, { eachMs: 5 }]).order).toEqual([1, 0]);
});

describe('balanced', () => {
  const scores = [
    { costNano: 100, firstMs: 4_000, totalMs: 8_000 },
    { costNano: 4_000, firstMs: 100, totalMs: 200 },
  ];
  test.each([
    [{ cost: 1 }, [0, 1]],
    [{ time: 1 }, [1, 0]],
    [{ cost: 0.2, time: 1 }, [1, 0]],
    [{ cost: 1, time: 0.2 }, [0, 1]],
  ])('%j', (balance, order) => {
    expect(chosen('balanced', scores, { options: { balance } }).order).toEqual(order);
  });

  test('who is too dear, however fast it may have become, is not tried out', () => {
    const dear = { costNano: 100_000, firstMs: 3_000, samples: 0 };
    const cheap = { costNano: 100, firstMs: 4_000 };
    const { shares } = chosen('balanced', [cheap, dear], { options: { balance: { cost: 1, time: 1 } } });
    expect(shares[1]).toBeLessThan(1e-20);
    const worth = chosen('balanced', [cheap, dear], { options: { balance: { cost: 0.01, time: 1 } } });
    expect(worth.shares[1]).toBeGreaterThan(0.04);
  });

  test.each([
    ['the better first', [{ quality: 0.5 }, { quality: 0.9 }], { quality: 1 }, [1, 0]],
    [
      'without a word it does not count',
      [{ quality: 0.5, costNano: 100 }, { quality: 0.9 }],
      { cost: 1 },
      [0, 1],
    ],
    [
      'who is not told of counts as the worst',
      [{}, { quality: 0.9 }, { quality: 0.5 }],
      { quality: 1 },
      [1, 0, 2],
    ],
    [
      'a little better does not make up for ten times dearer',
      [{ quality: 0.8 }, { quality: 0.9, costNano: 10_000 }],
      { quality: 1, cost: 1 },
      [0, 1],
    ],
    [
      'unless the operator says so',
      [{ quality: 0.8 }, { quality: 0.9, costNano: 10_000 }],
      { quality: 30, cost: 1 },
      [1, 0],
    ],
  ])('quality: %s', (_, judged, balance, order) => {
    expect(chosen('balanced', judged, { options: { balance } }).order).toEqual(order);
  });

  test('quality that nobody tells of changes nothing', () => {
    const options = { options: { balance: { cost: 1, time: 1 } } };
    const weighed = { options: { balance: { cost: 1, time: 1, quality: 9 } } };
    expect(chosen('balanced', scores, weighed)).toEqual(chosen('balanced', scores, options));
  });

  test('a free target does not make every other infinitely dear', () => {
    const free = [
      { costNano: 0, firstMs: 60_000 },
      { costNano: 1_000, firstMs: 30 },
    ];
    expect(chosen('balanced', free, { options: { balance: { cost: 1, time: 2 } } }).order).toEqual([1, 0]);
  });
});

test('quality takes the best that the operator tells of, whatever it costs; who is not told of comes last', () => {
  const { order, shares } = chosen('quality', [
    { quality: 0.6 },
    {},
    { quality: 0.9, costNano: 1e9 },
    { quality: 0.6 },
  ]);
  expect(order).toEqual([2, 0, 3, 1]);
  expect(shares).toEqual([0, 0, 1, 0]);
});

test('least-busy goes by calls for a weight, of two that are drawn', () => {
  const { shares } = chosen('least-busy', [{ inFlight: 4, weight: 4 }, { inFlight: 2 }, { inFlight: 9 }]);
  expect(shares.map((share) => Math.round(share * 9))).toEqual([5, 3, 1]);
});
