// From expected costs (of whatever kind: less is better) to shares of traffic. Near equals share, who is clearly worse gets
// next to nothing: sharper than proportional, softer than the best alone, on whom everybody would fall at once.

/** What differs by less is the same: estimates are no better than that, and equals must not take turns at being the best. */
const EQUAL = 1.1;
/** Beyond that a tenth dearer gets a fifth of the share, a half dearer next to nothing. */
const SHARPNESS = 16;
/** With more candidates than this, two choices of those that are near the best. */
const MANY = 8;
const NEAR = 1.5;

/** Costs are not negative; Infinity gets nothing unless all are. */
export function sharesOf(costs: readonly number[]): readonly number[] {
  const least = Math.min(...costs);
  if (!Number.isFinite(least)) return costs.map(() => 1);
  if (costs.length > MANY) return powerOfTwo(costs, least * NEAR);
  return costs.map((cost) => (cost <= least * EQUAL ? 1 : ((least * EQUAL) / cost) ** SHARPNESS));
}

/**
 * The shares that come of drawing two at random, the same one twice perhaps, and taking the better, among those at most
 * `limit`. Equals share their shares.
 */
export function powerOfTwo(costs: readonly number[], limit: number = Infinity): readonly number[] {
  let near = 0;
  for (const cost of costs) if (cost <= limit) near += 1;
  const shares: number[] = [];
  for (const cost of costs) {
    let worse = 0;
    let equal = 0;
    for (const other of costs) {
      if (other === cost) equal += 1;
      else if (other > cost && other <= limit) worse += 1;
    }
    shares.push(cost <= limit ? (2 * worse + equal) / near ** 2 : 0);
  }
  return shares;
}
