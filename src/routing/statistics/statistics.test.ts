import { describe, expect, test } from 'bun:test';
import { seededDraw } from '#base/random.ts';
import { target } from '../../../test/support/targets.ts';
import { sizeBucket } from '../view.ts';
import type { SizeBucket } from '../view.ts';
import { PeakEwma } from './peak-ewma.ts';
import { Quantiles } from './quantiles.ts';
import { Statistics } from './statistics.ts';
import { SuccessRate } from './success-rate.ts';
import { TargetStatistics } from './target-statistics.ts';

const ODD_TIMES = [Number.NaN, Infinity, -Infinity, -1e12, 0, 1e15] as const;
const ODD_SAMPLES = [Number.NaN, Infinity, -Infinity, -5, 0, 1e-320, 1e300] as const;

describe('a mean', () => {
  test('is the prior at first, and the mean of what is steady after a while', () => {
    const mean = new PeakEwma();
    expect(mean.value(0, 800)).toBe(800);
    for (let at = 0; at < 60_000; at += 100) mean.observe(at % 200 === 0 ? 300 : 500, at);
    expect(mean.value(60_000, 800)).toBeGreaterThan(380);
    expect(mean.value(60_000, 800)).toBeLessThan(420);
  });

  test('believes a change within a few samples, worse or better', () => {
    const mean = new PeakEwma();
    for (let at = 0; at < 30_000; at += 100) mean.observe(400, at);
    expect([30_000, 30_100].map((at) => mean.observe(4_000, at))).toContain('worse');
    expect(mean.value(30_100, 800)).toBeGreaterThan(3_000);
    expect(mean.observe(400, 33_000)).toBe('better');
    expect(mean.value(33_000, 800)).toBe(400);
  });

  test('one outlier among many is not a change, and moves it little', () => {
    const mean = new PeakEwma();
    for (let at = 0; at < 30_000; at += 100) mean.observe(400, at);
    expect(mean.observe(900, 30_000)).toBeUndefined();
    expect(mean.value(30_000, 800)).toBeLessThan(405);
  });

  test('one very late answer warns until the next', () => {
    const mean = new PeakEwma();
    for (let at = 0; at < 30_000; at += 100) mean.observe(400, at);
    expect(mean.observe(3_900, 30_100)).toBeUndefined();
    expect(mean.value(30_100, 800)).toBeGreaterThan(900);
    for (const at of [30_200, 30_300]) mean.observe(400, at);
    expect(mean.value(30_300, 800)).toBeLessThan(450);
  });

  test('after a bad time it is what it was before, and not what one lucky answer says', () => {
    const mean = new PeakEwma();
    for (let at = 0; at < 30_000; at += 100) mean.observe(400, at);
    for (const at of [30_000, 30_100, 30_200]) mean.observe(4_000, at);
    expect(mean.observe(150, 33_000)).toBe('better');
    expect(mean.value(33_000, 800)).toBeGreaterThan(380);
    expect(mean.value(33_000, 800)).toBeLessThan(400);
  });

  test('a lucky answer of one who is ill is no recovery', () => {
    const mean = new PeakEwma();
    for (let at = 0; at < 30_000; at += 100) mean.observe(400, at);
    for (const at of [30_000, 30_100, 30_200]) mean.observe(4_000, at);
    expect(mean.observe(1_400, 33_000)).toBeUndefined();
    // The next that is as good as before is one.
    expect(mean.observe(420, 34_000)).toBe('better');
    expect(mean.value(34_000, 800)).toBeCloseTo(400, -1);
  });

  test('who is better than ever is believed by a few answers together', () => {
    const mean = new PeakEwma();
    for (let at = 0; at < 30_000; at += 100) mean.observe(1_000, at);
    for (const at of [30_000, 30_100, 30_200, 30_300, 30_400, 30_500]) mean.observe(100, at);
    expect(mean.value(30_500, 2_000)).toBeGreaterThan(100);
    expect(mean.value(30_500, 2_000)).toBeLessThan(500);
  });

  test('what is worse than the prior fades towards it while nothing is seen; what is better stays', () => {
    const worse = new PeakEwma();
    const better = new PeakEwma();
    worse.observe(8_000, 0);
    better.observe(100, 0);
    expect(worse.value(600_000, 800)).toBeLessThan(900);
    expect(worse.value(600_000, 800)).toBeGreaterThan(800);
    expect(better.value(600_000, 800)).toBe(100);
  });
});

describe('success', () => {
  test('falls at three failures in a row and is forgotten after two good answers', () => {
    const rate = new SuccessRate();
    for (let at = 0; at < 20_000; at += 100) rate.observe(true, at);
    for (let at = 20_000; at < 20_300; at += 100) rate.observe(false, at);
    expect(rate.value(20_300)).toBeLessThan(0.3);
    expect(rate.observe(true, 23_000)).toBe(false);
    expect(rate.observe(true, 26_000)).toBe(true);
    expect(rate.value(26_000)).toBeGreaterThan(0.95);
  });

  test('one failure in a hundred hardly shows', () => {
    const rate = new SuccessRate();
    for (let at = 0; at < 60_000; at += 100) rate.observe(at % 10_000 !== 0, at);
    expect(rate.value(60_000)).toBeGreaterThan(0.95);
  });
});

