// Every strategy by its name.

import type { StrategyName } from '../routes.ts';
import { balanced } from './balanced.ts';
import { latency } from './latency.ts';
import { leastBusy } from './least-busy.ts';
import { priceWeighted } from './price-weighted.ts';
import { price } from './price.ts';
import { priority } from './priority.ts';
import { quality } from './quality.ts';
import { roundRobin } from './round-robin.ts';
import type { Strategy } from './strategy.ts';
import { throughput } from './throughput.ts';
import { weighted } from './weighted.ts';

export const STRATEGIES: Readonly<Record<StrategyName, Strategy>> = {
  priority,
  weighted,
  'round-robin': roundRobin,
  price,
  'price-weighted': priceWeighted,
  latency,
  throughput,
  balanced,
  quality,
  'least-busy': leastBusy,
};
