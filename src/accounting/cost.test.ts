import { describe, expect, test } from 'bun:test';

import { nanoDollars } from '#base/money.ts';
import { seededDraw } from '#base/random.ts';
import type { Draw } from '#base/random.ts';
import type { Usage } from '#canonical/usage.ts';
import type { Price } from '#providers/price.ts';
import { addCosts, cacheSaving, costOf, splitCost } from './cost.ts';

/** $0.25 in, $2 out, $0.025 cached, $0.3125 and $0.5 written, $10 and $20 audio, $4 reasoning, each for a million. */
const FULL: Price = {
  input: 250_000,
  output: 2_000_000,
  cacheRead: 25_000,
  cacheWrite: 312_500,
  cacheWrite1h: 500_000,
  reasoning: 4_000_000,
  audioInput: 10_000_000,
  audioOutput: 20_000_000,
  imageInput: 1_000_000,
  imageOutput: 30_000_000,
  videoInput: 3_000_000,
  request: 5_000_000_000,
  search: 10_000_000_000,
  version: 'test',
};
const PLAIN: Price = { input: 250_000, output: 2_000_000, version: 'test' };

interface Row {
  readonly what: string;
  readonly usage: Usage;
  readonly price: Price;
  /** Nano-dollars, computed by hand. */
  readonly prompt: number;
  readonly completion: number;
}

const TABLE: readonly Row[] = [
  {
    what: 'tokens in and out',
    usage: { inputTotal: 1_000, outputTotal: 500 },
    price: PLAIN,
    prompt: 250_000,
    completion: 1_000_000,
  },
  {
    what: 'nothing at all',
    usage: { inputTotal: 0, outputTotal: 0 },
    price: PLAIN,
    prompt: 0,
    completion: 0,
  },
  {
    what: 'cached tokens are inside the input',
    usage: { inputTotal: 1_000, cacheRead: 600, outputTotal: 0 },
    price: FULL,
    // 400 × 250 + 600 × 25, and the request.
    prompt: 100_000 + 15_000 + 5_000_000,
    completion: 0,
  },
  {
    what: 'cached tokens without a price of their own are input',
    usage: { inputTotal: 1_000, cacheRead: 600, cacheWrite: 300, outputTotal: 0 },
    price: PLAIN,
    prompt: 250_000,
    completion: 0,
  },
  {
    what: 'cache writes, some of them for an hour',
    usage: { inputTotal: 1_000, cacheRead: 100, cacheWrite: 500, cacheWrite1h: 200, outputTotal: 0 },
    price: FULL,
    // 400 × 250 + 100 × 25 + 300 × 312.5 + 200 × 500, and the request.
    prompt: 100_000 + 2_500 + 93_750 + 100_000 + 5_000_000,
    completion: 0,
  },
  {
    what: 'writes for an hour without a price of their own are writes',
    usage: { inputTotal: 10, cacheWrite: 10, cacheWrite1h: 10, outputTotal: 0 },
    price: { ...PLAIN, cacheWrite: 312_500 },
    prompt: 3_125,
    completion: 0,
  },
  {
    what: 'reasoning and audio are inside their totals',
    usage: { inputTotal: 100, audioInput: 40, outputTotal: 100, reasoning: 30, audioOutput: 20 },
    price: { ...FULL, request: 0 },
    // 60 × 250 + 40 × 10,000; 50 × 2,000 + 30 × 4,000 + 20 × 20,000.
    prompt: 15_000 + 400_000,
    completion: 100_000 + 120_000 + 400_000,
  },
  {
    what: 'reasoning and audio without prices of their own are output and input',
    usage: { inputTotal: 100, audioInput: 40, outputTotal: 100, reasoning: 30, audioOutput: 20 },
    price: PLAIN,
    prompt: 25_000,
    completion: 200_000,
  },
  {
    what: 'more cached than prompt is clamped to the prompt',
    usage: { inputTotal: 10, cacheRead: 161, cacheWrite: 7, audioInput: 3, outputTotal: 1 },
    price: { ...FULL, request: 0 },
    prompt: 250,
    completion: 2_000,
  },
  {
    what: 'more reasoning than output is clamped to the output',
    usage: { inputTotal: 0, outputTotal: 5, reasoning: 9, audioOutput: 9 },
    price: { ...FULL, request: 0 },
    prompt: 0,
    completion: 20_000,
  },
  {
    what: 'counters that are no counts are none',
    usage: { inputTotal: -5, cacheRead: Number.NaN, outputTotal: Number.NaN, reasoning: -1 },
    price: PLAIN,
    prompt: 0,
    completion: 0,
  },
  {
    what: 'half a nano-dollar is rounded up, less is rounded down',
    usage: { inputTotal: 1, outputTotal: 1 },
    price: { input: 1_500, output: 499, version: 'test' },
    // 1.5 and 0.499 are 1.999 together: 2, of which the prompt's own rounding takes all.
    prompt: 2,
    completion: 0,
  },
  {
    what: 'pictures and films are inside their totals, and searches are counted one by one',
    usage: { inputTotal: 100, imageInput: 30, videoInput: 20, outputTotal: 50, imageOutput: 40, searches: 3 },
    price: { ...FULL, request: 0 },
    // 50 × 250 + 30 × 1,000 + 20 × 3,000 + 3 × 10,000,000; 10 × 2,000 + 40 × 30,000.
    prompt: 12_500 + 30_000 + 60_000 + 30_000_000,
    completion: 20_000 + 1_200_000,
  },
  {
    what: 'pictures and films without prices of their own are input and output',
    usage: { inputTotal: 100, imageInput: 30, videoInput: 20, outputTotal: 50, imageOutput: 40 },
    price: PLAIN,
    prompt: 25_000,
    completion: 100_000,
  },
  {
    what: 'more pictures and films than prompt are clamped to the prompt',
    usage: { inputTotal: 10, audioInput: 4, imageInput: 4, videoInput: 4, outputTotal: 1, imageOutput: 9 },
    price: { ...FULL, request: 0 },
    // 4 × 10,000 + 4 × 1,000 + 2 × 3,000.
    prompt: 50_000,
    completion: 30_000,
  },
  {
    what: 'sums beyond 2^53 pico-dollars stay exact',
    usage: { inputTotal: 3_002_399_751_580_331, outputTotal: 1 },
    price: { input: 3, output: 2_500, version: 'test' },
    // 9,007,199,254,740,993 pico is 2^53 + 1, which no double holds; + 2,500 is …743,493, rounded down.
    prompt: 9_007_199_254_741,
    completion: 2,
  },
];

