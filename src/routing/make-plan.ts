// A request to a plan: match the model, gather the candidates, put them in order. Pure: the same request, routes and
// draw give the same plan.

import type { Draw } from '#base/random.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { isChat } from '#canonical/asked.ts';
import type { Asked } from '#canonical/asked.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { DialectId } from '#canonical/foreign.ts';
import { spokenAs } from '#providers/spoken-as.ts';
import type { Target } from '#providers/target.ts';
import { Capability, nobodyCan } from './capability.ts';
import type { Plan, PlannedTarget, Removed } from './plan.ts';
import { nearestModels, resolveModel } from './resolve-model.ts';
import type { ModelRoute, Routes } from './routes.ts';
import { STRATEGIES } from './strategies/index.ts';

/** Targets in one plan; a list of fallbacks longer than this is cut. */
const TARGETS_MAX = 16;
/** Why a target is left out whose provider is asked for this in none of the languages that can say it. */
export const CANNOT = 'does not serve such requests';

export interface PlanOptions {
  readonly routes: Routes;
  /** Models that the caller's key may not use are left out of the fallbacks. */
  readonly allows: (model: string) => boolean;
  readonly draw: Draw;
  /** The languages in which a target can be asked this, the client's own in front. Absent: its first. */
  readonly languages?: readonly DialectId[];
  /** Why a target cannot serve this request; undefined when it can. Absent: every target can. */
  readonly unfit?: (target: Target) => string | undefined;
}

export function makePlan(request: Asked, options: PlanOptions): Result<Plan, Failure> {
  const { routes, draw } = options;
  const route = resolveModel(request.model, routes)?.route;
  if (route === undefined) return err(unknownModel(request.model, routes));
  const removed: Removed[] = [];
  const targets: PlannedTarget[] = [];
  const seen = new Set<string>();
  const capability = isChat(request) ? new Capability(request) : undefined;
  const incapable: Removed[] = [];
  for (const model of modelsInOrder(route, request.routing?.models, options, removed)) {
    const spoken = spokenIn(model.targets, options.languages, removed);
    const able = capability?.choose(spoken) ?? { targets: spoken, removed: [] };
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
  if (targets.length === 0 && incapable.length > 0 && isChat(request))
    return err(nobodyCan(request, incapable));
  return ok({ model: request.model, targets, limits: route.limits, removed, strategy: route.strategy });
}

/** Each target in the best of the languages; without those that speak none. The same list where nothing changes. */
function spokenIn(
  targets: readonly Target[],
  languages: readonly DialectId[] | undefined,
  removed: Removed[],
): readonly Target[] {
  if (languages === undefined) return targets;
  let changed: Target[] | undefined;
  for (let at = 0; at < targets.length; at += 1) {
    const target = targets[at] as Target;
    const spoken = spokenAs(target, languages);
    if (spoken !== target) changed ??= targets.slice(0, at);
    if (spoken !== undefined) changed?.push(spoken);
    else if (!removed.some((one) => one.target === target.id))
      removed.push({ target: target.id, why: CANNOT });
  }
  return changed ?? targets;
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
