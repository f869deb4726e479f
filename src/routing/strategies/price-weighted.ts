// By chance, the cheaper the likelier: in proportion to the inverse square of the cost, over targets without a recent
// outage. The rest follow from the cheapest on, those with an outage last. What a well-known router does by default.

import type { Score } from '../score.ts';
import type { Strategy } from './strategy.ts';

/** A failure is taken for a part of an outage so long, when the target also fails often. */
const OUTAGE_MS = 30_000;
const OUTAGE_SUCCESS = 0.8;
const LAST = 1e18;

export const priceWeighted: Strategy = {
  name: 'price-weighted',
  explores: false,
  judge: (scores) => {
    const costs = scores.map(({ costNano }) => costNano ?? Infinity);
    const least = Math.min(...costs.filter((_, index) => !hasOutage(scores[index])));
    const shares = costs.map((cost, index) => (hasOutage(scores[index]) ? 0 : inverseSquare(cost, least)));
    const ranks = costs.map(
      (cost, index) => Math.min(cost, LAST) + (hasOutage(scores[index]) ? 2 * LAST : 0),
    );
    // When all have an outage, or no price is known, there is nothing to choose by.
    return shares.some((share) => share > 0) ? { ranks, shares } : { ranks };
  },
};

function hasOutage(score: Score | undefined): boolean {
  return score !== undefined && (score.failedAgoMs ?? Infinity) < OUTAGE_MS && score.success < OUTAGE_SUCCESS;
}

/** As a multiple of the cheapest's. Beside one that costs nothing nobody else is taken. */
function inverseSquare(cost: number, least: number): number {
  if (cost === Infinity) return least === Infinity ? 1 : 0;
  return cost === least ? 1 : (least / cost) ** 2;
}
