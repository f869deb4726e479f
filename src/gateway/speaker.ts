// In which language a request is, where its path does not tell.

import type { AnyClientDialect, Head } from '#dialects/dialect.ts';

/** The first that claims it, else the first of all. */
export function speakerOf(
  head: Head,
  dialects: readonly [AnyClientDialect, ...AnyClientDialect[]],
): AnyClientDialect {
  return dialects.find((dialect) => dialect.claims?.(head) === true) ?? dialects[0];
}

/** The dialect of a path, in the manners that this client is used to. */
export function mannersOf(dialect: AnyClientDialect, head: Head): AnyClientDialect {
  return dialect.manners?.find((one) => one.claims?.(head) === true) ?? dialect;
}
