// A rule of the file as routing knows it. Only for what the checks have passed.

import type { ProviderWishes } from '#canonical/request.ts';
import type { Policy } from '#routing/policies/policy.ts';
import { writtenLimits } from '../limits-schema.ts';
import { dataRules, makeModelTarget } from '../make-model.ts';
import type { ProviderOn } from '../snapshot.ts';
import { compileCondition } from './conditions.ts';
import type { PolicyConfig } from './schema.ts';

export function makePolicy(
  { name, when, set }: PolicyConfig,
  providers: ReadonlyMap<string, ProviderOn>,
): Policy {
  const data = dataRules(set);
  const wishes = providerWishes(set);
  const limits = writtenLimits(set);
  const { strategy, balance, targets, fallback, refuse, explanation } = set;
  return {
    name,
    ...(when !== undefined && { when: checkedCondition(when) }),
    set: {
      ...(strategy !== undefined && { strategy }),
      ...(balance !== undefined && { strategyOptions: { balance } }),
      ...(targets !== undefined && { targets: targets.map((one) => makeModelTarget(one, providers)) }),
      ...(fallback !== undefined && { fallback }),
      ...(data !== undefined && { data }),
      ...(wishes !== undefined && { providers: wishes }),
      ...(Object.keys(limits).length > 0 && { limits }),
      ...(refuse !== undefined && { refuse }),
      ...(explanation !== undefined && { detail: explanation }),
    },
  };
}

function checkedCondition(when: string): NonNullable<Policy['when']> {
  const condition = compileCondition(when);
  if (!condition.ok) throw new Error(`a condition was not checked: ${condition.error.message}`);
  return condition.value;
}

function providerWishes({
  only,
  ignore,
  order,
  max_price: maxPrice,
}: PolicyConfig['set']): ProviderWishes | undefined {
  if (only === undefined && ignore === undefined && order === undefined && maxPrice === undefined)
    return undefined;
  return {
    ...(only !== undefined && { only }),
    ...(ignore !== undefined && { ignore }),
    ...(order !== undefined && { order }),
    ...(maxPrice !== undefined && { maxPrice: withoutAbsent(maxPrice) }),
  };
}

/** An optional member of the file may be undefined, one of a wish may not. */
function withoutAbsent(
  price: NonNullable<PolicyConfig['set']['max_price']>,
): NonNullable<ProviderWishes['maxPrice']> {
  return Object.fromEntries(Object.entries(price).filter(([, dollars]) => dollars !== undefined));
}
