import { describe, expect, test } from 'bun:test';

import { seededDraw } from '#base/random.ts';
import { Concurrency, FLOOR } from './concurrency.ts';

/** A lane with so many calls on it, numbered from 1. */
function crowded(calls: number): Concurrency {
  const lane = new Concurrency();
  for (let call = 1; call <= calls; call += 1) lane.begin(call);
  return lane;
}

describe('the limit', () => {
  test('is none until somebody complains', () => {
    expect(crowded(10_000).hasRoom(Infinity)).toBe(true);
  });

  test('is a tenth less than there were', () => {
    const lane = crowded(50);
    lane.tooMany(50);
    expect(lane.limit).toBe(45);
    expect(lane.hasRoom(Infinity)).toBe(false);
  });

  test('of a crowd of which most are turned away is what was let in', () => {
    const lane = crowded(60);
    for (let call = 21; call <= 60; call += 1) {
      lane.tooMany(call);
      lane.end(1);
    }
    expect([lane.inFlight, lane.limit]).toEqual([20, 20]);
  });

  test('falls once for all calls that were begun before it fell', () => {
    const lane = crowded(100);
    lane.tooMany(3);
    lane.end(0);
    const fallen = lane.limit;
    for (let call = 101; call <= 110; call += 1) lane.begin(call);
    lane.tooMany(4);
    expect(lane.limit).toBe(fallen);
    lane.tooMany(105);
    expect(lane.limit).toBe(fallen * 0.9);
  });

  test('is never below the floor', () => {
    const lane = crowded(1);
    for (let call = 1; call < 40; call += 1) {
      lane.tooMany(call);
      lane.begin(call + 1);
      lane.end(call);
    }
    expect(lane.limit).toBe(FLOOR);
  });

  test('grows by one in as many good answers as it is, then faster, and only while it is used', () => {
    const lane = crowded(1_200);
    lane.tooMany(1);
    lane.limit = 1_000;
    const round = (): number => {
      const before = lane.limit;
      for (let answer = 0; answer < 1_000; answer += 1) lane.wentWell();
      return lane.limit - before;
    };
    expect(round()).toBeCloseTo(1, 1);
    expect(round()).toBeCloseTo(1.5, 1);
    expect(round()).toBeCloseTo(2.5, 1);
    for (let time = 0; time < 40; time += 1) round();
    // Never by more than an eighth.
    expect(round()).toBeLessThan(lane.limit / 8);
    for (let call = 0; call < 200; call += 1) lane.end(call);
    const grown = lane.limit;
    lane.wentWell();
    expect(lane.limit).toBe(grown);
  });

  test('finds what a provider takes, and stays about there', () => {
    const draw = seededDraw(4);
    const capacity = 40;
    const lane = new Concurrency();
    const running: number[] = [];
    let [call, refused, seen] = [0, 0, 0];
    for (let now = 0; now < 40_000; now += 1) {
      while (lane.hasRoom(Infinity) && lane.inFlight < 200) {
        call += 1;
        lane.begin(call);
        if (running.length < capacity) running.push(call);
        else {
          refused += 1;
          lane.tooMany(call);
          lane.end(now);
        }
      }
      running.splice(Math.floor(draw() * running.length), 1);
      lane.wentWell();
      lane.end(now);
      if (now > 5_000) seen += lane.inFlight / 35_000;
    }
    expect(seen).toBeGreaterThan(0.9 * (capacity - 1));
    expect(seen).toBeLessThanOrEqual(capacity);
    // Little is spent on finding out.
    expect(refused).toBeLessThan(call / 100);
  });
});

describe('what headers say', () => {
  test('caps the calls at once, but for a few', () => {
    const lane = crowded(FLOOR);
    expect([lane.hasRoom(1), lane.hasRoom(0)]).toEqual([true, false]);
    expect(crowded(FLOOR - 1).hasRoom(0)).toBe(true);
    lane.promised = 1;
    expect([lane.hasRoom(1), lane.hasRoom(2)]).toEqual([false, true]);
  });
});

describe('what is foretold', () => {
  test('is nothing before a few have ended', () => {
    expect(crowded(20).untilEnds(3)).toBeUndefined();
  });

  test('is as many gaps as there are to wait for', () => {
    const lane = crowded(20);
    lane.tooMany(1);
    for (let end = 1; end <= 50; end += 1) {
      lane.end(end * 100);
      lane.begin(20 + end);
    }
    expect(lane.untilEnds(3)).toBeCloseTo(300, 3);
  });
});
