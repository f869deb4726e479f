// Text to say: plain words in pieces of a token each, so that lengths can be asked for exactly.

import type { Draw } from '#base/random.ts';

const VOCABULARY = (
  'thread labyrinth stone door lamp turn left right under over wall path echo step shadow light hand rope knot map key ' +
  'far near old quiet deep narrow follow find hold leave return remember measure count begin end the a of and to from ' +
  'through behind before after every other only still'
).split(' ');

/** `count` words; all but the first begin with a space, so that joined they are text. */
export function words(count: number, draw: Draw): string[] {
  const said: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const word = VOCABULARY[Math.floor(draw() * VOCABULARY.length)] ?? 'thread';
    said.push(index === 0 ? word : ` ${word}`);
  }
  return said;
}

export function sentence(count: number, draw: Draw): string {
  return words(count, draw).join('');
}

const PIECE_CHARACTERS = 12;

/** Any text in pieces: at spaces, and within what has none, such as JSON. Joined they are the text again. */
export function pieces(text: string): string[] {
  return text.match(new RegExp(`\\s*\\S{1,${PIECE_CHARACTERS}}|\\s+`, 'gu')) ?? [];
}
