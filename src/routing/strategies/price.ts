// The cheapest for this request, always; then the next. A cost that nobody knows comes last.

import type { Strategy } from './strategy.ts';

export const price: Strategy = {
  name: 'price',
  explores: false,
  judge: (scores) => ({ ranks: scores.map(({ costNano }) => costNano ?? Infinity) }),
};
