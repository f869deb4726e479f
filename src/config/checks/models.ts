// Targets of the operator's models: written as provider/model, of a provider that is on.

import { nearest } from '#base/nearest.ts';
import { asArray, asObject, asString } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import type { Complaint, Path } from '../problem.ts';
import { splitTarget } from '../target-name.ts';
import { catalogueSecret, providerNames, qualifiedNames } from './scene.ts';
import type { Scene } from './scene.ts';

/** A model as far as it can be read: what has a wrong type is left out, the schema complains about it. */
export interface DefinedModel {
  readonly name: string;
  readonly targets: readonly Named[];
  readonly fallback: readonly Named[];
}

export interface Named {
  readonly name: string;
  readonly path: Path;
}

export function definedModels({ raw }: Scene): ReadonlyMap<string, DefinedModel> {
  const models = new Map<string, DefinedModel>();
  for (const [name, value] of Object.entries(asObject(raw.models) ?? {})) {
    const model = asObject(value);
    models.set(name, {
      name,
      targets: namesIn(model?.targets, ['models', name, 'targets']),
      fallback: namesIn(model?.fallback, ['models', name, 'fallback']),
    });
  }
  return models;
}

export function namesIn(value: Json | undefined, path: Path): readonly Named[] {
  return (asArray(value) ?? []).flatMap((item, index) => {
    const plain = asString(item);
    if (plain !== undefined) return [{ name: plain, path: [...path, index] }];
    const inside = asString(asObject(item)?.target);
    return inside === undefined ? [] : [{ name: inside, path: [...path, index, 'target'] }];
  });
}

export function targetNames(model: DefinedModel | undefined): readonly string[] {
  return (model?.targets ?? []).map((target) => target.name);
}

export function checkModels(scene: Scene): readonly Complaint[] {
  return [...definedModels(scene).values()].flatMap((model) => {
    const before = new Set<string>();
    return model.targets.flatMap((target) => {
      const complaints = checkTarget(target, scene);
      if (before.has(target.name)) complaints.push({ path: target.path, message: 'the same target twice' });
      before.add(target.name);
      return complaints;
    });
  });
}

export function checkTarget({ name, path }: Named, scene: Scene): Complaint[] {
  const parts = splitTarget(name);
  if (parts === undefined) {
    const meant = qualifiedNames(name, scene)[0];
    return [{ path, message: `"${name}" is not provider/model`, nearest: meant }];
  }
  if (scene.on.has(parts.provider)) return [];
  return [{ path, ...providerNotOn(parts.provider, scene) }];
}

function providerNotOn(id: string, scene: Scene): Omit<Complaint, 'path'> {
  if (asObject(scene.raw.providers)?.[id] === 'off') {
    return { message: `provider "${id}" is switched off`, expected: 'a provider that is on' };
  }
  if (!scene.catalogue.has(id)) {
    return { message: `unknown provider "${id}"`, nearest: nearest(id, providerNames(scene))[0] };
  }
  const variable = catalogueSecret(id, scene);
  return variable === undefined
    ? { message: `provider "${id}" is not on`, expected: `${id} under providers` }
    : {
        message: `provider "${id}" is not on`,
        expected: `${variable} in the environment, or ${id} under providers`,
      };
}
