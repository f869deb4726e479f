import { expect, test } from 'bun:test';
import { heapStats } from 'bun:jsc';

import fc from 'fast-check';

import { TextSoFar } from './text-so-far.ts';

test('it is what its pieces say, whenever it is read', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.boolean()), { maxLength: 200 }), (pieces) => {
      const text = new TextSoFar();
      let said = '';
      for (const [piece, isRead] of pieces) {
        text.add(piece);
        said += piece;
        if (isRead) expect(text.read()).toBe(said);
      }
      expect([text.length, text.read()]).toEqual([said.length, said]);
    }),
  );
});

test('what a whole says beyond it', () => {
  const text = new TextSoFar();
  for (const piece of 'once upon'.split('')) text.add(piece);
  expect(text.restOf('once upon a time')).toBe(' a time');
  expect([text.restOf('once upon'), text.restOf('once'), text.restOf('twice upon a time')]).toEqual([
    '',
    '',
    '',
  ]);
});

test('thousands of pieces cost little more than the text', () => {
  const fill = (): readonly TextSoFar[] => {
    const texts = Array.from({ length: 100 }, () => new TextSoFar());
    for (let number = 0; number < 5_000; number += 1) {
      for (const text of texts) text.add((JSON.parse(`{"text":" word ${number}"}`) as { text: string }).text);
    }
    return texts;
  };
  // What the engine makes of code that has run often must hold no more.
  const held: (readonly TextSoFar[])[] = [fill(), fill()];
  Bun.gc(true);
  const before = heapStats().heapSize;
  const texts = fill();
  held.push(texts);
  Bun.gc(true);
  const bytes = heapStats().heapSize - before;
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  expect(characters).toBeGreaterThan(4_000_000);
  // With `+=`: four times as many bytes as characters.
  expect(bytes / characters).toBeLessThan(1.5);
  expect(held).toHaveLength(3);
});
