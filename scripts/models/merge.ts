// Several sources to one entry for each model. The newer source has the last word, and of two of the same day the one that
// names the vendor's own page; where they differ, that is said.

import { RATE_NAMES } from '#providers/prices.ts';
import type { PriceList } from '#providers/price.ts';
import type { ModelEntry } from '#providers/entry.ts';
import { TRAIT_NAMES } from '#providers/trait.ts';
import type { Finding } from './finding.ts';

export interface Sourced extends Finding {
  /** Its place in the list of the file's sources. */
  readonly from: number;
  /** YYYY-MM-DD */
  readonly date: string;
  /** Whether its limits are those of the whole window; others tell the longest prompt. */
  readonly wholeWindow: boolean;
}

export interface Merged {
  readonly models: readonly ModelEntry[];
  readonly disagreements: readonly string[];
}

export function mergeFindings(findings: readonly Sourced[]): Merged {
  const byId = Map.groupBy(findings, ({ id }) => id);
  const disagreements: string[] = [];
  const models = [...byId.values()].flatMap((same) => {
    const ranked = same.toSorted(byRank);
    // The newest knows best whether it is still there.
    if (ranked[0]?.gone !== false) return [];
    disagreements.push(...differences(ranked));
    return [entryOf(ranked)];
  });
  return { models, disagreements };
}

function byRank(a: Sourced, b: Sourced): number {
  if (a.date !== b.date) return a.date < b.date ? 1 : -1;
  return Number(b.page !== undefined) - Number(a.page !== undefined) || a.from - b.from;
}

function entryOf(ranked: readonly Sourced[]): ModelEntry {
  const windows = ranked.toSorted((a, b) => Number(b.wholeWindow) - Number(a.wholeWindow));
  const contextTokens = first(windows, 'contextTokens');
  const most = first(windows, 'maxOutputTokens');
  const priced = ranked.find(({ price }) => price !== undefined);
  return {
    id: ranked[0]?.id ?? '',
    name: first(ranked, 'name'),
    price: priced?.price === undefined ? undefined : completed(priced.price, ranked),
    contextTokens,
    maxOutputTokens: most !== undefined && contextTokens !== undefined ? Math.min(most, contextTokens) : most,
    traits: TRAIT_NAMES.filter(
      (trait) => ranked.find(({ traits }) => traits.has(trait))?.traits.get(trait) === true,
    ),
    speaks: first(ranked, 'speaks'),
    from: (priced?.from ?? ranked[0]?.from ?? 0) || undefined,
  };
}

function first<Key extends keyof Sourced>(ranked: readonly Sourced[], key: Key): Sourced[Key] | undefined {
  return ranked.find((finding) => finding[key] !== undefined)?.[key];
}

/** Parts that the first does not know may come from another that agrees on what matters. */
function completed(price: PriceList, ranked: readonly Sourced[]): PriceList {
  const agreeing = ranked.flatMap(({ price: other }) =>
    other !== undefined && other.input === price.input && other.output === price.output ? [other] : [],
  );
  return Object.assign({}, ...agreeing.toReversed(), defined(price)) as PriceList;
}

function defined(price: PriceList): PriceList {
  return Object.fromEntries(Object.entries(price).filter(([, value]) => value !== undefined));
}

function differences(ranked: readonly Sourced[]): readonly string[] {
  const [chosen, ...others] = ranked.filter(({ price }) => price !== undefined);
  return others.flatMap(({ price, date }) =>
    RATE_NAMES.flatMap((name) => {
      const [a, b] = [chosen?.price?.[name], price?.[name]];
      if (a === undefined || b === undefined || a === b) return [];
      return [`${chosen?.id}: ${name} is ${a} (${chosen?.date}), not ${b} (${date})`];
    }),
  );
}
