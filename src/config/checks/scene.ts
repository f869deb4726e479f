// What the checks look at: the file as it was written (so that one mistake does not hide the next), and which providers
// are on.

import { nearest } from '#base/nearest.ts';
import { asObject } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import type { Result } from '#base/result.ts';
import type { Secret } from '#base/secret.ts';
import type { DialectId } from '#canonical/foreign.ts';
import type { QuirkVocabulary } from '#canonical/quirk.ts';
import type { Catalogue } from '#providers/catalogue.ts';
import type { Environment } from '#secrets/env.ts';
import type { SecretProblem } from '#secrets/source.ts';
import type { SwitchedOnBy } from '../find-providers.ts';
import type { Overrides } from '../server-settings.ts';
import type { Snapshot } from '../snapshot.ts';
import { splitTarget } from '../target-name.ts';

export interface Scene {
  readonly raw: JsonObject;
  readonly env: Environment;
  readonly overrides: Overrides;
  readonly catalogue: Catalogue;
  readonly vocabularies: Readonly<Record<DialectId, QuirkVocabulary>>;
  /** The path of the file, when there is one. */
  readonly file: string | undefined;
  readonly simulatorUrl: string | undefined;
  /** Providers that are on, in the order in which bare model names are looked up, and what switched each on. */
  readonly on: ReadonlyMap<string, SwitchedOnBy>;
  /** What is in force while this is looked at; undefined at the start. */
  readonly predecessor?: Snapshot | undefined;
  readonly readSecret: (reference: string) => Result<Secret, SecretProblem>;
}

/** Names that a provider may be called by: those that are on and those of the catalogue. */
export function providerNames({ on, catalogue }: Scene): readonly string[] {
  return [...new Set([...on.keys(), ...catalogue.keys()])];
}

/** A name that `routing/resolve-model.ts` will find: one of the file, provider/model, or a bare id that is listed. */
export function isKnownModel(name: string, scene: Scene): boolean {
  if (Object.hasOwn(asObject(scene.raw.models) ?? {}, name)) return true;
  const parts = splitTarget(name);
  if (parts !== undefined && scene.on.has(parts.provider)) return true;
  return [...scene.on.keys()].some((provider) => isListed(provider, name, scene));
}

function isListed(provider: string, model: string, { catalogue, raw }: Scene): boolean {
  if (catalogue.get(provider)?.models.has(model) === true) return true;
  return Object.hasOwn(modelsInFile(provider, raw), model);
}

function modelsInFile(provider: string, raw: JsonObject): JsonObject {
  return asObject(asObject(asObject(raw.providers)?.[provider])?.models) ?? {};
}

function* listedModels(provider: string, { catalogue, raw }: Scene): Generator<string> {
  yield* catalogue.get(provider)?.models.keys() ?? [];
  yield* Object.keys(modelsInFile(provider, raw));
}

/** Every model that can be named, for suggestions. */
export function* knownModels(scene: Scene): Generator<string> {
  yield* Object.keys(asObject(scene.raw.models) ?? {});
  for (const provider of scene.on.keys()) {
    for (const model of listedModels(provider, scene)) yield `${provider}/${model}`;
  }
}

/** The variable that switches a provider of the catalogue on. */
export function catalogueSecret(id: string, { catalogue }: Scene): string | undefined {
  const auth = catalogue.get(id)?.entry.auth;
  return auth === undefined || auth.scheme === 'none' ? undefined : auth.secret;
}

/** For a model that was written without its provider: the target that was meant. */
export function qualifiedNames(model: string, scene: Scene): readonly string[] {
  for (const provider of scene.on.keys()) {
    if (isListed(provider, model, scene)) return [`${provider}/${model}`];
  }
  return nearest(model, knownModels(scene));
}
