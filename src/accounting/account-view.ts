// What a key has spent, as `GET /key` and `GET /credits` show it. The shapes are those of an API with official clients which refuse
// an answer that lacks a key, or has null where they want a number.

import type { JsonObject } from '#base/json.ts';
import { nanoDollars, nanoToDollars } from '#base/money.ts';
import type { DaySpent } from './generation-store.ts';

const DAY_MS = 86_400_000;

export interface Holder {
  /** Null: no key is asked for. */
  readonly key: string | null;
  readonly tenant?: string | undefined;
}

/**
 * `{ data: … }` at a moment, in milliseconds since 1970. Money in dollars, days in UTC, weeks from Monday. Keys have no limit of money and no end; generations whose cost nobody knows are not in the
 * sums, and `usage_unknown`, a key of our own, counts them.
 */
export function viewKey({ key, tenant }: Holder, days: readonly DaySpent[], wallMs: number): JsonObject {
  const today = Math.floor(wallMs / DAY_MS);
  return {
    data: {
      label: key ?? '',
      usage: dollarsSince(0, days),
      usage_daily: dollarsSince(today, days),
      // 1970 began on a Thursday.
      usage_weekly: dollarsSince(today - ((today + 3) % 7), days),
      usage_monthly: dollarsSince(today + 1 - new Date(wallMs).getUTCDate(), days),
      usage_unknown: unknownOf(days),
      organization_id: tenant ?? null,
      ...UNLIMITED,
    },
  };
}

/** What the contract names and Clew has no such thing for. Numbers that it wants are zero, or -1 where that means none. */
const UNLIMITED: JsonObject = {
  limit: null,
  limit_remaining: null,
  limit_reset: null,
  include_byok_in_limit: false,
  byok_usage: 0,
  byok_usage_daily: 0,
  byok_usage_weekly: 0,
  byok_usage_monthly: 0,
  is_free_tier: false,
  is_management_key: false,
  is_provisioning_key: false,
  creator_user_id: null,
  workspace_id: null,
  allowed_data_regions: ['global'],
  free_model_daily_requests: { limit: -1, remaining: -1, used: 0 },
  rate_limit: { requests: -1, interval: '10s', note: 'Keys have no limit of requests.' },
  expires_at: null,
};

/**
 * Nobody buys credits of Clew, and what the operator has with providers it does not know: 0 with `credits_unknown: true` beside it.
 * The usage is the calling key's; what others spend is not its business.
 */
export function viewCredits(days: readonly DaySpent[]): JsonObject {
  return {
    data: {
      total_credits: 0,
      credits_unknown: true,
      total_usage: dollarsSince(0, days),
      usage_unknown: unknownOf(days),
    },
  };
}

function dollarsSince(first: number, days: readonly DaySpent[]): number {
  let nano = 0;
  for (const { day, costNano } of days) if (day >= first) nano += costNano;
  return nanoToDollars(nanoDollars(nano));
}

function unknownOf(days: readonly DaySpent[]): number {
  return days.reduce((sum, { costUnknown }) => sum + costUnknown, 0);
}
