// Prices as vendors write them to prices as they are reckoned with.

import type { Price, PriceList, RateList, Rates, Tier, TierList } from './price.ts';

/** A dollar for a million tokens is a millionth of a dollar, or a million pico-dollars, for each. */
const PICO_PER_TOKEN = 1_000_000;
const PICO_PER_DOLLAR = 1_000_000_000_000;

/** Pico-dollars in one unit of the list's number. Also the order in which prices are written. */
const SCALES: Readonly<Record<keyof RateList & keyof Rates, number>> = {
  input: PICO_PER_TOKEN,
  output: PICO_PER_TOKEN,
  cacheRead: PICO_PER_TOKEN,
  cacheWrite: PICO_PER_TOKEN,
  cacheWrite1h: PICO_PER_TOKEN,
  reasoning: PICO_PER_TOKEN,
  audioInput: PICO_PER_TOKEN,
  audioOutput: PICO_PER_TOKEN,
  imageInput: PICO_PER_TOKEN,
  imageOutput: PICO_PER_TOKEN,
  videoInput: PICO_PER_TOKEN,
  request: PICO_PER_DOLLAR,
  search: PICO_PER_DOLLAR,
};

export type RateName = keyof typeof SCALES;
export const RATE_NAMES = Object.keys(SCALES) as readonly RateName[];

/**
 * Undefined, hence an unknown cost, unless input and output are both known, every number given is one that can be
 * reckoned with exactly, and tiers rise. `version` says where the numbers come from.
 */
export function toPrice(list: PriceList, version: string): Price | undefined {
  const base = toRates(list);
  if (base === undefined || !isComplete(base)) return undefined;
  if (list.tiers === undefined || list.tiers.length === 0) return { ...base, version };
  const tiers = toTiers(base, list.tiers);
  return tiers === undefined ? undefined : { ...base, tiers, version };
}

function isComplete(rates: Partial<Rates>): rates is Rates {
  return rates.input !== undefined && rates.output !== undefined;
}

/** Each tier made whole by the one before. */
function toTiers(base: Rates, lists: readonly TierList[]): readonly Tier[] | undefined {
  const tiers: Tier[] = [];
  let before: Rates & { readonly above?: number } = base;
  for (const list of lists) {
    const rates = toRates(list);
    if (rates === undefined || !(list.above > (before.above ?? 0))) return undefined;
    const tier: Tier = { ...before, ...rates, above: list.above };
    tiers.push(tier);
    before = tier;
  }
  return tiers;
}

/** Undefined when one of the numbers is none that can be reckoned with. */
function toRates(list: RateList): Partial<Rates> | undefined {
  const rates: Partial<Record<RateName, number>> = {};
  for (const name of RATE_NAMES) {
    const dollars = list[name];
    if (dollars === undefined) continue;
    const amount = toPico(dollars, SCALES[name]);
    if (amount === undefined) return undefined;
    rates[name] = amount;
  }
  return rates;
}

/** Back to the number of a list, for messages. */
export function toDollars(name: RateName, pico: number): number {
  return pico / SCALES[name];
}

function toPico(dollars: number, scale: number): number | undefined {
  const amount = Math.round(dollars * scale);
  // Says no to NaN and infinities too. Minus zero is rounded from a negative price.
  return Number.isSafeInteger(amount) && dollars >= 0 ? amount : undefined;
}
