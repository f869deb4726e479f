import { describe, expect, test } from 'bun:test';

import { seededDraw } from '#base/random.ts';
import { anchorOf } from './go-on.ts';
import type { GoingOn } from './go-on.ts';
import { Seam } from './seam.ts';

/** What is shown behind `shown` when `rest` comes in pieces of that size. */
function joined(shown: string, rest: string, how: GoingOn, size = 3): string {
  const seam = new Seam(shown, how);
  let text = '';
  for (let at = 0; at < rest.length; at += size) text += seam.push(rest.slice(at, at + size));
  text += seam.flush();
  return seam.broken ? 'broken' : shown + text;
}

const STORY = 'Once upon a time a clew of thread led a young man out of a dark place, and he was glad of it.';

describe.each([1, 3, 1_000])('in pieces of %p', (size) => {
  test.each([
    ['goes straight on', 'The capital of Fra', 'nce is Paris.', 'The capital of France is Paris.'],
    ['white space was kept from the model and comes again', 'Hello ', ' world', 'Hello world'],
    ['white space does not come again', 'Hello ', 'world', 'Hello world'],
    ['of several lines only one comes again', 'One.\n\n', '\nTwo.', 'One.\n\nTwo.'],
    ['a letter twice is a letter twice', 'Hel', 'lo', 'Hello'],
    ['a word twice is a word twice', 'so very ', ' very good', 'so very very good'],
    ['everything again', STORY.slice(0, 60), STORY, STORY],
    ['nothing more', 'All of it.', '', 'All of it.'],
  ])('a prefill that %s', (_, shown, rest, whole) => {
    expect(joined(shown, rest, 'prefill', size)).toBe(whole);
  });

  const cut = STORY.slice(0, 70);
  const anchor = anchorOf(cut);
  test.each([
    ['begins with the words it was asked for', anchor + STORY.slice(70)],
    ['puts them into quotes', `“${anchor}${STORY.slice(70)}`],
    ['puts an ellipsis before them', `…${anchor}${STORY.slice(70)}`],
    ['goes straight on', STORY.slice(70)],
    ['begins with some of the words', cut.slice(-14) + STORY.slice(70)],
    ['begins anew with the same', STORY],
  ])('an answer in words that %s', (_, rest) => {
    expect(joined(cut, rest, 'instruction', size)).toBe(STORY);
  });

  test('a second first half does not stand behind the first', () => {
    const other = `${STORY.slice(0, 40)} else happened, and nobody knows what.`;
    expect(joined(cut, other, 'instruction', size)).toBe('broken');
  });

  test('an answer that begins anew passes as it is', () => {
    expect(joined('', 'Whole.', 'anew', size)).toBe('Whole.');
  });
});

test('a text that is cut anywhere and gone on with by the book is the text (ten thousand cuts)', () => {
  const draw = seededDraw(3);
  const alphabet = ['a', 'b', 'the ', 'the the ', '\n\n', ' ', 'ż', '道', '- ', '. '];
  for (let round = 0; round < 10_000; round += 1) {
    const text = Array.from({ length: 40 }, () => alphabet[Math.floor(draw() * alphabet.length)]).join('');
    const shown = text.slice(0, 1 + Math.floor(draw() * (text.length - 1)));
    if (shown.trim() === '') continue;
    const trimmed = shown.trimEnd().length;
    const size = 1 + Math.floor(draw() * 9);
    const told = joined(shown, anchorOf(shown) + text.slice(trimmed), 'instruction', size);
    if (told !== text) throw new Error(JSON.stringify({ text, shown, told }));
    // A prefill is trusted to go on: only the beginning over again is dropped, and that is long.
    const prefilled = joined(shown, text.slice(trimmed), 'prefill', size);
    if (prefilled !== text) throw new Error(JSON.stringify({ text, shown, prefilled }));
  }
});
