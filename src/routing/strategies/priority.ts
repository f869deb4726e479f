// The order in which the operator wrote them.

import type { Strategy } from './strategy.ts';

export const priority: Strategy = {
  name: 'priority',
  order: (candidates) => candidates,
};
