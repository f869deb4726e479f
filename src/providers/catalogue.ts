// The catalogue as a value, made from files that someone else has read (config/catalogue-files.ts).

import type { z } from 'zod';
import { asArray, asObject } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import { nearest } from '#base/nearest.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { ModelEntry, ProviderEntry } from './entry.ts';
import { modelsSchema, providerSchema } from './schema.ts';
import type { ModelsFile } from './schema.ts';
import { undeclaredVariables } from './variables.ts';

/** By provider id, in the order of the alphabet. */
export type Catalogue = ReadonlyMap<string, CatalogueProvider>;

export interface CatalogueProvider {
  readonly entry: ProviderEntry;
  /** By the provider's own id of the model. Read when first asked for: most providers are off. */
  readonly models: ReadonlyMap<string, ModelEntry>;
  /** Where the prices come from, such as `catalogue 2026-11-22`; stored with each generation. */
  readonly priceVersion: string;
}

/** What stands in each file, by the file's name without `.json`; undefined where it is not JSON. */
export interface CatalogueFiles {
  readonly providers: ReadonlyMap<string, Json | undefined>;
  readonly models: Pick<ReadonlyMap<string, Json | undefined>, 'keys' | 'get'>;
}

/** Compiling a schema pays after thousands of values; the catalogue is read once, at start. */
const ONCE = { jitless: true } as const;
const ID_FORM = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** An error holds every problem of the file: its path within, and what was expected. */
export function parseProvider(id: string, json: Json | undefined): Result<ProviderEntry, readonly string[]> {
  if (!ID_FORM.test(id)) return err([`the id "${id}": expected lower-case letters, digits and . _ -`]);
  const parsed = providerSchema.safeParse(json, ONCE);
  if (!parsed.success) return err(problemsOf(parsed.error, PROVIDER_KEYS));
  const slash = Object.entries(parsed.data.speaks).find(([, { url }]) => url.endsWith('/'));
  if (slash !== undefined) return err([`speaks.${slash[0]}.url: expected no slash at the end`]);
  const undeclared = undeclaredVariables(parsed.data)[0];
  if (undeclared !== undefined) return err([`variables: expected "${undeclared}", which a URL names`]);
  return ok({ id, ...parsed.data, issuer: parsed.data.issuer ?? id });
}

export function parseModels(json: Json | undefined): Result<ModelsFile, readonly string[]> {
  const parsed = modelsSchema.safeParse(json, ONCE);
  if (!parsed.success) return err(problemsOf(parsed.error, MODELS_KEYS));
  const seen = new Set<string>();
  const twice = parsed.data.models.filter(({ id }) => seen.size === seen.add(id).size);
  return twice.length === 0
    ? ok(parsed.data)
    : err(twice.map(({ id }) => `models: "${id}" stands there twice`));
}

/**
 * All or nothing; an error names each file with its problems. Files of models are not looked into: there are hundreds of
 * models, the files are part of the program, and `test/catalogue.test.ts` has checked them.
 */
export function buildCatalogue({ providers, models }: CatalogueFiles): Result<Catalogue, readonly string[]> {
  const problems: string[] = [];
  const catalogue = new Map<string, CatalogueProvider>();
  const withModels = new Set(models.keys());
  for (const [id, json] of [...providers].sort(byId)) {
    const entry = parseProvider(id, json);
    if (!entry.ok) problems.push(...entry.error.map((problem) => `catalogue/${id}.json: ${problem}`));
    else if (withModels.has(id)) catalogue.set(id, new Listed(entry.value, () => models.get(id)));
    else catalogue.set(id, { entry: entry.value, models: NO_MODELS, priceVersion: 'unlisted' });
  }
  for (const id of withModels) {
    if (!providers.has(id)) problems.push(`models/${id}.json: no provider of this name`);
  }
  return problems.length === 0 ? ok(catalogue) : err(problems);
}

const NO_MODELS: ReadonlyMap<string, ModelEntry> = new Map();

function byId([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

class Listed implements CatalogueProvider {
  readonly entry: ProviderEntry;
  readonly #read: () => Json | undefined;
  #models: ReadonlyMap<string, ModelEntry> | undefined;
  #priceVersion = '';

  constructor(entry: ProviderEntry, read: () => Json | undefined) {
    this.entry = entry;
    this.#read = read;
  }

  get models(): ReadonlyMap<string, ModelEntry> {
    return this.#models ?? this.#load();
  }

  get priceVersion(): string {
    if (this.#models === undefined) this.#load();
    return this.#priceVersion;
  }

  #load(): ReadonlyMap<string, ModelEntry> {
    const file = asObject(this.#read());
    // What is checked when Clew is built is only believed here; a file that is no such thing at all is a broken installation.
    if (asArray(file?.['models']) === undefined) throw new Error(`models/${this.entry.id}.json is broken`);
    const { checked, models } = file as unknown as ModelsFile;
    this.#models = new Map(models.map((model) => [model.id, model]));
    this.#priceVersion = `catalogue ${checked}`;
    return this.#models;
  }
}

/** Every key there is, for suggestions; keys of the same spelling mean the same wherever they stand. */
const PROVIDER_KEYS = Object.keys(providerSchema.shape).concat(
  [
    'url',
    'quirks',
    'scheme',
    'header',
    'secret',
    'ambient',
    'service',
    'region',
    'scope',
    'tenant',
    'client',
  ],
  ['regions', 'zdr', 'noTraining'],
  ['about', 'source', 'checked'],
);
const MODELS_KEYS = [
  ...Object.keys(modelsSchema.shape),
  ...Object.keys(modelsSchema.shape.models.element.shape),
  ...Object.keys(modelsSchema.shape.models.element.shape.price.unwrap().shape),
  'above',
];

function problemsOf(error: z.ZodError, keys: readonly string[]): readonly string[] {
  return error.issues.flatMap((issue) => {
    const at = issue.path.map(String);
    if (issue.code !== 'unrecognized_keys') return [`${at.join('.') || 'the file'}: ${issue.message}`];
    return issue.keys.map((key) => {
      const near = nearest(key, keys)[0];
      const hint = near === undefined ? '' : `; did you mean "${near}"?`;
      return `${[...at, key].join('.')}: unknown key${hint}`;
    });
  });
}
