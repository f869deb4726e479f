// A price that moves very far at once is rather a slipped decimal point than news. Whoever takes prices in (the script that
// refreshes the catalogue, the configuration) refuses it until somebody says that it is meant.

import type { Price, PriceList, Rates } from './price.ts';
import { RATE_NAMES, toDollars, toPrice } from './prices.ts';

export const PRICE_JUMP_MAX = 20;

export interface PriceJump {
  /** From the root of the price: `['input']`, or `['tiers', 0, 'input']`. */
  readonly path: readonly (string | number)[];
  /** US dollars, as in a list. */
  readonly was: number;
  readonly is: number;
}

/** Parts that are known on both sides and lie further apart than that. From or to zero is always too far. */
export function priceJumps(was: Price, is: Price): readonly PriceJump[] {
  const base = rateJumps(was, is, []);
  const told = new Set(base.map(({ path }) => path.at(-1)));
  const tiers = (is.tiers ?? []).flatMap((tier, index) => {
    const same = was.tiers?.find(({ above }) => above === tier.above);
    return same === undefined ? [] : rateJumps(same, tier, ['tiers', index]);
  });
  // Tiers are complete: what they have from the base would be told again.
  return [...base, ...tiers.filter(({ path }) => !told.has(path.at(-1)))];
}

/** The same of prices as they are written; one that cannot be reckoned with is no predecessor. */
export function listJumps(was: PriceList, is: PriceList): readonly PriceJump[] {
  const [before, after] = [toPrice(was, ''), toPrice(is, '')];
  return before === undefined || after === undefined ? [] : priceJumps(before, after);
}

function rateJumps(was: Partial<Rates>, is: Partial<Rates>, path: PriceJump['path']): readonly PriceJump[] {
  return RATE_NAMES.flatMap((name) => {
    const [a, b] = [was[name], is[name]];
    if (a === undefined || b === undefined || a === b) return [];
    const far = Math.max(a, b) > PRICE_JUMP_MAX * Math.min(a, b);
    return far ? [{ path: [...path, name], was: toDollars(name, a), is: toDollars(name, b) }] : [];
  });
}