describe('costOf', () => {
  for (const { what, usage, price, prompt, completion } of TABLE) {
    test(what, () => {
      expect(costOf(usage, price)).toBe(nanoDollars(prompt + completion));
      expect(splitCost(usage, price)).toEqual({
        prompt: nanoDollars(prompt),
        completion: nanoDollars(completion),
      });
    });
  }

  test('what nobody knows is unknown, and not zero', () => {
    expect(costOf(undefined, PLAIN)).toBe('unknown');
    expect(costOf({ inputTotal: 1, outputTotal: 1 }, undefined)).toBe('unknown');
    expect(splitCost(undefined, PLAIN)).toBe('unknown');
    expect(splitCost({ inputTotal: 1, outputTotal: 1 }, undefined)).toBe('unknown');
  });

  test('searches that nobody knows the price of make the cost unknown; none cost nothing', () => {
    const usage = { inputTotal: 10, outputTotal: 0 };
    expect(costOf({ ...usage, searches: 1 }, PLAIN)).toBe('unknown');
    expect(splitCost({ ...usage, searches: 1 }, PLAIN)).toBe('unknown');
    expect(costOf({ ...usage, searches: 0 }, PLAIN)).toBe(nanoDollars(2_500));
  });

  test('a counter that would cost more than there is money is unknown', () => {
    for (const count of [1e300, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER]) {
      expect(costOf({ inputTotal: count, outputTotal: 0 }, PLAIN)).toBe('unknown');
      expect(splitCost({ inputTotal: 0, outputTotal: count }, PLAIN)).toBe('unknown');
    }
  });
});

