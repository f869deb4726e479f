// What a plan has to keep to beside the model itself: from policies, from the caller's key, from the request. Each of them
// only narrows what is allowed; who says the last word counts only where it is a preference.

import type { ProviderWishes, RoutingWishes } from '#canonical/request.ts';
import type { StrategyName, StrategyOptions } from './routes.ts';

/** What the operator says for this request, on top of the model's own settings. */
export interface Rules {
  /** The policy that says so; stored with the plan. */
  readonly policy?: string;
  readonly strategy?: StrategyName;
  readonly strategyOptions?: StrategyOptions;
  readonly data?: DataRules;
  /** Bounds in the words of a request; what the request says cannot loosen them. */
  readonly providers?: ProviderWishes;
}

export interface DataRules {
  /** Requests may be processed in these and nowhere else: country codes, or `eu` for all of its members. */
  readonly regions?: readonly string[] | undefined;
  /** Nothing is kept after the answer. */
  readonly zdr?: boolean | undefined;
  /** Nothing is used to train models. */
  readonly noTraining?: boolean | undefined;
}

/** All that narrows, gathered: every one of them must hold. */
export interface Bounds {
  readonly providers: readonly ProviderWishes[];
  readonly data: readonly DataRules[];
}

const NO_BOUNDS: Bounds = { providers: [], data: [] };

export function boundsOf(rules: Rules | undefined, wishes: RoutingWishes | undefined): Bounds {
  const asked = wishes?.providers;
  if (rules === undefined && asked === undefined) return NO_BOUNDS;
  const providers: ProviderWishes[] = [];
  if (rules?.providers !== undefined) providers.push(rules.providers);
  if (asked !== undefined) providers.push(asked);
  const data: DataRules[] = [];
  if (rules?.data !== undefined) data.push(rules.data);
  if (asked?.zeroRetention === true) data.push({ zdr: true });
  if (asked?.dataCollection === 'deny') data.push({ zdr: true, noTraining: true });
  return { providers, data };
}
