// All filters, in the order in which reasons are given.

import type { Target } from '#providers/target.ts';
import { dataPolicy } from './data-policy.ts';
import type { Filter, FilterContext } from './filter.ts';
import { maxPrice } from './max-price.ts';
import { namedProviders, quantization } from './providers.ts';

const FILTERS: readonly Filter[] = [dataPolicy, namedProviders, quantization, maxPrice];

/** The first reason against the target. */
export function removedBecause(target: Target, context: FilterContext): string | undefined {
  const { bounds, data } = context;
  if (data === undefined && bounds.providers.length === 0 && bounds.data.length === 0) return undefined;
  for (const filter of FILTERS) {
    const why = filter(target, context);
    if (why !== undefined) return why;
  }
  return undefined;
}
