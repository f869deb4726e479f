// Ids that nobody can guess. Random bytes are taken a page at a time: asking the system for 20 at once would cost more
// than everything else an exchange does at its start.

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** The largest multiple of 62 that a byte can hold; bytes above it are thrown away, so that no letter is likelier. */
const FAIR_MAX = 248;

const page = new Uint8Array(4096);
let used = page.length;

function randomByte(): number {
  if (used === page.length) {
    crypto.getRandomValues(page);
    used = 0;
  }
  const byte = page[used] as number;
  used += 1;
  return byte;
}

/** Letters and digits, uniformly drawn. */
export function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    const byte = randomByte();
    if (byte < FAIR_MAX) text += LETTERS[byte % LETTERS.length];
  }
  return text;
}
