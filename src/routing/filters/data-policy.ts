// Where data goes and what becomes of it. What a provider does not state is taken for the worse.

import type { DataPolicy } from '#providers/entry.ts';
import type { DataRules } from '../rules.ts';
import type { Filter } from './filter.ts';

export const dataPolicy: Filter = (target, { bounds, data }) => {
  if (data !== undefined) {
    const why = breachOf(target.dataPolicy, data);
    if (why !== undefined) return why;
  }
  for (const rules of bounds.data) {
    const why = breachOf(target.dataPolicy, rules);
    if (why !== undefined) return why;
  }
  return undefined;
};

export function breachOf(policy: DataPolicy | undefined, rules: DataRules): string | undefined {
  if (rules.zdr === true && policy?.zdr !== true) return 'may keep what it is sent';
  if (rules.noTraining === true && policy?.noTraining !== true) return 'may train on what it is sent';
  if (rules.regions === undefined) return undefined;
  const regions = policy?.regions ?? [];
  if (regions.length === 0) return 'does not state where it processes';
  const outside = regions.find((region) => !isWithin(region, rules.regions ?? []));
  return outside === undefined ? undefined : `processes in ${outside}`;
}

function isWithin(region: string, allowed: readonly string[]): boolean {
  return allowed.includes(region) || (allowed.includes('eu') && EU_MEMBERS.has(region));
}

/** ISO 3166 codes, as of 2026: https://european-union.europa.eu/principles-countries-history/eu-countries_en */
const EU_MEMBERS: ReadonlySet<string> = new Set(
  'at be bg cy cz de dk ee es fi fr gr hr hu ie it lt lu lv mt nl pl pt ro se si sk'.split(' '),
);
