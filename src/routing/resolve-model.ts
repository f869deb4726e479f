// A model's name to its route. Three kinds of name, in this order: one that the operator defined; `provider/model` of a
// provider that is on, listed or not; and a bare model id that a provider lists, so that programs need not be changed.

import { nearest } from '#base/nearest.ts';
import { stripVariant } from '#canonical/variants.ts';
import type { Variant } from '#canonical/variants.ts';
import { makeTarget } from '#providers/resolve.ts';
import type { Target } from '#providers/target.ts';
import { DEFAULT_LIMITS } from './plan.ts';
import type { ModelRoute, Routes } from './routes.ts';

export interface Resolved {
  readonly route: ModelRoute;
  /** Suffixes that had to be taken off the name, the last one first; wishes to the planner. */
  readonly variants: readonly Variant[];
}

/** Characters. Longer than any name there is: what a caller writes here becomes a target, a key of statistics, a record. */
const NAME_LENGTH_MAX = 512;

/** What is known under the whole name comes before what is known without its suffixes, and that before what nobody listed. */
export function resolveModel(name: string, routes: Routes): Resolved | undefined {
  if (name.length > NAME_LENGTH_MAX) return undefined;
  const variants: Variant[] = [];
  for (let stripped: { readonly name: string } | undefined = { name }; stripped !== undefined;) {
    const route = knownRoute(stripped.name, routes);
    if (route !== undefined) return { route, variants };
    const shorter = stripVariant(stripped.name);
    if (shorter !== undefined) variants.push(shorter.variant);
    stripped = shorter;
  }
  const target = qualifiedTarget(name, routes);
  return target === undefined ? undefined : { route: routeOf(name, target), variants: [] };
}

function knownRoute(name: string, routes: Routes): ModelRoute | undefined {
  const defined = routes.models.get(name);
  if (defined !== undefined) return defined;
  const target = qualifiedTarget(name, routes, true) ?? listedTarget(name, routes);
  return target === undefined ? undefined : routeOf(name, target);
}

function routeOf(name: string, target: Target): ModelRoute {
  return { name, targets: [target], strategy: 'priority', fallback: [], limits: DEFAULT_LIMITS };
}

function qualifiedTarget(name: string, routes: Routes, listed = false): Target | undefined {
  const slash = name.indexOf('/');
  if (slash <= 0 || slash === name.length - 1) return undefined;
  const provider = routes.providers.get(name.slice(0, slash));
  if (provider === undefined) return undefined;
  const model = name.slice(slash + 1);
  const { entry, credentials } = provider;
  const known = provider.targets.get(model);
  if (known !== undefined || listed) return known;
  // A model newer than the catalogue goes through too, at an unknown price.
  return makeTarget(entry, model, { credentials, priceVersion: 'unlisted' });
}

function listedTarget(name: string, routes: Routes): Target | undefined {
  for (const provider of routes.providers.values()) {
    const target = provider.targets.get(name);
    if (target !== undefined) return target;
  }
  return undefined;
}

/** Up to three names a person may have meant. */
export function nearestModels(name: string, routes: Routes): readonly string[] {
  return nearest(name, modelNames(routes));
}

/** Every name that can be asked for and is known beforehand. */
export function* modelNames(routes: Routes): Generator<string> {
  yield* routes.models.keys();
  for (const provider of routes.providers.values()) {
    for (const target of provider.targets.values()) yield target.id;
  }
}
