// Keys of clients: names that tell them apart, secrets that exist and can be sent, models that exist.

import { asArray, asObject, asString } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import type { Complaint, Path } from '../problem.ts';
import { unknownModel } from './fallbacks.ts';
import { isKnownModel } from './scene.ts';
import type { Scene } from './scene.ts';

interface ClientKey {
  readonly index: number;
  readonly value: JsonObject;
}

export function checkKeys(scene: Scene): readonly Complaint[] {
  const keys = (asArray(scene.raw.keys) ?? []).flatMap((item, index) => {
    const value = asObject(item);
    return value === undefined ? [] : [{ index, value }];
  });
  return [...checkNames(keys), ...checkSecrets(keys, scene), ...checkAllowed(keys, scene)];
}

function checkNames(keys: readonly ClientKey[]): readonly Complaint[] {
  const first = new Map<string, number>();
  return keys.flatMap(({ index, value }) => {
    const name = asString(value.name);
    if (name === undefined) return [];
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, index);
    const path: Path = ['keys', index, 'name'];
    return earlier === undefined ? [] : [{ path, message: `keys[${earlier}] is called "${name}" too` }];
  });
}

function checkSecrets(keys: readonly ClientKey[], scene: Scene): readonly Complaint[] {
  const first = new Map<string, number>();
  return keys.flatMap(({ index, value }) => {
    const reference = asString(value.secret);
    if (reference === undefined) return [];
    const path: Path = ['keys', index, 'secret'];
    const secret = scene.readSecret(reference);
    if (!secret.ok) return [{ path, ...secret.error }];
    const text = secret.value.reveal();
    if (/\s/.test(text)) return [{ path, message: 'the secret holds white space, which no client can send' }];
    const earlier = first.get(text);
    if (earlier !== undefined) return [{ path, message: `keys[${earlier}] has the same secret` }];
    first.set(text, index);
    return [];
  });
}

function checkAllowed(keys: readonly ClientKey[], scene: Scene): readonly Complaint[] {
  return keys.flatMap(({ index, value }) =>
    (asArray(value.models) ?? []).flatMap((item, at) => {
      const model = asString(item);
      if (model === undefined || isKnownModel(model, scene)) return [];
      return [unknownModel(model, ['keys', index, 'models', at], scene)];
    }),
  );
}
