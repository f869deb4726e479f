// Quirks are the named, typed differences between providers that speak the same dialect. The vocabulary is closed and
// owned by the dialect; provider entries only choose values.

export type QuirkValue = string | boolean | number;
export type Quirks = Readonly<Record<string, QuirkValue>>;

export interface QuirkRule {
  /** One sentence for docs and for the person who writes a provider entry. */
  readonly about: string;
  /** The legal values; the first is what a provider without the quirk does. */
  readonly values: readonly QuirkValue[];
  /** A choice of operators and policies: no provider needs another value than the first. */
  readonly optional?: true;
}

export type QuirkVocabulary = Readonly<Record<string, QuirkRule>>;
