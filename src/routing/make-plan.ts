// A request to a plan: match the model, gather the candidates, put them in order. Pure: the same request, routes and
// draw give the same plan.

import type { Draw } from '#base/random.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { ChatRequest } from '#canonical/request.ts';
import type { Target } from '#providers/target.ts';
import { Capability, nobodyCan } from './capability.ts';
import type { Plan, PlannedTarget, Removed } from './plan.ts';
import { nearestModels, resolveModel } from './resolve-model.ts';
import type { ModelRoute, Routes } from './routes.ts';
import { STRATEGIES } from './strategies/index.ts';

/** Targets in one plan; a list of fallbacks longer than this is cut. */
const TARGETS_MAX = 16;

export interface PlanOptions {
  readonly routes: Routes;
  /** Models that the caller's key may not use are left out of the fallbacks. */
  readonly allows: (model: string) => boolean;
  readonly draw: Draw;
  /** The client's language: a target that speaks it too is asked in it. */
  readonly dialect?: string;
  /** Why a target cannot serve this request; undefined when it can. Absent: every target can. */
  readonly unfit?: (target: Target) => string | undefined;
}

export function makePlan(request: ChatRequest, options: PlanOptions): Result<Plan, Failure> {
  const { routes, draw } = options;
  const route = resolveModel(request.model, routes)?.route;
  if (route === undefined) return err(unknownModel(request.model, routes));
  const removed: Removed[] = [];
  const targets: PlannedTarget[] = [];
  const seen = new Set<string>();
  const capability = new Capability(request);
  const incapable: Removed[] = [];
  for (const model of modelsInOrder(route, request.routing?.models, options, removed)) {
    const able = capability.choose(spokenIn(model.targets, options.dialect));
    for (const one of able.removed)
      if (!incapable.some(({ target }) => target === one.target)) incapable.push(one);
    for (const target of STRATEGIES[model.strategy].order(able.targets, draw)) {
      if (seen.has(target.id) || targets.length === TARGETS_MAX) continue;
      seen.add(target.id);
      const why = options.unfit?.(target);
      if (why === undefined) targets.push({ target, model: model.name });
      else removed.push({ target: target.id, why });
    }
  }
  removed.push(...incapable);
  if (targets.length === 0 && incapable.length > 0) return err(nobodyCan(request, incapable));
  return ok({ model: request.model, targets, limits: route.limits, removed, strategy: route.strategy });
}

/** Each target in the client's language, where its provider speaks it. The same list where nothing changes. */
function spokenIn(targets: readonly Target[], dialect: string | undefined): readonly Target[] {
  if (dialect === undefined || !targets.some(({ others }) => others?.[dialect] !== undefined)) return targets;
  return targets.map((target) => target.others?.[dialect] ?? target);
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
  const model = resolveModel(name, options.routes)?.route;
  if (model === undefined) removed.push({ target: name, why: 'no such model' });
  else if (found.has(model.name)) return;
  else if (!options.allows(name) && !options.allows(model.name))
    removed.push({ target: name, why: 'not allowed for this key' });
  else found.set(model.name, model);
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
