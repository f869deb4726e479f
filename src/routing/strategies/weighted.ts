// By chance, as often as the weights say. Those after the first are drawn too, so that the traffic of a target that fails
// is shared in the same proportion.

import type { Strategy } from './strategy.ts';

export const weighted: Strategy = {
  name: 'weighted',
  explores: false,
  judge: (scores) => ({
    ranks: scores.map(({ weight = 1 }) => -weight),
    shares: scores.map(({ weight = 1 }) => weight),
    drawAll: true,
  }),
};
