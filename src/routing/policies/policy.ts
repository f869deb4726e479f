// The operator's own rules: when one holds for a request, what it sets is in force for it. Whether it holds is a function
// that the configuration made from an expression; here nothing is known of the language it is written in.

import type { Narrowing, Rules } from '../rules.ts';
import type { PolicyFacts } from './facts.ts';

export interface Policy {
  readonly name: string;
  /** Absent: for every request. Must not throw. */
  readonly when?: (facts: PolicyFacts) => boolean;
  readonly set: Omit<Rules, 'policy' | 'narrowing'>;
}

/**
 * All policies that hold, in their order, as one: a preference counts from the first that has it, what narrows the choice of
 * targets counts from all. Undefined when none holds. One that refuses ends it.
 */
export function rulesFor(policies: readonly Policy[], facts: () => PolicyFacts): Rules | undefined {
  if (policies.length === 0) return undefined;
  const known = facts();
  let rules: Rules | undefined;
  for (const { name, when, set } of policies) {
    if (when?.(known) === false) continue;
    const next: Rules = { policy: name, ...set };
    rules = rules === undefined ? next : joined(rules, next);
    if (rules.refuse !== undefined) return rules;
  }
  return rules;
}

/** Names of policies in one record. */
const NAMES_LENGTH_MAX = 300;

function joined(first: Rules, second: Rules): Rules {
  const policy = `${first.policy}, ${second.policy}`.slice(0, NAMES_LENGTH_MAX);
  const limits = { ...second.limits, ...first.limits };
  return { ...second, ...first, policy, limits, narrowing: [...narrowingOf(first), ...narrowingOf(second)] };
}

/** What every policy that holds insists on. */
function narrowingOf({ narrowing, data, providers }: Rules): readonly Narrowing[] {
  return (
    narrowing ?? [{ ...(data !== undefined && { data }), ...(providers !== undefined && { providers }) }]
  );
}
