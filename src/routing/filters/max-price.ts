// What a request may cost at most, by the price list. Nobody is taken at an unknown price where a limit was set.

import type { MaxPrice } from '#canonical/request.ts';
import { ratesFor } from '#providers/price.ts';
import type { Rates } from '#providers/price.ts';
import type { Filter } from './filter.ts';

/** Pico-dollars: of a dollar for a million tokens, and of a dollar for one piece. */
const FOR_A_MILLION = 1_000_000;
const FOR_ONE = 1_000_000_000_000;

export const maxPrice: Filter = (target, { bounds, inputTokens }) => {
  for (const { maxPrice: most } of bounds.providers) {
    if (most === undefined) continue;
    if (target.price === undefined) return 'has no known price';
    const dearer = tooDear(ratesFor(target.price, inputTokens(target)), most);
    if (dearer !== undefined) return `is dearer than max_price (${dearer})`;
  }
  return undefined;
};

/** Prices for a picture or a piece of sound are not compared: targets bill those by tokens. */
function tooDear(rates: Rates, most: MaxPrice): string | undefined {
  if (rates.input > (most.prompt ?? Infinity) * FOR_A_MILLION) return 'prompt';
  if (rates.output > (most.completion ?? Infinity) * FOR_A_MILLION) return 'completion';
  if ((rates.request ?? 0) > (most.request ?? Infinity) * FOR_ONE) return 'request';
  return undefined;
}
