// Whoever answers soonest: at the first content of a stream, at the end of an answer in one piece.

import { penaltyFor, told } from './penalty.ts';
import { sharesOf } from './spread.ts';
import type { Strategy } from './strategy.ts';

export const latency: Strategy = {
  name: 'latency',
  explores: true,
  judge: (scores, { whole }) => {
    const times = scores.map(
      ({ firstMs, totalMs, success }) => (whole ? totalMs : firstMs) * penaltyFor(success),
    );
    return { ranks: times, shares: sharesOf(times) };
  },
  parts: (scores, { whole }) =>
    scores.map(({ firstMs, totalMs, success }) =>
      told({ time: whole ? totalMs : firstMs, success: penaltyFor(success) }),
    ),
};
