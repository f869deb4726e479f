// Entry, model and credentials to a target: done when the configuration is loaded, and for models that nobody listed.

import type { DialectId } from '#canonical/foreign.ts';
import type { ModelEntry, ProviderEntry } from './entry.ts';
import { toPrice } from './prices.ts';
import type { Credential, Target } from './target.ts';

export interface TargetOptions {
  /** The one to speak where the provider speaks several; the entry's first if absent. */
  readonly dialect?: DialectId;
  readonly credentials: readonly Credential[];
  /** Share beside other targets of a model; 1 if absent. */
  readonly weight?: number;
  /** What the catalogue knows of the model. */
  readonly listed?: ModelEntry;
  /** What the operator says of it: each field replaces the listed one, a price as a whole. */
  readonly override?: Partial<ModelEntry>;
  /** Where the price comes from that counts in the end. */
  readonly priceVersion: string;
}

/** Throws when the provider does not speak the dialect: the configuration was checked for that. */
export function makeTarget(entry: ProviderEntry, model: string, options: TargetOptions): Target {
  const { listed, override, credentials, weight = 1, priceVersion } = options;
  const dialect = options.dialect ?? firstDialect(entry);
  const spoken = dialect === undefined ? undefined : entry.speaks[dialect];
  if (dialect === undefined || spoken === undefined) {
    throw new Error(`provider ${entry.id} does not speak ${dialect ?? 'any dialect'}`);
  }
  const list = override?.price ?? listed?.price;
  const price = list === undefined ? undefined : toPrice(list, priceVersion);
  const contextTokens = override?.contextTokens ?? listed?.contextTokens;
  const maxOutputTokens = override?.maxOutputTokens ?? listed?.maxOutputTokens;
  return {
    id: `${entry.id}/${model}`,
    provider: entry.id,
    providerName: entry.name,
    dialect,
    url: spoken.url,
    ...(options.dialect === undefined ? { speaks: entry.speaks } : {}),
    quirks: spoken.quirks,
    auth: entry.auth,
    credentials,
    model,
    ...(price === undefined ? {} : { price }),
    ...(contextTokens === undefined ? {} : { contextTokens }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    traits: override?.traits ?? listed?.traits ?? [],
    weight,
  };
}

function firstDialect({ speaks }: ProviderEntry): DialectId | undefined {
  for (const dialect in speaks) return dialect;
  return undefined;
}
