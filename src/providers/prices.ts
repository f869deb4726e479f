// Prices as vendors write them to prices as they are reckoned with.

import type { Price, PriceList } from './price.ts';

/** A dollar for a million tokens is a millionth of a dollar, or a million pico-dollars, for each. */
const PICO_PER_TOKEN = 1_000_000;
const PICO_PER_DOLLAR = 1_000_000_000_000;

type Component = Exclude<keyof PriceList & keyof Price, 'input' | 'output'>;

/** Pico-dollars in one unit of the list's number. */
const OPTIONAL: Readonly<Record<Component, number>> = {
  cacheRead: PICO_PER_TOKEN,
  cacheWrite: PICO_PER_TOKEN,
  cacheWrite1h: PICO_PER_TOKEN,
  reasoning: PICO_PER_TOKEN,
  audioInput: PICO_PER_TOKEN,
  audioOutput: PICO_PER_TOKEN,
  request: PICO_PER_DOLLAR,
};

/**
 * Undefined, hence an unknown cost, unless input and output are both known and every number given is one that can be
 * reckoned with exactly. `version` says where the numbers come from.
 */
export function toPrice(list: PriceList, version: string): Price | undefined {
  const input = toPico(list.input, PICO_PER_TOKEN);
  const output = toPico(list.output, PICO_PER_TOKEN);
  if (input === undefined || output === undefined) return undefined;
  const extra: Partial<Record<Component, number>> = {};
  for (const component of Object.keys(OPTIONAL) as Component[]) {
    if (list[component] === undefined) continue;
    const amount = toPico(list[component], OPTIONAL[component]);
    if (amount === undefined) return undefined;
    extra[component] = amount;
  }
  return { input, output, ...extra, version };
}

function toPico(dollars: number | undefined, scale: number): number | undefined {
  if (dollars === undefined) return undefined;
  const amount = Math.round(dollars * scale);
  // Says no to NaN and infinities too. Minus zero is rounded from a negative price.
  return Number.isSafeInteger(amount) && dollars >= 0 ? amount : undefined;
}
