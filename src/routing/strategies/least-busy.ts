// Whoever has least to do for its weight. Two are drawn and the less busy one is taken, so that a target which has just
// become idle is not everybody's first choice at once.

import { powerOfTwo } from './spread.ts';
import type { Strategy } from './strategy.ts';

export const leastBusy: Strategy = {
  name: 'least-busy',
  explores: false,
  judge: (scores) => {
    const loads = scores.map(({ inFlight = 0, weight = 1 }) => inFlight / weight);
    return { ranks: loads, shares: powerOfTwo(loads) };
  },
};
