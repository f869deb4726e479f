// In which language a request is, where its path does not tell.

import type { AnyClientDialect, Head } from '#dialects/dialect.ts';

/** The first that claims it, else the first of all. */
export function speakerOf(
  head: Head,
  dialects: readonly [AnyClientDialect, ...AnyClientDialect[]],
): AnyClientDialect {
  return dialects.find((dialect) => dialect.claims?.(head) === true) ?? dialects[0];
}
