// Every strategy by its name.

import type { StrategyName } from '../routes.ts';
import { priority } from './priority.ts';
import type { Strategy } from './strategy.ts';

export const STRATEGIES: Readonly<Record<StrategyName, Strategy>> = { priority };
