// Ids that nobody can guess and that sort by time: databases append what comes in order and search what does not. Random
// bytes are taken a page at a time: asking the system for a few at once would cost more than the rest of an exchange's
// beginning.

/** In ASCII order, so that texts sort as the numbers they write. */
const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE = LETTERS.length;
/** The largest multiple of 62 that a byte can hold; bytes above it are thrown away, so that no letter is likelier. */
const FAIR_MAX = 248;
const PAGE_BYTES = 4_096;
/** Three letters write any number below 62³ = 238,328: a second in steps of 5 µs. */
const STEPS_PER_MS = 200;
const RANDOM_LETTERS = 17;

let page = '';
let used = 0;
let lastMs = 0;
let step = 0;

/**
 * `gen-<unix seconds>-<20 letters and digits>`. Three of the letters are the time within the second and a counter; the
 * other seventeen are random, about 101 bits.
 */
export function generationId(wallMs: number): string {
  const seconds = Math.floor(wallMs / 1000);
  step = wallMs === lastMs ? Math.min(step + 1, STEPS_PER_MS - 1) : 0;
  lastMs = wallMs;
  return `gen-${seconds}-${threeLetters((wallMs - seconds * 1000) * STEPS_PER_MS + step)}${randomText(RANDOM_LETTERS)}`;
}

function threeLetters(number: number): string {
  const low = number % BASE;
  const rest = (number - low) / BASE;
  const middle = rest % BASE;
  return `${LETTERS[(rest - middle) / BASE]}${LETTERS[middle]}${LETTERS[low]}`;
}

/** Letters and digits, uniformly drawn. */
export function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    if (used >= page.length) {
      page = randomPage();
      used = 0;
    }
    const piece = page.slice(used, used + length - text.length);
    used += piece.length;
    text += piece;
  }
  return text;
}

function randomPage(): string {
  let letters = '';
  for (const byte of crypto.getRandomValues(new Uint8Array(PAGE_BYTES))) {
    if (byte < FAIR_MAX) letters += LETTERS[byte % BASE];
  }
  return letters;
}
