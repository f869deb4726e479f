// Usage that nobody reported: counted from characters and marked as estimated, so that it is never taken for a fact.

import type { Usage } from '#canonical/usage.ts';

/** English text and code have about four characters to a token with the encodings in use. */
const CHARS_PER_TOKEN = 4;

export function estimateUsage(inputChars: number, outputChars: number): Usage {
  return {
    inputTotal: Math.ceil(inputChars / CHARS_PER_TOKEN),
    outputTotal: Math.ceil(outputChars / CHARS_PER_TOKEN),
    estimated: true,
  };
}
