// Numbers of what was served.

import type { Served } from './traffic.ts';

export function mean(numbers: readonly number[]): number {
  return sum(numbers) / Math.max(1, numbers.length);
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

/** The part of the requests of a time that went to a target first. */
export function shareOf(served: readonly Served[], index: number, fromMs: number, toMs: number): number {
  const within = served.filter(({ at }) => at >= fromMs && at < toMs);
  return within.filter(({ first }) => first === index).length / Math.max(1, within.length);
}

/** Milliseconds to the first content; who got none has waited for a minute. */
export function meanFirstMs(served: readonly Served[]): number {
  return mean(served.map(({ tookMs }) => tookMs ?? 60_000));
}

export function meanTotalMs(served: readonly Served[]): number {
  return mean(served.map(({ totalMs }) => totalMs ?? 60_000));
}

/** US dollars for a thousand requests. */
export function costOfThousand(served: readonly Served[]): number {
  return 1_000 * mean(served.map(({ cost }) => cost));
}
