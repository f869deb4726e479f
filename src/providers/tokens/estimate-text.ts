// How many tokens a text is likely to be, without a vocabulary: runs of one kind of character, each kind with its rate.
// One pass, no allocation, linear on any input.
//
// The rates were fitted to the o200k vocabulary, on the texts of recorded requests and on prose in a dozen scripts;
// test/recordings/token-counts.test.ts prints the errors. Other vocabularies are this times a factor (profiles.ts).

const SPACE = 0;
const BREAK = 1;
const LETTER = 2;
const CAPITAL = 3;
const DIGIT = 4;
const MARK = 5;
/** Alphabets beside the Latin one. */
const ALPHABET = 6;
/** Scripts of which a character is more than a letter, or whose words are not set apart. */
const INDIC = 7;
const HAN = 8;
const KANA = 9;
const HANGUL = 10;
const OTHER = 11;

const LAST_ASCII = 0x7f;

/** Where a kind begins, in code units; it lasts to the next one. */
const RANGES: readonly (readonly [from: number, kind: number])[] = [
  [0x80, OTHER],
  [0xa0, MARK],
  [0xc0, LETTER],
  [0x0250, ALPHABET],
  [0x0900, INDIC],
  [0x10a0, ALPHABET],
  [0x1100, HANGUL],
  [0x1200, INDIC],
  [0x1e00, LETTER],
  [0x1f00, ALPHABET],
  [0x2000, MARK],
  [0x2190, OTHER],
  [0x3000, MARK],
  [0x3040, KANA],
  [0x3100, HAN],
  [0xa000, OTHER],
  [0xac00, HANGUL],
  [0xd7a4, OTHER],
  [0xf900, HAN],
  [0xfb00, OTHER],
  [0xff00, MARK],
];

/** Characters that share one token, for the kinds whose tokens do not end with the word. */
const PER_TOKEN: Readonly<Record<number, number>> = {
  [INDIC]: 2.6,
  [HAN]: 1.35,
  [KANA]: 1.6,
  [HANGUL]: 1.55,
  [OTHER]: 1,
};

/** A Latin word up to this long is one token as a rule; what goes beyond it takes one for each few characters. */
const WORD_LENGTH = 9;
const CHARACTERS_BEYOND = 3.5;
/** No language has such words: it is an id, a key or a file, and every two characters are a token. */
const NOISE_LENGTH = 32;
const CHARACTERS_OF_NOISE = 2;

/** A mark often shares the token of the word, the line break or the mark beside it. */
const MARK_BEGUN = 0.7;
const MARKS_BEYOND = 5;
const ALPHABET_CHARACTERS = 3.4;

export function estimateText(text: string): number {
  let tokens = 0;
  for (let at = 0; at < text.length;) {
    const kind = kindAt(text, at);
    const end = endOfRun(text, at, kind);
    tokens += tokensOfRun(kind, end - at);
    at = end;
  }
  return tokens;
}

function kindAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code <= LAST_ASCII ? (ASCII_KINDS[code] as number) : wideKind(code);
}

const ASCII_KINDS = Uint8Array.from({ length: LAST_ASCII + 1 }, (_, code) => asciiKind(code));

function asciiKind(code: number): number {
  if (code >= 97 && code <= 122) return LETTER;
  if (code === 32) return SPACE;
  if (code >= 65 && code <= 90) return CAPITAL;
  if (code >= 48 && code <= 57) return DIGIT;
  return code < 32 ? BREAK : MARK;
}

function wideKind(code: number): number {
  let low = 0;
  let high = RANGES.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((RANGES[middle]?.[0] ?? 0) <= code) low = middle;
    else high = middle - 1;
  }
  return RANGES[low]?.[1] ?? OTHER;
}

/** A capital begins a word and takes the small letters after it along; several of them are a word of their own. */
function endOfRun(text: string, from: number, kind: number): number {
  let at = from + 1;
  if (kind === CAPITAL && at < text.length && kindAt(text, at) === LETTER) kind = LETTER;
  while (at < text.length && kindAt(text, at) === kind) at += 1;
  return at;
}

function tokensOfRun(kind: number, length: number): number {
  if (kind === SPACE) return length === 1 ? 0 : 1;
  if (kind === BREAK) return Math.ceil(length / 8);
  if (kind === LETTER) return tokensOfWord(length);
  if (kind === CAPITAL) return Math.max(1, length / 2.5);
  if (kind === DIGIT) return Math.ceil(length / 3);
  if (kind === MARK) return MARK_BEGUN + (length - 1) / MARKS_BEYOND;
  if (kind === ALPHABET) return Math.max(1, length / ALPHABET_CHARACTERS);
  return length / (PER_TOKEN[kind] ?? 1);
}

function tokensOfWord(length: number): number {
  if (length > NOISE_LENGTH) return length / CHARACTERS_OF_NOISE;
  return length <= WORD_LENGTH ? 1 : 1 + (length - WORD_LENGTH) / CHARACTERS_BEYOND;
}
