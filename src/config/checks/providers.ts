// Providers of the file: known by the catalogue or described in full, with secrets that exist.

import { nearest } from '#base/nearest.ts';
import { asArray, asObject, asString } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import type { Quirks } from '#canonical/quirk.ts';
import { checkQuirks } from '#providers/check-quirks.ts';
import type { ProviderEntry } from '#providers/entry.ts';
import { readVariable } from '../environment.ts';
import { oneOf } from '../problem.ts';
import type { Complaint, Path } from '../problem.ts';
import { catalogueSecret } from './scene.ts';
import type { Scene } from './scene.ts';

const MISSING: Readonly<Record<string, string>> = {
  dialect: 'the wire language of a provider that is not in the catalogue',
  url: 'the base URL of a provider that is not in the catalogue',
};
/** Paths of `checkQuirks` begin with speaks, the dialect, quirks. */
const QUIRK_PATH_START = 3;

export function checkProviders(scene: Scene): readonly Complaint[] {
  return Object.entries(asObject(scene.raw.providers) ?? {}).flatMap(([id, value]) => {
    const known = scene.catalogue.get(id)?.entry;
    const config = asObject(value);
    if (known !== undefined) return config === undefined ? [] : checkKnown(known, config, scene);
    return config === undefined ? [unknownProvider(id, scene)] : checkOwn(id, config, scene);
  });
}

/** One of the catalogue. Without credentials in the file, the variable of the catalogue is asked. */
function checkKnown(entry: ProviderEntry, config: JsonObject, scene: Scene): readonly Complaint[] {
  const path: Path = ['providers', entry.id];
  const spoken = Object.keys(entry.speaks);
  const shape = [...checkDialect(config, path, spoken), ...checkQuirkNames(config, path, spoken, scene)];
  const variable = catalogueSecret(entry.id, scene);
  if (config.credentials !== undefined || config.auth !== undefined || variable === undefined) {
    return [...shape, ...checkCredentials(config, path, authScheme(config) ?? entry.auth.scheme, scene)];
  }
  if (readVariable(scene.env, variable) !== undefined) return shape;
  const message = `the environment variable ${variable} is not set, and there are no credentials here`;
  return [...shape, { path, atKey: true, message, expected: 'credentials: [ { secret: env:NAME } ]' }];
}

/** One of the operator's own: nothing is known but what stands here. */
function checkOwn(id: string, config: JsonObject, scene: Scene): readonly Complaint[] {
  const path: Path = ['providers', id];
  if (config.dialect === undefined && config.url === undefined) return [unknownProvider(id, scene)];
  const spoken = Object.keys(scene.vocabularies);
  const missing = ['dialect', 'url'].filter((field) => config[field] === undefined);
  return [
    ...missing.map((field) => ({ path: [...path, field], message: 'missing', expected: MISSING[field] })),
    ...checkDialect(config, path, spoken),
    ...checkQuirkNames(config, path, spoken, scene),
    ...checkCredentials(config, path, authScheme(config) ?? 'bearer', scene),
  ];
}

function unknownProvider(id: string, scene: Scene): Complaint {
  return {
    path: ['providers', id],
    atKey: true,
    message: 'unknown provider',
    nearest: nearest(id, scene.catalogue.keys())[0],
    expected: 'one of the catalogue, or dialect and url of your own',
  };
}

function checkDialect(config: JsonObject, path: Path, spoken: readonly string[]): readonly Complaint[] {
  const dialect = asString(config.dialect);
  if (dialect === undefined || spoken.includes(dialect)) return [];
  const message = `unknown dialect "${dialect}"`;
  const near = nearest(dialect, spoken)[0];
  return [{ path: [...path, 'dialect'], message, expected: oneOf(spoken), nearest: near }];
}

/** `spoken`: the dialects that the provider may speak; without one in the file, the first. */
function checkQuirkNames(
  config: JsonObject,
  path: Path,
  spoken: readonly string[],
  { vocabularies }: Scene,
): readonly Complaint[] {
  const dialect = asString(config.dialect) ?? spoken[0] ?? '';
  const quirks = plainQuirks(asObject(config.quirks));
  // An unknown dialect is told above.
  if (!Object.hasOwn(vocabularies, dialect)) return [];
  return checkQuirks({ speaks: { [dialect]: { url: '', quirks } } }, vocabularies).map((problem) => ({
    ...problem,
    path: [...path, 'quirks', ...problem.path.slice(QUIRK_PATH_START)],
  }));
}

/** Those of a possible type; the schema complains about the others. */
function plainQuirks(quirks: JsonObject = {}): Quirks {
  const plain = Object.entries(quirks).filter(
    ([, value]) => typeof value !== 'object' && value !== undefined,
  );
  return Object.fromEntries(plain) as Quirks;
}

/** Undefined when the file does not say. */
function authScheme(config: JsonObject): string | undefined {
  return asString(config.auth) ?? (asObject(config.auth) === undefined ? undefined : 'header');
}

function checkCredentials(
  config: JsonObject,
  path: Path,
  scheme: string,
  scene: Scene,
): readonly Complaint[] {
  const credentials = asArray(config.credentials);
  if (scheme === 'none') {
    if (credentials === undefined) return [];
    return [
      { path: [...path, 'credentials'], atKey: true, message: 'credentials are not used where auth is none' },
    ];
  }
  if (credentials === undefined) {
    if (config.credentials !== undefined) return [];
    const expected = 'credentials: [ { secret: env:NAME } ], or auth: none';
    return [{ path, atKey: true, message: 'no credentials', expected }];
  }
  return credentials.flatMap((item, index) => {
    const reference = asString(asObject(item)?.secret);
    if (reference === undefined) return [];
    const secret = scene.readSecret(reference);
    return secret.ok ? [] : [{ path: [...path, 'credentials', index, 'secret'], ...secret.error }];
  });
}
