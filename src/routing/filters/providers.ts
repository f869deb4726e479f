// Which providers are wanted, and which are not.

import { asObject } from '#base/json.ts';
import type { RoutingWishes } from '#canonical/request.ts';
import { isNamed, isRouter } from '#providers/router-fields.ts';
import type { Target } from '#providers/target.ts';
import type { Filter } from './filter.ts';

export const namedProviders: Filter = (target, { bounds, leftToRouters }) => {
  for (const bound of bounds.providers) {
    const { only, ignore } = bound;
    const obeys = bound === leftToRouters && isRouter(target);
    if (only !== undefined && !obeys && !only.some((name) => isNamed(target, name)))
      return 'is not among `only`';
    if (ignore?.some((name) => isNamed(target, name)) === true) return 'is among `ignore`';
  }
  return undefined;
};

/**
 * Whether a list of names is for the routers among the targets, who have providers of their own: none of the targets is
 * named in it, and it stands in the client's body, from which routers are told of it. What the operator or a header says
 * reaches no router, and so is never left to one.
 */
export function isLeftToRouters(
  list: 'only' | 'order',
  wishes: RoutingWishes | undefined,
  targets: readonly Target[],
): boolean {
  const names = wishes?.providers?.[list];
  if (names === undefined || asObject(wishes?.fields?.['provider'])?.[list] === undefined) return false;
  return !targets.some((target) => names.some((name) => isNamed(target, name)));
}

/** What a coarse word covers beside itself. */
const COVERS: Readonly<Record<string, readonly string[]>> = {
  fp4: ['mxfp4', 'nvfp4'],
  fp8: ['mxfp8'],
};

export const quantization: Filter = (target, { bounds }) => {
  const has = target.quantization ?? 'unknown';
  for (const { quantizations } of bounds.providers) {
    if (quantizations === undefined) continue;
    const fits = quantizations.some((wanted) => wanted === has || COVERS[wanted]?.includes(has) === true);
    if (!fits) return `has the quantization ${has}`;
  }
  return undefined;
};
