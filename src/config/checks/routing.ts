// How targets are chosen: settings that belong together, and limits on data that leave somebody to choose from.

import { asArray, asObject, asString } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { breachOf } from '#routing/filters/data-policy.ts';
import type { DataPolicy } from '#providers/entry.ts';
import { regionCode } from '#providers/schema.ts';
import type { DataRules } from '#routing/rules.ts';
import type { Complaint } from '../problem.ts';
import { splitTarget } from '../target-name.ts';
import type { Scene } from './scene.ts';

export function checkRouting(scene: Scene): readonly Complaint[] {
  return Object.entries(asObject(scene.raw.models) ?? {}).flatMap(([name, value]) => {
    const model = asObject(value);
    return model === undefined ? [] : [...checkBalance(name, model), ...checkData(name, model, scene)];
  });
}

function checkBalance(name: string, model: JsonObject): readonly Complaint[] {
  const balance = asObject(model.balance);
  if (balance === undefined) return [];
  const path = ['models', name, 'balance'];
  if (model.strategy !== 'balanced') {
    return [{ path, message: 'is for the strategy balanced only', expected: 'strategy: balanced' }];
  }
  if (Object.values(balance).some((weight) => weight !== 0)) return [];
  return [{ path, message: 'nothing counts', expected: 'a number above zero for cost, time or success' }];
}

/** A model without any target that may be asked is a mistake, and each of its requests would be refused. */
function checkData(name: string, model: JsonObject, scene: Scene): readonly Complaint[] {
  const rules = rulesOf(model);
  const key = ['region', 'zdr', 'no_training'].find((field) => model[field] !== undefined);
  if (rules === undefined || key === undefined) return [];
  const reasons: string[] = [];
  for (const written of asArray(model.targets) ?? []) {
    const why = breachOf(policyOf(written, scene), rules);
    if (why === undefined) return [];
    reasons.push(`${asString(written) ?? asString(asObject(written)?.target) ?? 'a target'} ${why}`);
  }
  if (reasons.length === 0) return [];
  const path = ['models', name, key];
  return [{ path, message: `no target may be asked: ${reasons.slice(0, 3).join('; ')}`, expected: REMEDY }];
}

const REMEDY = 'a target whose dataPolicy allows it';

/** Undefined when nothing is limited, or when it is written wrongly, which is the schema's to tell. */
function rulesOf({ region, zdr, no_training: noTraining }: JsonObject): DataRules | undefined {
  const written = region === undefined ? [] : (asArray(region) ?? [region]);
  const regions = written.flatMap((one) => regionCode.safeParse(one).data ?? []);
  if (regions.length < written.length) return undefined;
  if (regions.length === 0 && zdr !== true && noTraining !== true) return undefined;
  return { ...(regions.length > 0 && { regions }), zdr: zdr === true, noTraining: noTraining === true };
}

/** As it will be: the catalogue's, then the provider's in the file, then the target's. */
function policyOf(written: Json, { raw, catalogue }: Scene): DataPolicy {
  const target = asObject(written);
  const id = splitTarget(asString(written) ?? asString(target?.target) ?? '')?.provider ?? '';
  return {
    ...catalogue.get(id)?.entry.dataPolicy,
    ...(asObject(asObject(asObject(raw.providers)?.[id])?.dataPolicy) as DataPolicy | undefined),
    ...(asObject(target?.dataPolicy) as DataPolicy | undefined),
  };
}
