// The order in which the operator wrote them.

import type { Strategy } from './strategy.ts';

export const priority: Strategy = {
  name: 'priority',
  explores: false,
  judge: (scores) => ({ ranks: scores.map((_, index) => index) }),
};
