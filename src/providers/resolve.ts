// Entry, model and credentials to a target: done when the configuration is loaded, and for models that nobody listed.

import type { DialectId } from '#canonical/foreign.ts';
import type { ModelEntry, ProviderEntry } from './entry.ts';
import type { Price } from './price.ts';
import { toPrice } from './prices.ts';
import type { Credential, Target } from './target.ts';
import { answersInTokens } from './trait.ts';
import type { Trait } from './trait.ts';

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
function targetIn(entry: ProviderEntry, model: string, options: TargetOptions): Target {
  const { listed, override, credentials, weight = 1, priceVersion } = options;
  const dialect = options.dialect ?? firstDialect(entry, model, listed?.speaks);
  const spoken = dialect === undefined ? undefined : entry.speaks[dialect];
  if (dialect === undefined || spoken === undefined) {
    throw new Error(`provider ${entry.id} does not speak ${dialect ?? 'any dialect'}`);
  }
  const traits = override?.traits ?? listed?.traits ?? [];
  const price = priceOf(override?.price ?? listed?.price, traits, priceVersion);
  const contextTokens = override?.contextTokens ?? listed?.contextTokens;
  const maxOutputTokens = override?.maxOutputTokens ?? listed?.maxOutputTokens;
  return {
    id: `${entry.id}/${model}`,
    provider: entry.id,
    providerName: entry.name,
    dialect,
    url: spoken.url,
    quirks: spoken.quirks,
    ...(entry.promptCache === undefined ? {} : { promptCache: entry.promptCache }),
    ...(entry.issuer === undefined ? {} : { issuer: entry.issuer }),
    auth: entry.auth,
    credentials,
    model,
    ...(price === undefined ? {} : { price }),
    ...(contextTokens === undefined ? {} : { contextTokens }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    traits,
    ...(entry.dataPolicy === undefined ? {} : { dataPolicy: entry.dataPolicy }),
    weight,
  };
}

/** The target in its provider's first language, with those in the further ones beside it. */
export function makeTarget(entry: ProviderEntry, model: string, options: TargetOptions): Target {
  const target = targetIn(entry, model, options);
  const further = Object.keys(entry.speaks).filter(
    (dialect) => dialect !== target.dialect && isAskedIn(entry, dialect, model),
  );
  if (options.dialect !== undefined || further.length === 0) return target;
  const others = further.map(
    (dialect) => [dialect, targetIn(entry, model, { ...options, dialect })] as const,
  );
  return { ...target, others: Object.fromEntries(others) };
}

/** What answers without tokens costs nothing for those it does not write: the one place where no price means zero. */
function priceOf(list: ModelEntry['price'], traits: readonly Trait[], version: string): Price | undefined {
  if (list === undefined) return undefined;
  return toPrice(answersInTokens(traits) ? list : { output: 0, ...list }, version);
}

/** The provider's first that the model answers in; its first of all when it speaks none of them. */
function firstDialect(
  entry: ProviderEntry,
  model: string,
  spoken: ModelEntry['speaks'],
): DialectId | undefined {
  const all = Object.keys(entry.speaks);
  const dialects = all.filter((dialect) => isAskedIn(entry, dialect, model));
  return dialects.find((dialect) => spoken?.includes(dialect) !== false) ?? dialects[0] ?? all[0];
}

/** A language may be for some models only; a name in that list may end with a star. */
function isAskedIn({ speaks }: ProviderEntry, dialect: DialectId, model: string): boolean {
  const names = speaks[dialect]?.models;
  return names === undefined || names.some((name) => matches(name, model));
}

function matches(name: string, model: string): boolean {
  return name.endsWith('*') ? model.startsWith(name.slice(0, -1)) : model === name;
}
