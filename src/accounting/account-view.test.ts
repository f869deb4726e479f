import { describe, expect, test } from 'bun:test';

import { viewCredits, viewKey } from './account-view.ts';
import type { DaySpent } from './generation-store.ts';

const dayOf = (date: string): number => Date.parse(date) / 86_400_000;
const spent = (date: string, dollars: number, costUnknown = 0): DaySpent => {
  return { day: dayOf(date), generations: 1, costNano: dollars * 1e9, costUnknown };
};

/** Wednesday. */
const NOW = Date.parse('2026-07-01T00:00:00Z');
const DAYS = [
  spent('2025-07-01', 100),
  spent('2026-06-28', 16, 2),
  spent('2026-06-29', 8),
  spent('2026-06-30', 4, 1),
  spent('2026-07-01', 2),
];

describe('viewKey', () => {
  test.each([
    [
      'at the first moment of a month',
      NOW,
      { usage: 130, usage_daily: 2, usage_weekly: 14, usage_monthly: 2 },
    ],
    ['at the last moment of one', NOW - 1, { usage_daily: 4, usage_weekly: 12, usage_monthly: 28 }],
    ['at the end of a Sunday', Date.parse('2026-07-05T23:59:59.999Z'), { usage_daily: 0, usage_weekly: 14 }],
    ['on the Monday after', Date.parse('2026-07-06T00:00:00Z'), { usage_weekly: 0, usage_monthly: 2 }],
  ] as const)('counts days, weeks and months in UTC: %s', (_, wallMs, usage) => {
    const days = DAYS.filter(({ day }) => day * 86_400_000 <= wallMs);
    expect(viewKey({ key: 'laptop' }, days, wallMs)).toMatchObject({ data: usage });
  });

  test('says who it is, that nothing limits it, and how much it does not know', () => {
    expect(viewKey({ key: 'laptop', tenant: 'research' }, DAYS, NOW)).toMatchObject({
      data: {
        label: 'laptop',
        organization_id: 'research',
        limit: null,
        limit_remaining: null,
        usage_unknown: 3,
      },
    });
    expect(viewKey({ key: null }, [], NOW)).toMatchObject({
      data: { label: '', organization_id: null, usage: 0 },
    });
  });
});

test('credits are the usage, and what is not known is said', () => {
  expect(viewCredits(DAYS)).toEqual({
    data: { total_credits: 0, credits_unknown: true, total_usage: 130, usage_unknown: 3 },
  });
});
