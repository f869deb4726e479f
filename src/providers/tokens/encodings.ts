// The published vocabularies, counted exactly. One of them is 65 MB of memory and a noticeable pause to load, so each is
// loaded when somebody asks for it and never before; once it is there counting is synchronous.

export type EncodingName = 'o200k_base' | 'cl100k_base';

type Count = (text: string) => number;

const loaded = new Map<EncodingName, Count>();

/**
 * The library merges pairs in a way that takes the square of a word's length, so a text is counted in pieces: a megabyte
 * of one letter must not stop the process. A cut at a space costs nothing, any other a token at most.
 */
const PIECE_LENGTH = 500;
/** Words that the library remembers, each as long as a piece at most. */
const REMEMBERED_WORDS = 10_000;

/** Undefined when it is not loaded. */
export function loadedEncoding(name: EncodingName): Count | undefined {
  return loaded.get(name);
}

export async function loadEncoding(name: EncodingName): Promise<void> {
  if (loaded.has(name)) return;
  const { default: encoding } =
    name === 'o200k_base'
      ? await import('gpt-tokenizer/encoding/o200k_base')
      : await import('gpt-tokenizer/encoding/cl100k_base');
  encoding.setMergeCacheSize(REMEMBERED_WORDS);
  // Words such as `<|endoftext|>` in a text are text: a provider reads them so too.
  const plain = { disallowedSpecial: new Set<string>() };
  loaded.set(name, (text) => inPieces(text, (piece) => encoding.countTokens(piece, plain)));
}

function inPieces(text: string, count: Count): number {
  let tokens = 0;
  for (let from = 0; from < text.length;) {
    const to = pieceEnd(text, from);
    tokens += count(text.slice(from, to));
    from = to;
  }
  return tokens;
}

/** Before the last space that leaves half a piece or more; else where the piece is full, but not within a character. */
function pieceEnd(text: string, from: number): number {
  const full = from + PIECE_LENGTH;
  if (full >= text.length) return text.length;
  const space = text.lastIndexOf(' ', full);
  if (space > from + PIECE_LENGTH / 2) return space;
  const code = text.charCodeAt(full);
  return code >= 0xdc00 && code <= 0xdfff ? full + 1 : full;
}
