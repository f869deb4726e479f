import { describe, expect, test } from 'bun:test';

import { seededDraw } from '#base/random.ts';
import { PRIORITIES } from '#canonical/priority.ts';
import type { Priority } from '#canonical/priority.ts';
import { Line } from './line.ts';
import type { Place } from './line.ts';

function place(priority: Priority, owner = 'a', until = 0): Place {
  return { priority, owner, until };
}

function lineOf(...places: readonly Place[]): Line<Place> {
  const line = new Line<Place>();
  for (const one of places) line.add(one);
  return line;
}

function drain(line: Line<Place>): readonly Place[] {
  return Array.from({ length: line.size }, () => line.next() as Place);
}

describe('Line', () => {
  test('the higher class goes first', () => {
    const line = lineOf(...PRIORITIES.map((priority) => place(priority)));
    expect(drain(line).map(({ priority }) => priority)).toEqual(PRIORITIES.toReversed());
  });

  test('callers take turns, however many requests one has', () => {
    const many = Array.from({ length: 100 }, () => place('normal', 'a'));
    const order = drain(lineOf(...many, place('normal', 'b'), place('normal', 'c')));
    expect(order.slice(0, 4).map(({ owner }) => owner)).toEqual(['a', 'b', 'c', 'a']);
  });

  test('of one caller the one whose time is up first goes first; of two such the one that came first', () => {
    const [late, early, alike] = [place('low', 'a', 9), place('low', 'a', 3), place('low', 'a', 3)];
    expect(drain(lineOf(late, early, alike))).toEqual([early, alike, late]);
    const line = lineOf(late, early, alike);
    expect(line.next()).toBe(early);
  });

  test('says how many are ahead', () => {
    const line = lineOf(place('low'), place('normal'), place('normal'), place('critical'));
    expect(PRIORITIES.map((priority) => line.ahead(priority))).toEqual([4, 3, 1, 1]);
  });

  test('who gives way: of the lowest class, of who has most, the one whose time is up last', () => {
    const last = place('low', 'b', 8);
    const line = lineOf(place('low', 'a', 9), place('low', 'b', 1), last, place('high', 'c'));
    expect(line.victimFor(place('normal', 'z'))).toBe(last);
    expect(line.victimFor(place('low', 'z'))).toBe(last);
    // Another one of its own would only change places.
    expect(line.victimFor(place('low', 'a'))).toBeUndefined();
    expect(lineOf(place('high')).victimFor(place('normal'))).toBeUndefined();
  });

  test('where one has waited for nothing, others do not wait as long; one finds out when that is over', () => {
    const line = lineOf(place('high'), place('normal'), place('low'));
    line.starved('normal', 1_000);
    const starved = (waitMs: number) => PRIORITIES.filter((priority) => line.starves(priority, waitMs));
    expect(starved(1_000)).toEqual(['low', 'normal']);
    expect(starved(1_001)).toEqual([]);
    line.next();
    expect(starved(500)).toEqual(['low', 'normal']);
    line.next();
    expect(starved(500)).toEqual([]);
    line.starved('normal', 1_000);
    // Nobody of the class waits: the next one may.
    expect(starved(500)).toEqual(['low']);
  });

  test('whatever is added is taken or removed once, in order of class (a thousand stories)', () => {
    const draw = seededDraw(7);
    const pick = <One>(of: readonly One[]): One => of[Math.floor(draw() * of.length)] as One;
    for (let story = 0; story < 1_000; story += 1) {
      const line = new Line<Place>();
      const inside = new Set<Place>();
      for (let step = 0; step < 40; step += 1) {
        if (draw() < 0.6) {
          const one = place(pick(PRIORITIES), pick(['a', 'b', 'c']), Math.floor(draw() * 10));
          line.add(one);
          inside.add(one);
        } else if (draw() < 0.5 && inside.size > 0) {
          const one = pick([...inside]);
          line.remove(one);
          line.remove(one);
          inside.delete(one);
        } else {
          const best = Math.max(-1, ...[...inside].map(({ priority }) => PRIORITIES.indexOf(priority)));
          const next = line.next();
          if (next === undefined) expect(inside.size).toBe(0);
          else {
            expect(PRIORITIES.indexOf(next.priority)).toBe(best);
            expect(inside.delete(next)).toBe(true);
          }
        }
        expect(line.size).toBe(inside.size);
        expect(new Set(line)).toEqual(inside);
      }
    }
  });
});
