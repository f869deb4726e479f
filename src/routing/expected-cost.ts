// What this very request is expected to cost at a target: tokens times price, with the chance that a part of the prompt is
// still in the provider's cache.

import { ratesFor } from '#providers/price.ts';
import type { Price } from '#providers/price.ts';

export interface Expectation {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Tokens at the beginning of the prompt that may be in the cache, and how likely they are to be. */
  readonly warmTokens: number;
  readonly warm: number;
  /** The client marks what is to be cached. */
  readonly marked: boolean;
}

const PICO_PER_NANO = 1_000;
/** Providers cache no shorter beginnings. */
export const CACHED_TOKENS_MIN = 1_024;

/**
 * Nano-dollars, with three decimals (a pico-dollar); undefined where the price is unknown. Where writing to the cache costs more than reading
 * the prompt, providers write only what the client marks, and so it is reckoned here.
 */
export function expectedCost(price: Price | undefined, expected: Expectation): number | undefined {
  return price === undefined ? undefined : costAt(price, expected);
}

/** What the chance that the prompt is in the cache is worth, in nano-dollars; undefined where there is none, or no price. */
export function expectedSaving(price: Price | undefined, expected: Expectation): number | undefined {
  if (price === undefined || expected.warm === 0) return undefined;
  const saved = costAt(price, { ...expected, warm: 0 }) - costAt(price, expected);
  return Math.round(saved * PICO_PER_NANO) / PICO_PER_NANO;
}

function costAt(price: Price, expected: Expectation): number {
  const { inputTokens, outputTokens, warm } = expected;
  const rates = ratesFor(price, inputTokens);
  const read = rates.cacheRead ?? rates.input;
  const premium = (rates.cacheWrite ?? rates.input) - rates.input;
  const optsIn = premium <= 0 || expected.marked;
  const cacheable = optsIn && inputTokens >= CACHED_TOKENS_MIN;
  const warmTokens = cacheable ? Math.min(expected.warmTokens, inputTokens) : 0;
  const written = premium > 0 && cacheable ? inputTokens - warm * warmTokens : 0;
  const pico =
    inputTokens * rates.input -
    warm * warmTokens * (rates.input - read) +
    written * premium +
    outputTokens * rates.output +
    (rates.request ?? 0);
  return Math.round(pico) / PICO_PER_NANO;
}
