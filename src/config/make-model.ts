// A model of the file: its targets as the catalogue and the file describe them, and how they are chosen. Only for what the
// checks have passed.

import { makeTarget } from '#providers/resolve.ts';
import type { Target } from '#providers/target.ts';
import type { ModelRoute } from '#routing/routes.ts';
import type { DataRules } from '#routing/rules.ts';
import type { ModelConfig } from './schema.ts';
import type { ProviderOn } from './snapshot.ts';
import { splitTarget } from './target-name.ts';

type TargetConfig = ModelConfig['targets'][number];

export function makeModel(
  name: string,
  model: ModelConfig,
  providers: ReadonlyMap<string, ProviderOn>,
): Omit<ModelRoute, 'limits'> {
  const { balance } = model;
  const data = dataRules(model);
  return {
    name,
    targets: model.targets.map((written) => cached(makeModelTarget(written, providers), model.prompt_cache)),
    strategy: model.strategy ?? 'priority',
    ...(balance !== undefined && { strategyOptions: { balance } }),
    fallback: model.fallback ?? [],
    ...(data !== undefined && { data }),
  };
}

/** The model's word counts more than the provider's. */
function cached(target: Target, promptCache: ModelConfig['prompt_cache']): Target {
  if (promptCache === undefined) return target;
  const others = Object.entries(target.others ?? {}).map(
    ([dialect, other]) => [dialect, { ...other, promptCache }] as const,
  );
  return { ...target, promptCache, ...(others.length > 0 && { others: Object.fromEntries(others) }) };
}

export function dataRules({
  region,
  zdr,
  no_training: noTraining,
}: Pick<ModelConfig, 'region' | 'zdr' | 'no_training'>): DataRules | undefined {
  if (region === undefined && zdr !== true && noTraining !== true) return undefined;
  return {
    ...(region !== undefined && { regions: typeof region === 'string' ? [region] : region }),
    ...(zdr === true && { zdr }),
    ...(noTraining === true && { noTraining }),
  };
}

export function makeModelTarget(written: TargetConfig, providers: ReadonlyMap<string, ProviderOn>): Target {
  const { target: name, ...differs } = typeof written === 'string' ? { target: written } : written;
  const parts = splitTarget(name);
  const provider = parts === undefined ? undefined : providers.get(parts.provider);
  if (parts === undefined || provider === undefined) throw new Error(`the target ${name} was not checked`);
  const { entry, credentials, targets } = provider;
  const target =
    targets.get(parts.model) ?? makeTarget(entry, parts.model, { credentials, priceVersion: 'unlisted' });
  return Object.keys(differs).length === 0 ? target : withDifferences(target, differs);
}

/** The same in all languages of the target. */
function withDifferences(target: Target, differs: Omit<Exclude<TargetConfig, string>, 'target'>): Target {
  const { weight = 1, traits, dataPolicy, quantization, quality } = differs;
  const others = Object.entries(target.others ?? {});
  return {
    ...target,
    weight,
    ...(traits !== undefined && { traits }),
    ...(dataPolicy !== undefined && { dataPolicy: { ...target.dataPolicy, ...dataPolicy } }),
    ...(quantization !== undefined && { quantization }),
    ...(quality !== undefined && { quality }),
    ...(others.length > 0 && {
      others: Object.fromEntries(
        others.map(([dialect, other]) => [dialect, withDifferences(other, differs)]),
      ),
    }),
  };
}
