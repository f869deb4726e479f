// Which providers are wanted, and which are not.

import type { Target } from '#providers/target.ts';
import type { Filter } from './filter.ts';

export const namedProviders: Filter = (target, { bounds }) => {
  for (const { only, ignore } of bounds.providers) {
    if (only !== undefined && !only.some((name) => isNamed(target, name))) return 'is not among `only`';
    if (ignore?.some((name) => isNamed(target, name)) === true) return 'is among `ignore`';
  }
  return undefined;
};

/** A provider by its id or display name, or one of its targets by `provider/model`; capitals do not matter. */
export function isNamed(target: Target, name: string): boolean {
  const wanted = name.toLowerCase();
  return (
    wanted === target.provider ||
    wanted === target.id.toLowerCase() ||
    wanted === target.providerName.toLowerCase()
  );
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
