// Each in its turn, and after it those whose turn comes next. Weights do not count.

import type { Strategy } from './strategy.ts';

export const roundRobin: Strategy = {
  name: 'round-robin',
  explores: false,
  judge: (scores, { turn }) => {
    const { length } = scores;
    return {
      ranks: scores.map((_, index) => (index - (turn % length) + length) % length),
      shares: scores.map(() => 1),
      // The middle of the turn's part of 0..1.
      draw: ((turn % length) + 0.5) / length,
    };
  },
};
