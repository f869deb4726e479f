import { describe, expect, test } from 'bun:test';

import type { Priority } from '#canonical/priority.ts';
import { DEFAULT_LIMITS } from '#routing/plan.ts';
import { forKey, limitsFor } from './request-limits.ts';

/** What comes of the model's word, the policy's, the key's and the request's. */
function settled(model: Priority, by: { policy?: Priority; key?: Priority; header?: string }) {
  const merged = { ...DEFAULT_LIMITS, priority: by.policy ?? model };
  const limits = limitsFor(forKey(merged, by.key, by.policy), () => undefined);
  if (!limits.ok) throw new Error('nothing was asked for');
  const asked = limitsFor(limits.value, (name) => (name === 'x-clew-priority' ? by.header : undefined));
  return asked.ok ? asked.value.priority : asked.error.message;
}

describe('the class of an exchange', () => {
  test.each([
    ['is the model’s', settled('high', {}), 'high'],
    ['is the key’s, where no policy says another', settled('high', { key: 'low' }), 'low'],
    ['above the model’s too', settled('low', { key: 'critical' }), 'critical'],
    ['is the policy’s', settled('normal', { policy: 'low', key: 'critical' }), 'low'],
    ['but not above the key’s', settled('normal', { policy: 'critical', key: 'normal' }), 'normal'],
    ['is what the request asks for', settled('high', { header: 'low' }), 'low'],
    ['but not above what it would be', settled('normal', { header: 'critical' }), 'normal'],
    ['nor above what the key allows', settled('normal', { key: 'high', header: 'critical' }), 'high'],
    ['nor above what the policy says', settled('normal', { policy: 'low', header: 'high' }), 'low'],
    [
      'is one of four',
      settled('normal', { header: 'urgent' }),
      'The header x-clew-priority must be one of low, normal, high, critical.',
    ],
  ])('%s', (_, made, expected) => {
    expect(made).toBe(expected);
  });

  test('costs nothing where nobody says anything', () => {
    expect(forKey(DEFAULT_LIMITS, undefined, undefined)).toBe(DEFAULT_LIMITS);
    expect(forKey(DEFAULT_LIMITS, 'normal', undefined)).toBe(DEFAULT_LIMITS);
  });
});
