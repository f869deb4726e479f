// What a plan has to keep to beside the model itself: from policies, from the caller's key, from the request. Each of them
// only narrows what is allowed; who says the last word counts only where it is a preference.

import type { ProviderWishes, RoutingWishes } from '#canonical/request.ts';
import type { Target } from '#providers/target.ts';
import type { Detail } from './explanation.ts';
import type { Limits } from './plan.ts';
import type { ModelRoute, StrategyName, StrategyOptions } from './routes.ts';

/** What the operator says for this request, on top of the model's own settings. */
export interface Rules {
  /** The policy that says so; stored with the plan. */
  readonly policy?: string;
  readonly strategy?: StrategyName;
  readonly strategyOptions?: StrategyOptions;
  readonly data?: DataRules;
  /** Bounds in the words of a request; what the request says cannot loosen them. */
  readonly providers?: ProviderWishes;
  /** In place of the two before: what each of several policies insists on. */
  readonly narrowing?: readonly Narrowing[];
  /** In place of the model's own. */
  readonly targets?: readonly Target[];
  readonly fallback?: readonly string[];
  readonly limits?: Partial<Limits>;
  /** Whether the record keeps all numbers behind the choice, however much there is to do. */
  readonly detail?: Detail;
  /** The request is refused, with these words. */
  readonly refuse?: string;
}

export type Narrowing = Pick<Rules, 'data' | 'providers'>;

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
  const data: DataRules[] = [];
  for (const narrow of rules === undefined ? [] : (rules.narrowing ?? [rules])) {
    if (narrow.providers !== undefined) providers.push(narrow.providers);
    if (narrow.data !== undefined) data.push(narrow.data);
  }
  if (asked !== undefined) providers.push(asked);
  if (asked?.zeroRetention === true) data.push({ zdr: true });
  if (asked?.dataCollection === 'deny') data.push({ zdr: true, noTraining: true });
  return { providers, data };
}

/** The model as the operator wants it for this request. The very same where no rule touches it. */
export function routeUnder(route: ModelRoute, rules: Rules | undefined): ModelRoute {
  if (rules === undefined) return route;
  const { targets = route.targets, fallback = route.fallback, limits } = rules;
  return {
    ...route,
    targets,
    fallback,
    limits: limits === undefined ? route.limits : { ...route.limits, ...limits },
  };
}