describe('quantiles', () => {
  test('are right to an eighth, and unknown of too little', () => {
    const seen = new Quantiles();
    const draw = seededDraw(1);
    for (let at = 0; at < 19; at += 1) seen.observe(100, at);
    expect(seen.at(0.5, 19)).toBeUndefined();
    for (let at = 0; at < 5_000; at += 1) seen.observe(100 + 900 * draw(), 20 + at);
    for (const [quantile, value] of [
      [0.1, 190],
      [0.5, 550],
      [0.95, 955],
    ] as const) {
      const found = seen.at(quantile, 5_020) ?? 0;
      expect(Math.abs(found / value - 1)).toBeLessThan(0.15);
    }
  });

  test('forget: after some minutes the present counts, after an hour without samples nothing', () => {
    const seen = new Quantiles();
    for (let at = 0; at < 300_000; at += 100) seen.observe(1_000, at);
    for (let at = 300_000; at < 1_200_000; at += 100) seen.observe(100, at);
    expect(seen.at(0.95, 1_200_000)).toBeLessThan(130);
    expect(seen.at(0.5, 1_200_000 + 3_600_000)).toBeUndefined();
  });

  test('stay finite over a year', () => {
    const seen = new Quantiles();
    for (let hour = 0; hour < 8_760; hour += 1) {
      for (let minute = 0; minute < 60; minute += 2) seen.observe(200, hour * 3_600_000 + minute * 2_000);
    }
    expect(seen.at(0.5, 8_759 * 3_600_000 + 120_000)).toBeCloseTo(200, -2);
  });
});

describe('a target', () => {
  const SMALL = sizeBucket(10);

  test('that is silent looks slower the longer somebody waits', () => {
    const seen = new TargetStatistics();
    seen.begin(0);
    seen.firstToken(300, SMALL, 300);
    seen.begin(1_000);
    seen.begin(5_000);
    expect(seen.timeToFirstTokenMs(SMALL, 9_000)).toBe(8_000);
    seen.firstToken(8_100, SMALL, 9_100);
    expect(seen.timeToFirstTokenMs(SMALL, 9_200)).toBeLessThan(9_000);
  });

  test('tells of sizes that it has not seen by the nearest that it has', () => {
    const seen = new TargetStatistics();
    seen.begin(0);
    seen.firstToken(400, 0, 400);
    expect(seen.timeToFirstTokenMs(0, 400)).toBe(400);
    expect(seen.timeToFirstTokenMs(3, 400)).toBe(1_500);
  });

  test('writes as fast as it did for prompts of that size, or of the next that was seen', () => {
    const seen = new TargetStatistics();
    const ended = { succeeded: true, startedAt: 0, begun: true, outputTokens: 101 };
    seen.end({ ...ended, bucket: 0, writingMs: 1_000 }, 1_000);
    seen.end({ ...ended, bucket: 4, writingMs: 5_000 }, 5_000);
    expect([0, 1, 3, 4].map((bucket) => seen.timePerTokenMs(bucket as SizeBucket, 5_000))).toEqual([
      10, 10, 50, 50,
    ]);
    expect(new TargetStatistics().timePerTokenMs(2, 0)).toBe(20);
  });

  test('what began before a recovery and was slow is no news either', () => {
    const seen = new TargetStatistics();
    for (let at = 0; at < 4_000; at += 100) seen.firstToken(400, 0, at);
    for (const at of [5_000, 6_000, 7_000]) seen.firstToken(4_000, 0, at);
    seen.firstToken(410, 0, 8_000);
    const well = seen.timeToFirstTokenMs(0, 8_000);
    expect(well).toBeLessThan(450);
    seen.firstToken(4_000, 0, 9_000);
    expect(seen.timeToFirstTokenMs(0, 9_000)).toBe(well);
  });

  test('counts what runs, and never below none', () => {
    const seen = new TargetStatistics();
    seen.begin(0);
    seen.begin(0);
    seen.end({ succeeded: true, startedAt: 0, begun: false }, 10);
    expect(seen.inFlight).toBe(1);
    for (let more = 0; more < 3; more += 1) seen.end({ succeeded: true, startedAt: 0, begun: false }, 10);
    expect(seen.inFlight).toBe(0);
  });

  test('gets its share back little by little after a recovery, and what began before it is no news', () => {
    const seen = new TargetStatistics();
    for (let at = 0; at < 500; at += 100) seen.end({ succeeded: false, startedAt: at, begun: false }, at);
    expect(seen.slowStart(1_000)).toBe(1);
    for (const at of [2_000, 3_000]) seen.end({ succeeded: true, startedAt: at - 10, begun: true }, at);
    expect(seen.slowStart(3_000)).toBe(0.2);
    expect(seen.slowStart(7_000)).toBeCloseTo(0.6, 5);
    expect(seen.slowStart(12_000)).toBe(1);
    const before = seen.success(3_000);
    seen.end({ succeeded: false, startedAt: 600, begun: false }, 3_000);
    expect(seen.success(3_000)).toBe(before);
  });

  test('no samples and no clock, however odd, make a number that is none', () => {
    const draw = seededDraw(17);
    const pick = <Value>(list: readonly Value[]): Value => list[Math.floor(draw() * list.length)] as Value;
    const seen = new TargetStatistics();
    let now = 1_000;
    for (let step = 0; step < 20_000; step += 1) {
      now = draw() < 0.05 ? pick(ODD_TIMES) : Number.isFinite(now) ? now + 50 * draw() : 1_000;
      const sample = draw() < 0.2 ? pick(ODD_SAMPLES) : draw() * 1_000;
      const bucket = Math.floor(draw() * 5) as SizeBucket;
      const kind = draw();
      if (kind < 0.3) seen.begin(now);
      else if (kind < 0.6) seen.firstToken(sample, bucket, now);
      else if (kind < 0.7) seen.tooLate(sample, bucket, now);
      else if (kind < 0.8)
        seen.wholeAnswer({ firstMs: sample, eachMs: sample, outputTokens: 50 }, bucket, now);
      else {
        const succeeded = draw() < 0.5;
        seen.end({ succeeded, startedAt: now, begun: true, outputTokens: sample, writingMs: sample }, now);
      }
      const at = Number.isFinite(now) ? now : 1_000;
      const numbers = [
        seen.timeToFirstTokenMs(bucket, at),
        seen.timePerTokenMs(bucket, at),
        seen.success(at),
        seen.samples(at),
        seen.slowStart(at),
        seen.firstTokenQuantileMs(bucket, draw(), at) ?? 0,
        seen.throughputQuantile(draw(), at) ?? 0,
      ];
      expect(numbers.filter((number) => !Number.isFinite(number) || number < 0)).toEqual([]);
    }
  });
});

