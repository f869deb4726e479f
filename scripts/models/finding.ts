// What one source says of one model, before it is weighed against what others say.

import type { Result } from '#base/result.ts';
import type { PriceList } from '#providers/price.ts';
import type { Trait } from '#providers/trait.ts';

export interface Finding {
  readonly id: string;
  readonly name?: string | undefined;
  readonly price?: PriceList | undefined;
  readonly contextTokens?: number | undefined;
  readonly maxOutputTokens?: number | undefined;
  /** True or false where the source says so; what it does not mention is not in the map. */
  readonly traits: ReadonlyMap<Trait, boolean>;
  /** Dialects it answers in, when not in all that the provider speaks. */
  readonly speaks?: readonly string[] | undefined;
  /** The vendor's own page that the source refers to. */
  readonly page?: string | undefined;
  /** Withdrawn, or about to be. */
  readonly gone: boolean;
}

/** One local copy of public data. */
export interface DataSource {
  /** Where the public keeps it, for one provider: an https URL. */
  readonly urlOf: (key: string) => string;
  readonly version?: string | undefined;
  /** YYYY-MM-DD: the day of the copy. */
  readonly date: string;
  /** What it says of a provider that it calls `key`; an error lists what cannot be read. */
  readonly read: (key: string) => Result<readonly Finding[], readonly string[]>;
  /** Which column of the table of providers names them (providers.ts). */
  readonly column: 'modelsDev' | 'priceMap';
}

export function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}

/** A millionth of a dollar for a million tokens is the finest that prices are kept in. */
export function roundDollars(dollars: number): number {
  return Math.round(dollars * 1e6) / 1e6;
}

/**
 * Undefined unless enough is known to tell a cost. Zero stands for "included in a subscription" and for "nobody knows" too,
 * so it is believed only of models that are called free, and never of a single part.
 */
export function believed(id: string, price: PriceList, inputOnly: boolean): PriceList | undefined {
  const { input, output } = price;
  if (input === undefined || (output === undefined && !inputOnly)) return undefined;
  const paid = Object.entries(price).filter(([, value]) => value !== 0 && value !== undefined);
  const known = Object.fromEntries(paid) as PriceList;
  if (paid.length === 0) return id.endsWith(':free') ? { input, output } : undefined;
  return inputOnly ? { ...known, input, output: undefined } : { ...known, input, output };
}
