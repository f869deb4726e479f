// Providers of the file: known by the catalogue or described in full, with secrets that exist.

import { nearest } from '#base/nearest.ts';
import { asArray, asObject, asString } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { Quirks } from '#canonical/quirk.ts';
import { checkQuirks } from '#providers/check-quirks.ts';
import { isAmbient, MACHINE_SCHEMES } from '#providers/entry.ts';
import type { ProviderEntry } from '#providers/entry.ts';
import { readVariables } from '#providers/variables.ts';
import type { MissingVariable } from '#providers/variables.ts';
import { readVariable } from '../environment.ts';
import { oneOf } from '../problem.ts';
import type { Complaint, Path } from '../problem.ts';
import { catalogueSecret } from './scene.ts';
import type { Scene } from './scene.ts';

const MISSING: Readonly<Record<string, string>> = {
  dialect: 'the wire language of a provider that is not in the catalogue',
  url: 'the base URL of a provider that is not in the catalogue',
};
const NO_AUTH = { scheme: 'none' } as const;
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
  const shape = [
    ...checkDialect(config, path, spoken),
    ...checkAlso(config, path, scene),
    ...checkQuirkNames(config, path, spoken, scene),
  ];
  shape.push(...checkVariables({ ...entry, ...spokenAt(entry, config) }, config, path, scene));
  if (usesMachine(config, entry)) return shape;
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
    ...checkAlso(config, path, scene),
    ...checkQuirkNames(config, path, spoken, scene),
    ...checkVariables(
      { speaks: { own: { url: asString(config.url) ?? '', quirks: {} } } },
      config,
      path,
      scene,
    ),
    ...checkCredentials(config, path, authScheme(config) ?? 'bearer', scene),
  ];
}

/** No credentials in the file, and a scheme that finds those of the machine when it needs them. */
function usesMachine(config: JsonObject, entry: ProviderEntry): boolean {
  if (config.credentials !== undefined) return false;
  return config.auth === undefined ? isAmbient(entry.auth) : MACHINE_SCHEMES.has(authScheme(config) ?? '');
}

/** An operator's URL takes the place of those of the catalogue. */
function spokenAt(entry: ProviderEntry, config: JsonObject): Pick<ProviderEntry, 'speaks'> {
  const url = asString(config.url);
  return { speaks: url === undefined ? entry.speaks : { own: { url, quirks: {} } } };
}

function checkVariables(
  entry: Pick<ProviderEntry, 'speaks' | 'variables'> & { readonly auth?: ProviderEntry['auth'] },
  config: JsonObject,
  path: Path,
  { env }: Scene,
): readonly Complaint[] {
  const inFile = asObject(config.variables) ?? {};
  const texts = Object.fromEntries(
    Object.entries(inFile).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
  const auth = config.auth === undefined ? (entry.auth ?? NO_AUTH) : NO_AUTH;
  const { values, missing } = readVariables({ ...entry, auth }, texts, (name) => readVariable(env, name));
  const known = new Set([...Object.keys(values), ...missing.map(({ name }) => name)]);
  const unknown = Object.keys(inFile).filter((name) => !known.has(name) && !mentioned(config.auth, name));
  return [
    // A malformed value of the file is told by the schema.
    ...missing.filter(({ name }) => !Object.hasOwn(inFile, name)).map((one) => missingVariable(one, path)),
    ...unknown.map((name) => ({
      path: [...path, 'variables', name],
      atKey: true,
      message: 'no such variable in the URL of this provider',
      nearest: nearest(name, known)[0],
    })),
  ];
}

function missingVariable({ name, env, problem }: MissingVariable, path: Path): Complaint {
  const where = env.length === 0 ? '' : `, or the environment variable ${env.join(' or ')}`;
  const message =
    problem === 'missing'
      ? `the URL of this provider needs a value for {${name}}`
      : `the value of {${name}} in the environment is not a part of a host or of a path`;
  return { path, atKey: true, message, expected: `variables: { ${name}: … }${where}` };
}

function mentioned(auth: Json | undefined, name: string): boolean {
  return auth !== undefined && JSON.stringify(auth).includes(`{${name}}`);
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
  return checkLanguage(asString(config.dialect), [...path, 'dialect'], spoken);
}

/** Any language will do: a server may speak more than the catalogue knows. */
function checkAlso(config: JsonObject, path: Path, { vocabularies }: Scene): readonly Complaint[] {
  return (asArray(config.also) ?? []).flatMap((language, index) =>
    checkLanguage(asString(language), [...path, 'also', index], Object.keys(vocabularies)),
  );
}

function checkLanguage(
  dialect: string | undefined,
  path: Path,
  spoken: readonly string[],
): readonly Complaint[] {
  if (dialect === undefined || spoken.includes(dialect)) return [];
  const message = `unknown dialect "${dialect}"`;
  return [{ path, message, expected: oneOf(spoken), nearest: nearest(dialect, spoken)[0] }];
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
  return asString(config.auth) ?? Object.keys(asObject(config.auth) ?? {})[0];
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
    if (config.credentials !== undefined || MACHINE_SCHEMES.has(scheme)) return [];
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