describe('a cache', () => {
  test('is warm for five minutes after the last use, or an hour where the client asked for it', () => {
    const { warmth } = new TargetStatistics();
    warmth.seen(1, 0);
    warmth.seen(2, 0, true);
    expect([1, 2, 3].map((prefix) => warmth.probability(prefix, 299_000) > 0)).toEqual([true, true, false]);
    expect([1, 2].map((prefix) => warmth.probability(prefix, 301_000) > 0)).toEqual([false, true]);
    expect(warmth.probability(2, 3_600_001)).toBe(0);
  });

  test('is believed as far as providers found it', () => {
    const { warmth } = new TargetStatistics();
    warmth.seen(1, 0);
    const before = warmth.probability(1, 1);
    for (let miss = 0; miss < 20; miss += 1) warmth.found(false);
    expect(warmth.probability(1, 1)).toBeLessThan(before / 5);
  });

  test('remembers a thousand beginnings, the last ones', () => {
    const { warmth } = new TargetStatistics();
    for (let prefix = 0; prefix < 5_000; prefix += 1) warmth.seen(prefix, 0);
    expect(warmth.probability(4_999, 1)).toBeGreaterThan(0);
    expect(warmth.probability(3_000, 1)).toBe(0);
  });
});

describe('all of them', () => {
  test('looking makes nothing, and of those that nobody asked the priors are told', () => {
    const statistics = new Statistics();
    const one = target('one/a');
    const seen = statistics.view(0).target(one);
    expect(statistics.peek(one)).toBeUndefined();
    expect(seen.samples).toBe(0);
    expect(seen.timeToFirstTokenMs(0)).toBe(800);
    expect(seen.health).toEqual({ breaker: 'closed', ramp: 1 });
  });

  test('are bounded, and those in use stay', () => {
    const statistics = new Statistics();
    statistics.of(target('used/a')).begin(0);
    for (let index = 0; index < 5_000; index += 1) {
      statistics.of(target(`p/${index}`));
      statistics.of(target('used/a'));
      statistics.noteOutput(`m${index}`, 10, 0);
      statistics.nextTurn(`m${index}`);
    }
    expect(statistics.peek(target('used/a'))?.inFlight).toBe(1);
    expect(statistics.peek(target('p/0'))).toBeUndefined();
    expect(statistics.outputTokens('m0', 0)).toBe(400);
    expect(statistics.outputTokens('m4999', 0)).toBe(10);
  });

  test('turns go up', () => {
    const statistics = new Statistics();
    expect(['a', 'a', 'b', 'a'].map((model) => statistics.nextTurn(model))).toEqual([0, 1, 0, 2]);
  });
});
