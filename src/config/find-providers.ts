// Which providers are on: those of the file, those whose key the environment holds, and where there are none, the
// simulator, so that everything can be tried.

import { asObject } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import type { Catalogue } from '#providers/catalogue.ts';
import { isAmbient } from '#providers/entry.ts';
import type { AuthScheme } from '#providers/entry.ts';
import { readVariables } from '#providers/variables.ts';
import type { Environment } from '#secrets/env.ts';
import { readVariable } from './environment.ts';
import { SIMULATOR_ID } from './simulated.ts';

/** `nothing-else`: the simulator, when no provider is on. */
export type SwitchedOnBy = 'file' | 'environment' | 'nothing-else';

export interface ProviderSource {
  /** The file as it was written. */
  readonly raw: JsonObject;
  readonly env: Environment;
  readonly catalogue: Catalogue;
  /** Whether the built-in simulator can be had. */
  readonly simulator: boolean;
}

/** In the order in which bare model names are looked up: as in the file, then as in the catalogue. */
export function findProviders(source: ProviderSource): ReadonlyMap<string, SwitchedOnBy> {
  const { raw, simulator } = source;
  const on = new Map<string, SwitchedOnBy>();
  const inFile = asObject(raw.providers) ?? {};
  for (const [id, value] of Object.entries(inFile)) if (value !== 'off') on.set(id, 'file');
  if (raw.environment !== 'off') {
    for (const id of inEnvironment(source)) if (!Object.hasOwn(inFile, id)) on.set(id, 'environment');
  }
  if (on.size === 0 && simulator) on.set(SIMULATOR_ID, 'nothing-else');
  return on;
}

function* inEnvironment({ env, catalogue }: ProviderSource): Generator<string> {
  for (const [id, { entry }] of catalogue) {
    const names = switches(entry.auth);
    if (names.every((name) => readVariable(env, name) === undefined)) continue;
    // An address that is not known in full is no provider yet: somebody has the variable for something else.
    if (readVariables(entry, {}, (name) => readVariable(env, name)).missing.length === 0) yield id;
  }
}

/** Environment variables that say that there is a key, or an identity of the machine. */
function switches(auth: AuthScheme): readonly string[] {
  if (auth.scheme === 'none') return [];
  const names = isAmbient(auth) ? [auth.secret, auth.ambient] : [auth.secret];
  return names.filter((name) => name !== undefined);
}
