// Usage to money, exactly: whole tokens times whole pico-dollars, summed as integers and rounded once. The counters come
// from a network, so each is made sane before it is billed.

import { NO_MONEY } from '#base/money.ts';
import type { NanoDollars } from '#base/money.ts';
import type { Usage } from '#canonical/usage.ts';
import type { Price } from '#providers/price.ts';
import type { Cost } from './generation.ts';

/** Tokens of one class, and pico-dollars for each of them. */
type Line = readonly [count: number, pico: number];

export interface CostHalves {
  readonly prompt: NanoDollars;
  readonly completion: NanoDollars;
}

const PICO_PER_NANO = 1_000;

/**
 * What a call costs. `unknown` when usage or price is, or when the sum passes 2^53 nano-dollars (nine million dollars for
 * one call is a broken counter, not a cost).
 *
 * A class without a price of its own is billed as the class it is a part of: cache reads, cache writes and audio input as
 * input, one-hour cache writes as cache writes, reasoning and audio output as output. Image output is output.
 */
export function costOf(usage: Usage | undefined, price: Price | undefined): Cost {
  if (usage === undefined || price === undefined) return 'unknown';
  return sumOf([...promptLines(usage, price), ...completionLines(usage, price)]);
}

/**
 * The same money in two halves that add up to `costOf` to the last nano-dollar. The price of the request itself belongs to
 * the prompt.
 */
export function splitCost(usage: Usage | undefined, price: Price | undefined): CostHalves | 'unknown' {
  if (usage === undefined || price === undefined) return 'unknown';
  const total = costOf(usage, price);
  const prompt = sumOf(promptLines(usage, price));
  if (total === 'unknown' || prompt === 'unknown') return 'unknown';
  return { prompt, completion: (total - prompt) as NanoDollars };
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

/** Parts of the input are clamped to what is left of it: providers have reported more cached tokens than prompt. */
function promptLines(usage: Usage, price: Price): readonly Line[] {
  const total = tokens(usage.inputTotal);
  const read = Math.min(tokens(usage.cacheRead), total);
  const written = Math.min(tokens(usage.cacheWrite), total - read);
  const writtenForAnHour = Math.min(tokens(usage.cacheWrite1h), written);
  const audio = Math.min(tokens(usage.audioInput), total - read - written);
  const writePrice = price.cacheWrite ?? price.input;
  return [
    [usage.requests === undefined ? 1 : tokens(usage.requests), price.request ?? 0],
    [total - read - written - audio, price.input],
    [read, price.cacheRead ?? price.input],
    [written - writtenForAnHour, writePrice],
    [writtenForAnHour, price.cacheWrite1h ?? writePrice],
    [audio, price.audioInput ?? price.input],
  ];
}

function completionLines(usage: Usage, price: Price): readonly Line[] {
  const total = tokens(usage.outputTotal);
  const reasoning = Math.min(tokens(usage.reasoning), total);
  const audio = Math.min(tokens(usage.audioOutput), total - reasoning);
  return [
    [total - reasoning - audio, price.output],
    [reasoning, price.reasoning ?? price.output],
    [audio, price.audioOutput ?? price.output],
  ];
}

/** A whole number that is not negative; an unknown counter is none of that class. */
function tokens(count: number | undefined): number {
  return count !== undefined && count > 0 ? Math.min(Math.floor(count), Number.MAX_SAFE_INTEGER) : 0;
}

/** Rounds half up to nano-dollars. */
function sumOf(lines: readonly Line[]): Cost {
  let pico = 0;
  for (const [count, each] of lines) pico += count * each;
  // No product or sum that rounding touched can come out below 2^53, so this test is enough to know the sum is exact.
  if (Number.isSafeInteger(pico)) {
    const rest = pico % PICO_PER_NANO;
    return ((pico - rest) / PICO_PER_NANO + (rest * 2 >= PICO_PER_NANO ? 1 : 0)) as NanoDollars;
  }
  return bigSumOf(lines);
}

function bigSumOf(lines: readonly Line[]): Cost {
  let pico = 0n;
  for (const [count, each] of lines) pico += BigInt(count) * BigInt(each);
  const nano = (pico + BigInt(PICO_PER_NANO / 2)) / BigInt(PICO_PER_NANO);
  return nano <= BigInt(Number.MAX_SAFE_INTEGER) ? (Number(nano) as NanoDollars) : 'unknown';
}
