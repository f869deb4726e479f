// Which models may answer, in order, and their targets, each in the language in which it is asked.

import { wishesOf } from '#canonical/variants.ts';
import type { RoutingWishes } from '#canonical/request.ts';
import type { DialectId } from '#canonical/foreign.ts';
import { spokenAs } from '#providers/spoken-as.ts';
import type { Target } from '#providers/target.ts';
import { resolveModel } from './resolve-model.ts';
import type { ModelRoute, Routes } from './routes.ts';
import type { RemovedNote } from './explanation.ts';

/** Targets in one plan, and models whose targets are looked at; a list of fallbacks longer than this is cut. */
export const TARGETS_MAX = 16;
/** Targets that are looked at for one plan. */
export const CANDIDATES_MAX = 64;

/** Names are the client's words; a record keeps only so much of them. */
const NAME_LENGTH_MAX = 200;

/** A model that may answer, with what the request wishes of its targets. */
export interface Wanted {
  readonly route: ModelRoute;
  /** Those of the request and those in suffixes of the name. */
  readonly wishes: RoutingWishes | undefined;
}

export function want(name: string, wishes: RoutingWishes | undefined, routes: Routes): Wanted | undefined {
  const resolved = resolveModel(name, routes);
  if (resolved === undefined) return undefined;
  const { route, variants } = resolved;
  return { route, wishes: variants.length === 0 ? wishes : wishesOf(variants, wishes) };
}

export interface GatherOptions {
  readonly routes: Routes;
  readonly allows: (model: string) => boolean;
}

/** The model asked for, then the request's own list, then the operator's fallbacks of each; every model once. */
export function modelsInOrder(
  first: Wanted,
  asked: RoutingWishes | undefined,
  options: GatherOptions,
  removed: RemovedNote[],
): readonly Wanted[] {
  const wished = asked?.models;
  if (wished === undefined && first.route.fallback.length === 0) return [first];
  const found = new Map([[first.route.name, first]]);
  const add = (name: string): void => {
    if (found.has(name) || found.size === TARGETS_MAX) return;
    const model = want(name, asked, options.routes);
    if (model === undefined) removed.push({ target: name.slice(0, NAME_LENGTH_MAX), why: 'no such model' });
    else if (!options.allows(model.route.name))
      removed.push({ target: name.slice(0, NAME_LENGTH_MAX), why: 'not allowed for this key' });
    else if (!found.has(model.route.name)) found.set(model.route.name, model);
  };
  for (const name of wished ?? []) add(name);
  // The map grows while it is walked: fallbacks of fallbacks follow, and one that is there already ends a cycle.
  for (const { route } of found.values()) for (const name of route.fallback) add(name);
  return [...found.values()];
}

/** Why a target is left out whose provider is asked for this in none of the languages that can say it. */
export const CANNOT = 'does not serve such requests';

/** Each target in the best of the languages; without those that speak none. The same list where nothing changes. */
export function spokenIn(
  targets: readonly Target[],
  languages: readonly DialectId[] | undefined,
  removed: RemovedNote[],
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
