import { expect, test } from 'bun:test';

import { generationId, randomText } from './ids.ts';

test('ids have the shape that clients know', () => {
  expect(generationId(1_760_000_000_123)).toMatch(/^gen-1760000000-[0-9A-Za-z]{20}$/);
});

test('ids sort by time, within a millisecond too, and never repeat', () => {
  const ids: string[] = [];
  for (let ms = 1_760_000_000_990; ms < 1_760_000_001_030; ms += 1) {
    for (let count = 0; count < 150; count += 1) ids.push(generationId(ms));
  }
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test('random text uses all letters about equally', () => {
  const counts = new Map<string, number>();
  for (const letter of randomText(62_000)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  expect(counts.size).toBe(62);
  // A thousand are expected of each; beyond six standard deviations something is wrong with the draw.
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(190);
});
