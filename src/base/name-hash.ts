// A short name for a long one: the same every time, so that prompt caches and conversations find it again. Not for
// secrets, and not against those who want two names to meet: whoever uses it looks for that.

const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** `length` letters and digits made from the text, its UTF-16 units mixed as in FNV-1a with a final avalanche. */
export function nameHash(text: string, length: number): string {
  let name = '';
  for (let round = 0; name.length < length; round += 1) {
    let mixed = mix(text, 0x811c_9dc5 ^ Math.imul(round + 1, 0x9e37_79b9));
    // Five letters of a 32-bit number are nearly uniform: 62^5 goes into 2^32 almost five times.
    for (let letter = 0; letter < 5 && name.length < length; letter += 1) {
      name += LETTERS[mixed % LETTERS.length];
      mixed = Math.floor(mixed / LETTERS.length);
    }
  }
  return name;
}

function mix(text: string, seed: number): number {
  let state = seed >>> 0;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x0100_0193);
  }
  state = Math.imul(state ^ (state >>> 16), 0x85eb_ca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2_ae35);
  return (state ^ (state >>> 16)) >>> 0;
}
