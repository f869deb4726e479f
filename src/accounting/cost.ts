// Usage to money, exactly: whole tokens times whole pico-dollars, summed as integers and rounded once. The counters come
// from a network, so each is made sane before it is billed.

import { NO_MONEY } from '#base/money.ts';
import type { NanoDollars } from '#base/money.ts';
import type { Usage } from '#canonical/usage.ts';
import { ratesFor } from '#providers/price.ts';
import type { Price, Rates } from '#providers/price.ts';
import type { Cost } from './generation.ts';

/** Tokens or pieces of one class, and pico-dollars for each of them; undefined where nobody knows. */
type Line = readonly [count: number, pico: number | undefined];

export interface CostHalves {
  readonly prompt: NanoDollars;
  readonly completion: NanoDollars;
}

const PICO_PER_NANO = 1_000;

/**
 * What a call costs. `unknown` when usage or price is, or when the sum passes 2^53 nano-dollars (nine million dollars for
 * one call is a broken counter, not a cost). The length of the prompt decides which of the price's tiers counts, for all
 * tokens.
 *
 * A class without a price of its own is billed as the class it is a part of: cache reads, cache writes, audio, image and
 * video input as input, one-hour cache writes as cache writes, reasoning, audio and image output as output. Searches are
 * part of nothing: when there were some and nobody knows their price, the cost is unknown.
 */
export function costOf(usage: Usage | undefined, price: Price | undefined): Cost {
  if (usage === undefined || price === undefined) return 'unknown';
  const rates = ratesFor(price, tokens(usage.inputTotal));
  return sumOf([...promptLines(usage, rates), ...completionLines(usage, rates)]);
}

/**
 * The same money in two halves that add up to `costOf` to the last nano-dollar. The prices of the request itself and
 * of searches belong to the prompt.
 */
export function splitCost(usage: Usage | undefined, price: Price | undefined): CostHalves | 'unknown' {
  if (usage === undefined || price === undefined) return 'unknown';
  const total = costOf(usage, price);
  const prompt = sumOf(promptLines(usage, ratesFor(price, tokens(usage.inputTotal))));
  if (total === 'unknown' || prompt === 'unknown') return 'unknown';
  return { prompt, completion: (total - prompt) as NanoDollars };
}

/**
 * What the prompt cache saved: the cost without it, less the cost. Negative where more was written than read. Undefined where
 * nothing was cached or nobody knows.
 */
export function cacheSaving(usage: Usage | undefined, price: Price | undefined): NanoDollars | undefined {
  if (usage === undefined || (usage.cacheRead ?? 0) + (usage.cacheWrite ?? 0) === 0) return undefined;
  const { cacheRead: _read, cacheWrite: _write, cacheWrite1h: _hour, ...uncached } = usage;
  const [cost, without] = [costOf(usage, price), costOf(uncached, price)];
  return cost === 'unknown' || without === 'unknown' ? undefined : ((without - cost) as NanoDollars);
}

/** The cost of several calls together: unknown as soon as one of them is. */
export function addCosts(costs: readonly Cost[]): Cost {
  let sum: number = NO_MONEY;
  for (const cost of costs) {
    if (cost === 'unknown') return 'unknown';
    sum += cost;
  }
  return Number.isSafeInteger(sum) ? (sum as NanoDollars) : 'unknown';
}

/**
 * Parts of the input are clamped to what is left of it: providers have reported more cached tokens than prompt. What is
 * cached is counted as cached, whatever it shows.
 */
function promptLines(usage: Usage, rates: Rates): readonly Line[] {
  const total = tokens(usage.inputTotal);
  const read = Math.min(tokens(usage.cacheRead), total);
  const written = Math.min(tokens(usage.cacheWrite), total - read);
  const writtenForAnHour = Math.min(tokens(usage.cacheWrite1h), written);
  const uncached = total - read - written;
  const audio = Math.min(tokens(usage.audioInput), uncached);
  const image = Math.min(tokens(usage.imageInput), uncached - audio);
  const video = Math.min(tokens(usage.videoInput), uncached - audio - image);
  const writePrice = rates.cacheWrite ?? rates.input;
  return [
    [usage.requests === undefined ? 1 : tokens(usage.requests), rates.request ?? 0],
    [tokens(usage.searches), rates.search],
    [uncached - audio - image - video, rates.input],
    [read, rates.cacheRead ?? rates.input],
    [written - writtenForAnHour, writePrice],
    [writtenForAnHour, rates.cacheWrite1h ?? writePrice],
    [audio, rates.audioInput ?? rates.input],
    [image, rates.imageInput ?? rates.input],
    [video, rates.videoInput ?? rates.input],
  ];
}

function completionLines(usage: Usage, rates: Rates): readonly Line[] {
  const total = tokens(usage.outputTotal);
  const reasoning = Math.min(tokens(usage.reasoning), total);
  const audio = Math.min(tokens(usage.audioOutput), total - reasoning);
  const image = Math.min(tokens(usage.imageOutput), total - reasoning - audio);
  return [
    [total - reasoning - audio - image, rates.output],
    [reasoning, rates.reasoning ?? rates.output],
    [audio, rates.audioOutput ?? rates.output],
    [image, rates.imageOutput ?? rates.output],
  ];
}

/** A whole number that is not negative; an unknown counter is none of that class. */
function tokens(count: number | undefined): number {
  return count !== undefined && count > 0 ? Math.min(Math.floor(count), Number.MAX_SAFE_INTEGER) : 0;
}

/** Rounds half up to nano-dollars. */
function sumOf(lines: readonly Line[]): Cost {
  let pico = 0;
  for (const [count, each] of lines) {
    if (count === 0) continue;
    if (each === undefined) return 'unknown';
    pico += count * each;
  }
  // No product or sum that rounding touched can come out below 2^53, so this test is enough to know the sum is exact.
  if (Number.isSafeInteger(pico)) {
    const rest = pico % PICO_PER_NANO;
    return ((pico - rest) / PICO_PER_NANO + (rest * 2 >= PICO_PER_NANO ? 1 : 0)) as NanoDollars;
  }
  return bigSumOf(lines);
}

function bigSumOf(lines: readonly Line[]): Cost {
  let pico = 0n;
  for (const [count, each = 0] of lines) pico += BigInt(count) * BigInt(each);
  const nano = (pico + BigInt(PICO_PER_NANO / 2)) / BigInt(PICO_PER_NANO);
  return nano <= BigInt(Number.MAX_SAFE_INTEGER) ? (Number(nano) as NanoDollars) : 'unknown';
}