describe('any usage and price', () => {
  test('give the exact sum, rounded once', () => {
    const draw = seededDraw(20_261);
    for (let round = 0; round < 2_000; round += 1) {
      const usage = someUsage(draw);
      const price = somePrice(draw);
      expect(costOf(usage, price)).toBe(nanoDollars(exactly(usage, price)));
    }
  });

  test('give halves that add up, never negative, and never less for more output', () => {
    const draw = seededDraw(4_711);
    for (let round = 0; round < 2_000; round += 1) {
      const usage = someUsage(draw);
      const price = somePrice(draw);
      const total = costOf(usage, price);
      const halves = splitCost(usage, price);
      if (halves === 'unknown' || total === 'unknown') throw new Error('unknown');
      expect(halves.prompt + halves.completion).toBe(total);
      expect(Math.min(halves.prompt, halves.completion)).toBeGreaterThanOrEqual(0);
      const more = costOf({ ...usage, outputTotal: usage.outputTotal + 1 }, price);
      expect(more).toBeGreaterThanOrEqual(total);
    }
  });

  test('give a whole number that is not negative, or unknown, for the strangest counters', () => {
    const strange = [Number.NaN, -1, -0, 0.5, 1e308, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 7];
    const draw = seededDraw(99);
    const pick = (): number => strange[Math.floor(draw() * strange.length)] ?? 0;
    for (let round = 0; round < 2_000; round += 1) {
      const usage = { inputTotal: pick(), outputTotal: pick(), cacheRead: pick(), reasoning: pick() };
      const cost = costOf(usage, FULL);
      expect(cost === 'unknown' || (Number.isSafeInteger(cost) && cost >= 0)).toBe(true);
    }
  });
});

describe('the length of the prompt', () => {
  /** Above 200,000 tokens input and output cost more, above 500,000 input costs more again. */
  const tiered: Price = {
    ...PLAIN,
    cacheRead: 25_000,
    tiers: [
      { above: 200_000, input: 500_000, output: 3_000_000, cacheRead: 50_000 },
      { above: 500_000, input: 750_000, output: 3_000_000, cacheRead: 50_000 },
    ],
    version: 'test',
  };
  const rows: readonly (readonly [
    prompt: number,
    cached: number,
    promptNano: number,
    completionNano: number,
  ])[] = [
    [0, 0, 0, 2_000],
    [199_999, 0, 199_999 * 250, 2_000],
    [200_000, 0, 200_000 * 250, 2_000],
    [200_001, 0, 200_001 * 500, 3_000],
    [500_000, 0, 500_000 * 500, 3_000],
    [500_001, 0, 500_001 * 750, 3_000],
    // What is cached makes the prompt long too, and is dearer in a long one.
    [200_000, 199_999, 250 + 199_999 * 25, 2_000],
    [200_001, 200_000, 500 + 200_000 * 50, 3_000],
  ];

  test.each(rows)(
    'of %p tokens, %p of them cached: %p and %p',
    (inputTotal, cacheRead, prompt, completion) => {
      const usage = { inputTotal, cacheRead, outputTotal: 1 };
      expect(costOf(usage, tiered)).toBe(nanoDollars(prompt + completion));
      expect(splitCost(usage, tiered)).toEqual({
        prompt: nanoDollars(prompt),
        completion: nanoDollars(completion),
      });
    },
  );

  test('that is no count chooses no tier', () => {
    expect(costOf({ inputTotal: Number.NaN, outputTotal: 1 }, tiered)).toBe(nanoDollars(2_000));
    expect(costOf({ inputTotal: Number.POSITIVE_INFINITY, outputTotal: 1 }, tiered)).toBe('unknown');
  });
});

test('costs add up, and an unknown one makes the sum unknown', () => {
  expect(addCosts([])).toBe(nanoDollars(0));
  expect(addCosts([nanoDollars(1), nanoDollars(2)])).toBe(nanoDollars(3));
  expect(addCosts([nanoDollars(1), 'unknown'])).toBe('unknown');
});

