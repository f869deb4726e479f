// A provider that is on: its entry as the catalogue and the file describe it, its credentials, and a target for every model
// that is listed. Only for what the checks have passed.

import { basename } from 'node:path';
import { Secret } from '#base/secret.ts';
import { operationOf } from '#canonical/asked.ts';
import type { DialectId } from '#canonical/foreign.ts';
import type { CatalogueProvider } from '#providers/catalogue.ts';
import { isAmbient } from '#providers/entry.ts';
import type { ModelEntry, ProviderEntry, Spoken } from '#providers/entry.ts';
import { makeTarget } from '#providers/resolve.ts';
import { authScheme, customEntry, withoutTrailingSlash } from '#providers/schema.ts';
import type { Credential, Target } from '#providers/target.ts';
import { filled, readVariables } from '#providers/variables.ts';
import type { Scene } from './checks/scene.ts';
import { readVariable } from './environment.ts';
import type { ProviderConfig } from './provider-schema.ts';
import type { ProviderOn } from './snapshot.ts';

type ModelInFile = NonNullable<ProviderConfig['models']>[string];

const NO_MODELS: CatalogueProvider['models'] = new Map();

export function makeProvider(id: string, config: ProviderConfig, scene: Scene): ProviderOn {
  const known = scene.catalogue.get(id);
  const written = known === undefined ? ownEntry(id, config) : overlaid(known.entry, config);
  const { values } = readVariables(written, config.variables ?? {}, (name) => readVariable(scene.env, name));
  const entry = filled(written, values);
  const credentials = makeCredentials(entry, config, scene);
  const targets = new Map<string, Target>();
  const listedModels = known?.models ?? NO_MODELS;
  for (const model of new Set([...Object.keys(config.models ?? {}), ...listedModels.keys()])) {
    const inFile = config.models?.[model];
    const listed = listedModels.get(model);
    const ofFile = inFile?.price !== undefined || known === undefined;
    const priceVersion = ofFile ? basename(scene.file ?? 'clew.yaml') : known.priceVersion;
    const target = makeTarget(entry, model, {
      credentials,
      priceVersion,
      ...(listed === undefined ? {} : { listed }),
      ...(inFile === undefined ? {} : { override: modelOverride(inFile) }),
    });
    targets.set(model, target);
  }
  return { entry, credentials, targets };
}

function ownEntry(id: string, config: ProviderConfig): ProviderEntry {
  const { dialect, url } = config;
  if (dialect === undefined || url === undefined) throw new Error(`provider ${id} was not checked`);
  return customEntry(id, { ...config, dialect, url });
}

/** The catalogue's entry with what the file says otherwise. A URL and quirks belong to one dialect. */
function overlaid(entry: ProviderEntry, config: ProviderConfig): ProviderEntry {
  const { name = entry.name, dialect, also, url, quirks, auth } = config;
  const { issuer = entry.issuer, promptCache } = config;
  const changed = [dialect, also, url, quirks].some((field) => field !== undefined);
  const speaks = changed ? narrowed(entry, config) : entry.speaks;
  const dataPolicy = { ...entry.dataPolicy, ...config.dataPolicy };
  const same = {
    ...entry,
    name,
    speaks,
    ...(issuer === undefined ? {} : { issuer }),
    ...(promptCache === undefined ? {} : { promptCache }),
    ...(Object.keys(dataPolicy).length === 0 ? {} : { dataPolicy }),
  };
  if (auth === undefined) return same;
  return { ...same, auth: authScheme(auth) };
}

/**
 * What is no chat moves along with the address: it is asked for only by those who want it. Other languages of chats do
 * not, unless they are named, since an address of one's own may be that of another version.
 */
function narrowed(
  entry: ProviderEntry,
  { dialect, also = [], url: written, quirks }: ProviderConfig,
): ProviderEntry['speaks'] {
  const chosen = dialect ?? Object.keys(entry.speaks)[0] ?? '';
  const spoken: Spoken | undefined = entry.speaks[chosen];
  if (spoken === undefined) throw new Error(`the dialect of provider ${entry.id} was not checked`);
  const url = written === undefined ? spoken.url : withoutTrailingSlash(written);
  const speaks: Record<DialectId, Spoken> = { [chosen]: { url, quirks: { ...spoken.quirks, ...quirks } } };
  for (const [language, further] of Object.entries(entry.speaks)) {
    const place = moved(further.url, spoken.url, url);
    if (language === chosen || operationOf(language) === 'chat' || place === undefined) continue;
    speaks[language] = { ...further, url: place };
  }
  for (const language of also) speaks[language] ??= { quirks: {}, ...entry.speaks[language], url };
  return speaks;
}

/** Where an address lies when the one beside it has moved; one may be the other with a further part of the path. */
function moved(url: string, from: string, to: string): string | undefined {
  if (url === from) return to;
  const suffix = from.startsWith(url) ? from.slice(url.length) : undefined;
  return suffix !== undefined && to.endsWith(suffix) ? to.slice(0, -suffix.length) : undefined;
}

/** Those of the file; else the one that the environment holds under the catalogue's name. */
function makeCredentials(entry: ProviderEntry, config: ProviderConfig, scene: Scene): readonly Credential[] {
  const { auth } = entry;
  if (auth.scheme === 'none') return [];
  if (config.credentials !== undefined) {
    return config.credentials.map(({ secret: reference, weight = 1 }, index) => {
      const secret = scene.readSecret(reference);
      if (!secret.ok) throw new Error(`a credential of ${entry.id} was not checked: ${secret.error.message}`);
      return { id: `${entry.id}#${index + 1}`, secret: secret.value, weight };
    });
  }
  const value = auth.secret === undefined ? undefined : readVariable(scene.env, auth.secret);
  // The machine's own credentials are found when they are needed.
  if (value === undefined && isAmbient(auth)) return [];
  if (value === undefined) throw new Error(`the credentials of ${entry.id} were not checked`);
  return [{ id: `${entry.id}#1`, secret: new Secret(value), weight: 1 }];
}

function modelOverride({
  name,
  price,
  contextTokens,
  maxOutputTokens,
  traits,
}: ModelInFile): Partial<ModelEntry> {
  return { name, price, contextTokens, maxOutputTokens, ...(traits === undefined ? {} : { traits }) };
}
