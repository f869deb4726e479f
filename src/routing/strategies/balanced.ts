// Cost, time, success and quality together, each as far as the operator says. A target is as bad as the product of how many
// times dearer, slower, likelier to fail and worse it is than the best in each, each raised to its weight.

import type { Balance } from '../routes.ts';
import type { Score } from '../score.ts';
import { penaltyFor, told } from './penalty.ts';
import { sharesOf } from './spread.ts';
import type { Strategy, StrategyContext } from './strategy.ts';

const EVEN: Balance = { cost: 1, time: 1, success: 1, quality: 1 };

export const balanced: Strategy = {
  name: 'balanced',
  explores: true,
  judge: (scores, context) => {
    const factors = factorsOf(scores, context);
    const burdens: number[] = [];
    let least = Infinity;
    for (const { cost, time, success, quality } of factors) {
      const burden = cost * time * success * quality;
      burdens.push(burden);
      if (!(burden >= least)) least = burden;
    }
    // Who would be too dear, or too bad, even if it were as fast as the fastest and never failed need not be seen.
    const worthSeeing = factors.map(({ cost, quality }) => !(cost * quality > least));
    return { ranks: burdens, shares: sharesOf(burdens), worthSeeing };
  },
  parts: (scores, context) => factorsOf(scores, context).map((factors) => told({ ...factors })),
};

type Factors = Required<Record<keyof Balance, number>>;

function factorsOf(scores: readonly Score[], { options, whole }: StrategyContext): readonly Factors[] {
  const { cost = 0, time = 0, success = 0, quality = 0 } = options.balance ?? EVEN;
  const costs = ratios(scores.map(({ costNano }) => costNano ?? Infinity));
  const times = ratios(scores.map(({ firstMs, totalMs }) => (whole ? totalMs : firstMs)));
  const best = qualities(scores);
  const factors: Factors[] = [];
  for (let index = 0; index < scores.length; index += 1) {
    const score = scores[index] as Score;
    factors.push({
      cost: raised(costs[index] ?? 1, cost),
      time: raised(times[index] ?? 1, time),
      success: raised(penaltyFor(score.success), success),
      quality: best === undefined ? 1 : raised(best.most / (score.quality ?? best.least), quality),
    });
  }
  return factors;
}

/** The usual weight is 1, and a power is dear. */
function raised(ratio: number, weight: number): number {
  return weight === 1 ? ratio : ratio ** weight;
}

/** The best and the worst that the operator tells of; who is not told of counts as the worst. Undefined: nobody is. */
function qualities(scores: readonly Score[]): { readonly most: number; readonly least: number } | undefined {
  let most = 0;
  let least = Infinity;
  for (const { quality } of scores) {
    if (quality === undefined || !(quality > 0)) continue;
    if (quality > most) most = quality;
    if (quality < least) least = quality;
  }
  return most === 0 ? undefined : { most, least };
}

/** A unit below which costs do not differ, as a part of the largest: a cost of zero must not make all others infinite. */
const LEAST = 1e-3;

/** How many times the least each is. What is unknown counts as the most that is known, doubled. */
function ratios(values: readonly number[]): readonly number[] {
  let most = -Infinity;
  let least = Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value > most) most = value;
    if (value < least) least = value;
  }
  if (most === -Infinity) return values.map(() => 1);
  if (most <= 0) return values.map((value) => (Number.isFinite(value) ? 1 : 2));
  const unit = most * LEAST;
  const ratio: number[] = [];
  for (const value of values) {
    ratio.push(((Number.isFinite(value) ? value : 2 * most) + unit) / (least + unit));
  }
  return ratio;
}
