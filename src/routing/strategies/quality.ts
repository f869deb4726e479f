// The best first, by what the operator says of each for such requests; who is not told of comes last. Always, and without
// chance: nothing that is seen here says how good an answer was.

import type { Strategy } from './strategy.ts';

export const quality: Strategy = {
  name: 'quality',
  explores: false,
  judge: (scores) => ({ ranks: scores.map((score) => -(score.quality ?? 0)) }),
};