/** Sane counters: every part inside its total. */
function someUsage(draw: Draw): Usage {
  const count = (limit: number): number => Math.floor(draw() * (limit + 1));
  const inputTotal = count(2_000_000);
  const cacheRead = count(inputTotal);
  const cacheWrite = count(inputTotal - cacheRead);
  const audioInput = count(inputTotal - cacheRead - cacheWrite);
  const imageInput = count(inputTotal - cacheRead - cacheWrite - audioInput);
  const outputTotal = count(200_000);
  const reasoning = count(outputTotal);
  const audioOutput = count(outputTotal - reasoning);
  return {
    inputTotal,
    cacheRead,
    cacheWrite,
    cacheWrite1h: count(cacheWrite),
    audioInput,
    imageInput,
    videoInput: count(inputTotal - cacheRead - cacheWrite - audioInput - imageInput),
    searches: count(10),
    outputTotal,
    reasoning,
    audioOutput,
    imageOutput: count(outputTotal - reasoning - audioOutput),
  };
}

function somePrice(draw: Draw): Price {
  const pico = (): number => Math.floor(draw() ** 4 * 100_000_000);
  return {
    input: pico(),
    output: pico(),
    cacheRead: pico(),
    cacheWrite: pico(),
    cacheWrite1h: pico(),
    reasoning: pico(),
    audioInput: pico(),
    audioOutput: pico(),
    imageInput: pico(),
    imageOutput: pico(),
    videoInput: pico(),
    request: pico(),
    search: pico(),
    version: 'drawn',
  };
}

/** The same sum in another way: all in big integers, nothing clamped. */
function exactly(usage: Usage, price: Price): number {
  const n = (value = 0): bigint => BigInt(value);
  const cached = n(usage.cacheRead) + n(usage.cacheWrite);
  const media = n(usage.audioInput) + n(usage.imageInput) + n(usage.videoInput);
  const plainInput = n(usage.inputTotal) - cached - media;
  const plainOutput = n(usage.outputTotal) - n(usage.reasoning) - n(usage.audioOutput) - n(usage.imageOutput);
  const pico =
    n(price.request) +
    plainInput * n(price.input) +
    n(usage.cacheRead) * n(price.cacheRead) +
    (n(usage.cacheWrite) - n(usage.cacheWrite1h)) * n(price.cacheWrite) +
    n(usage.cacheWrite1h) * n(price.cacheWrite1h) +
    n(usage.audioInput) * n(price.audioInput) +
    n(usage.imageInput) * n(price.imageInput) +
    n(usage.videoInput) * n(price.videoInput) +
    n(usage.searches) * n(price.search) +
    plainOutput * n(price.output) +
    n(usage.reasoning) * n(price.reasoning) +
    n(usage.audioOutput) * n(price.audioOutput) +
    n(usage.imageOutput) * n(price.imageOutput);
  return Number((pico * 2n + 1_000n) / 2_000n);
}

const CACHED: Usage = { inputTotal: 10_000, outputTotal: 10, cacheRead: 8_000 };

test.each([
  ['reading saves', CACHED, FULL, 1_800_000],
  ['writing costs', { ...CACHED, cacheRead: 0, cacheWrite: 8_000 }, FULL, -500_000],
  [
    'an hour costs more',
    { ...CACHED, cacheRead: 0, cacheWrite: 8_000, cacheWrite1h: 8_000 },
    FULL,
    -2_000_000,
  ],
  ['both together', { ...CACHED, cacheWrite: 2_000 }, FULL, 1_675_000],
  ['nothing where reads have no price of their own', CACHED, PLAIN, 0],
  ['undefined where nothing was cached', { inputTotal: 9, outputTotal: 9, cacheRead: 0 }, FULL, undefined],
  ['undefined where the price is unknown', CACHED, undefined, undefined],
  ['undefined without usage', undefined, FULL, undefined],
])('what a cache saved: %s', (_, usage, price, saved) => {
  expect(cacheSaving(usage, price)).toBe(saved as ReturnType<typeof cacheSaving>);
});
