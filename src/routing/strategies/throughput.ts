// Whoever writes most tokens a second.

import { penaltyFor, told } from './penalty.ts';
import { sharesOf } from './spread.ts';
import type { Strategy } from './strategy.ts';

/** Milliseconds: who does not begin for so long writes nothing, however fast it would. */
const LATE_MS = 5_000;

export const throughput: Strategy = {
  name: 'throughput',
  explores: true,
  judge: (scores) => {
    const times = scores.map(
      ({ firstMs, eachMs, success }) => eachMs * Math.max(1, firstMs / LATE_MS) * penaltyFor(success),
    );
    return { ranks: times, shares: sharesOf(times) };
  },
  parts: (scores) =>
    scores.map(({ firstMs, eachMs, success }) =>
      told({ token: eachMs, late: Math.max(1, firstMs / LATE_MS), success: penaltyFor(success) }),
    ),
};
