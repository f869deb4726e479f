// Whether a key may ask for a model by this name: what counts is the model that the name leads to.

import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import { resolveModel } from '#routing/resolve-model.ts';
import type { Routes } from '#routing/routes.ts';

/** A suffix such as `:nitro` makes no other model of it; unless there is one of the whole name, which is its own then. */
export function mayAsk(name: string, allows: (model: string) => boolean, routes: Routes): boolean {
  if (allows(name)) return true;
  const found = resolveModel(name, routes);
  return found !== undefined && found.variants.length > 0 && allows(found.route.name);
}

export function notAllowed(model: string): Failure {
  const message = `This key may not ask for \`${model.slice(0, 200)}\`. \`keys[].models\` in clew.yaml lists what it may.`;
  return failure('permission_denied', message, { field: 'model' });
}
