import { describe, expect, test } from 'bun:test';

import { seededDraw } from '#base/random.ts';
import { Breaker } from './breaker.ts';

const half = (): number => 0.5;
const none = (): number => 0;

/** `+` a success, `-` a failure, a number: so many milliseconds pass. What the breaker says at the end. */
function play(story: readonly ('+' | '-' | number)[]): { breaker: Breaker; now: number } {
  const breaker = new Breaker();
  let now = 1_000_000;
  for (const step of story) {
    if (typeof step === 'number') now += step;
    else if (step === '+') breaker.succeed(now, false);
    else breaker.fail(now, none, false);
  }
  return { breaker, now };
}

const many = (what: '+' | '-', count: number): ('+' | '-')[] => Array.from({ length: count }, () => what);

describe('Breaker', () => {
  test.each([
    ['two failures on a quiet target', ['-', '-'], 'closed'],
    ['three in a row on a quiet target', ['-', '-', '-'], 'open'],
    ['four in a row on a busy one', [...many('+', 30), ...many('-', 4)], 'closed'],
    ['five in a row on a busy one', [...many('+', 30), ...many('-', 5)], 'open'],
    ['every second one of five or more', ['+', '-', '+', '-', '+', '-', '-'], 'open'],
    ['every third one', ['+', '+', '-', '+', '+', '-', '+', '+', '-', '+', '+', '-'], 'closed'],
    ['failures that are older than the window', ['-', '+', '-', '+', 31_000, '-', '+'], 'closed'],
    ['failures in a row, however slow', ['-', 60_000, '-', 60_000, '-'], 'open'],
  ] as const)('%s', (_, story, verdict) => {
    const { breaker, now } = play(story);
    expect(breaker.verdict(now)).toBe(verdict);
  });

  test('opens for 5, 10, 15 and again 15 seconds, and never longer', () => {
    const { breaker, now } = play(['-', '-', '-']);
    const opened: number[] = [];
    let at = now;
    for (let round = 0; round < 4; round += 1) {
      opened.push(breaker.openUntil - at);
      expect(breaker.verdict(breaker.openUntil - 1)).toBe('open');
      at = breaker.openUntil;
      expect(breaker.verdict(at)).toBe('half-open');
      expect(breaker.probe()).toBe(true);
      breaker.fail(at, none, true);
    }
    expect(opened).toEqual([5_000, 10_000, 15_000, 15_000]);
  });

  test('is open for up to a tenth less, so that not all come back together', () => {
    const breaker = new Breaker();
    for (let count = 0; count < 3; count += 1) breaker.fail(0, half, false);
    expect(breaker.openUntil).toBe(4_750);
  });

  test('lets one probe through, and what it finds decides', () => {
    const { breaker } = play(['-', '-', '-']);
    const at = breaker.openUntil;
    expect([breaker.probe(), breaker.probe()]).toEqual([true, false]);
    // A call from before it opened comes back well: that says nothing about now.
    breaker.succeed(at, false);
    expect([breaker.verdict(at), breaker.probing]).toEqual(['half-open', true]);
    breaker.succeed(at, true);
    expect([breaker.verdict(at), breaker.probing]).toEqual(['closed', false]);
  });

  test('a probe that finds nothing out gives its place to the next', () => {
    const { breaker } = play(['-', '-', '-']);
    breaker.probe();
    breaker.release(true);
    expect([breaker.verdict(breaker.openUntil), breaker.probe()]).toEqual(['half-open', true]);
  });

  test('comes back slowly, and opens for longer when it fails on the way', () => {
    const { breaker } = play(['-', '-', '-']);
    const at = breaker.openUntil;
    breaker.probe();
    breaker.succeed(at, true);
    const shares = [0, 5_000, 10_000].map((later) => breaker.ramp(at + later));
    expect(shares.map((share) => share.toFixed(2))).toEqual(['0.10', '0.55', '1.00']);
    for (let count = 0; count < 3; count += 1) breaker.fail(at + 1_000, none, false);
    expect(breaker.openUntil - (at + 1_000)).toBe(10_000);
  });

  test('after a time that went well it opens for a short while again', () => {
    const { breaker } = play(['-', '-', '-']);
    const at = breaker.openUntil;
    breaker.probe();
    breaker.succeed(at, true);
    for (let count = 0; count < 3; count += 1) breaker.fail(at + 60_000, none, false);
    expect(breaker.openUntil - (at + 60_000)).toBe(5_000);
  });

  test('a wait that the provider asks for is the least', () => {
    const breaker = new Breaker();
    for (let count = 0; count < 3; count += 1) breaker.fail(0, none, false, 60_000);
    expect(breaker.openUntil).toBe(60_000);
  });

  test('never has two probes, whatever happens (a thousand stories)', () => {
    for (let seed = 0; seed < 1_000; seed += 1) {
      const draw = seededDraw(seed);
      const breaker = new Breaker();
      let now = 0;
      let probes = 0;
      for (let step = 0; step < 200; step += 1) {
        now += draw() * 4_000;
        const closed = breaker.verdict(now) === 'closed';
        const mine = !closed && breaker.verdict(now) === 'half-open' && breaker.probe();
        if (mine) probes += 1;
        expect(probes).toBeLessThanOrEqual(1);
        // Half of the probes stay away for a while.
        if (mine && draw() < 0.5) continue;
        const ends = probes === 1 && !closed;
        if (ends) probes = 0;
        const outcome = draw();
        if (outcome < 0.1) breaker.release(ends);
        else if (outcome < 0.5) breaker.succeed(now, ends);
        else breaker.fail(now, draw, ends);
        if (breaker.verdict(now) === 'closed') probes = 0;
      }
    }
  });
});
