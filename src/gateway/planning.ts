// What the gateway gives the planner of its live state.

import type { AnyClientDialect } from '#dialects/dialect.ts';
import type { PlanOptions } from '#routing/make-plan.ts';
import type { Gateway } from './gateway.ts';

export function planningFor(
  { id }: AnyClientDialect,
  { draw, statistics, engine, clock, languages }: Gateway,
): Omit<PlanOptions, 'routes' | 'allows'> {
  return {
    draw,
    languages: languages.get(id) ?? [],
    view: () => statistics.view(clock.now(), engine.health),
    turn: (model) => statistics.nextTurn(model),
  };
}
