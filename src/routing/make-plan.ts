// A request to a plan: match the model, gather the candidates, put them in order. Pure: the same request, routes and
// draw give the same plan.

import type { Draw } from '#base/random.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Asked } from '#canonical/asked.ts';
import type { DialectId } from '#canonical/foreign.ts';
import type { Plan, PlannedTarget, Removed } from './plan.ts';
import { nearestModels, resolveModel } from './resolve-model.ts';
import type { ModelRoute, Routes } from './routes.ts';
import { spokenAs } from '#providers/spoken-as.ts';
import { STRATEGIES } from './strategies/index.ts';

/** Targets in one plan; a list of fallbacks longer than this is cut. */
const TARGETS_MAX = 16;
/** The provider is not asked in a language that could say what is wanted. */
const CANNOT = 'does not serve such requests';

export interface PlanOptions {
  readonly routes: Routes;
  /** Models that the caller's key may not use are left out of the fallbacks. */
  readonly allows: (model: string) => boolean;
  readonly draw: Draw;
  /** The languages that can serve the request, the best first. */
  readonly languages: readonly DialectId[];
}

export function makePlan(
  request: Pick<Asked, 'model' | 'routing' | 'only'>,
  options: PlanOptions,
): Result<Plan, Failure> {
  const { routes, draw } = options;
  const languages = request.only ?? options.languages;
  const route = resolveModel(request.model, routes);
  if (route === undefined) return err(unknownModel(request.model, routes));
  const removed: Removed[] = [];
  const targets: PlannedTarget[] = [];
  const seen = new Set<string>();
  for (const model of modelsInOrder(route, request.routing?.models, options, removed)) {
    for (const target of STRATEGIES[model.strategy].order(model.targets, draw)) {
      if (seen.has(target.id) || targets.length === TARGETS_MAX) continue;
      seen.add(target.id);
      const spoken = spokenAs(target, languages);
      if (spoken === undefined) removed.push({ target: target.id, why: CANNOT });
      else targets.push({ target: spoken, model: model.name });
    }
  }
  if (targets.length === 0 && removed.some(({ why }) => why === CANNOT)) {
    return err(unable(request.model, removed));
  }
  return ok({ model: request.model, targets, limits: route.limits, removed, strategy: route.strategy });
}

/** The model asked for, then the request's own list, then the operator's fallbacks of each; every model once. */
function modelsInOrder(
  first: ModelRoute,
  wished: readonly string[] | undefined,
  options: PlanOptions,
  removed: Removed[],
): readonly ModelRoute[] {
  if (wished === undefined && first.fallback.length === 0) return [first];
  const found = new Map([[first.name, first]]);
  for (const name of wished ?? []) addModel(name, options, found, removed);
  // The map grows while it is walked: fallbacks of fallbacks follow, and one that is there already ends a cycle.
  for (const model of found.values()) {
    for (const name of model.fallback) addModel(name, options, found, removed);
  }
  return [...found.values()];
}

function addModel(
  name: string,
  options: PlanOptions,
  found: Map<string, ModelRoute>,
  removed: Removed[],
): void {
  if (found.has(name) || found.size === TARGETS_MAX) return;
  const model = resolveModel(name, options.routes);
  if (model === undefined) removed.push({ target: name, why: 'no such model' });
  else if (!options.allows(name)) removed.push({ target: name, why: 'not allowed for this key' });
  else found.set(name, model);
}

function unable(name: string, removed: readonly Removed[]): Failure {
  const tried = removed.filter(({ why }) => why === CANNOT).map(({ target }) => `\`${target}\``);
  const message = `No target of \`${name.slice(0, 200)}\` serves such requests: ${tried.join(', ')}.`;
  return failure('unsupported_feature', message, { field: 'model' });
}

function unknownModel(name: string, routes: Routes): Failure {
  const names = nearestModels(name, routes);
  const hint =
    names.length > 0
      ? `Did you mean ${names.map((near) => `\`${near}\``).join(', ')}?`
      : 'Write `provider/model` to name a model of a provider that is on.';
  return failure('model_not_found', `No model \`${name.slice(0, 200)}\`. ${hint} GET /v1/models lists all.`, {
    field: 'model',
  });
}
