// Targets and plans for tests.

import type { Target } from '#providers/target.ts';
import { DEFAULT_LIMITS } from '#routing/plan.ts';
import type { Limits, Plan } from '#routing/plan.ts';

export function target(id: string, more: Partial<Target> = {}): Target {
  const [provider = id, model = id] = id.split('/');
  return {
    id,
    provider,
    providerName: provider,
    dialect: 'test',
    url: 'http://127.0.0.1:1/v1',
    quirks: {},
    auth: { scheme: 'none' },
    credentials: [],
    model,
    traits: [],
    weight: 1,
    ...more,
  };
}

/** Targets written as `model:provider/id`; the model defaults to `m`. */
export function plan(names: readonly string[], limits: Partial<Limits> = {}): Plan {
  const targets = names.map((name) => {
    const [model, id] = name.includes(':') ? name.split(':') : ['m', name];
    return { target: target(id ?? name), model: model ?? 'm' };
  });
  return {
    model: 'm',
    targets,
    limits: { ...DEFAULT_LIMITS, ...limits },
    removed: [],
    strategy: 'priority',
    explanation: { choices: [], removed: [] },
  };
}
