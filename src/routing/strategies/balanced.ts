// Cost, time and success together, each as far as the operator says. A target is as bad as the product of how many times
// dearer, slower and likelier to fail it is than the best in each, each raised to its weight.

import type { Balance } from '../routes.ts';
import { penaltyFor } from './penalty.ts';
import { sharesOf } from './spread.ts';
import type { Strategy } from './strategy.ts';

const EVEN: Balance = { cost: 1, time: 1, success: 1 };

export const balanced: Strategy = {
  name: 'balanced',
  explores: true,
  judge: (scores, { options, whole }) => {
    const { cost = 0, time = 0, success = 0 } = options.balance ?? EVEN;
    const costs = ratios(scores.map(({ costNano }) => costNano ?? Infinity));
    const times = ratios(scores.map(({ firstMs, totalMs }) => (whole ? totalMs : firstMs)));
    const burdens = scores.map(
      (score, index) =>
        (costs[index] ?? 1) ** cost * (times[index] ?? 1) ** time * penaltyFor(score.success) ** success,
    );
    const least = Math.min(...burdens);
    // Who would be too dear even if it were as fast as the fastest and never failed need not be seen.
    const worthSeeing = costs.map((ratio) => !(ratio ** cost > least));
    return { ranks: burdens, shares: sharesOf(burdens), worthSeeing };
  },
};

/** A unit below which costs do not differ, as a part of the largest: a cost of zero must not make all others infinite. */
const LEAST = 1e-3;

/** How many times the least each is. What is unknown counts as the most that is known, doubled. */
function ratios(values: readonly number[]): readonly number[] {
  const known = values.filter((value) => Number.isFinite(value));
  if (known.length === 0) return values.map(() => 1);
  const most = Math.max(...known);
  if (most <= 0) return values.map((value) => (Number.isFinite(value) ? 1 : 2));
  const unit = most * LEAST;
  const least = Math.min(...known);
  return values.map((value) => ((Number.isFinite(value) ? value : 2 * most) + unit) / (least + unit));
}
