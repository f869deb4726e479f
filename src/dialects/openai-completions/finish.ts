// Why an answer ended, both ways.

import type { Finish, FinishReason } from '#canonical/finish.ts';

const REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['eos', 'stop'],
  ['length', 'length'],
  ['content_filter', 'content-filter'],
]);

export function decodeFinish(raw: string | undefined): Finish {
  if (raw === undefined || raw === '') return { reason: 'unknown' };
  return { reason: REASONS.get(raw) ?? 'unknown', raw };
}

/** This API has three words; clients are shown no other but the provider's own. */
export function encodeFinish({ reason, raw }: Finish): string {
  if (raw !== undefined && REASONS.get(raw) === reason) return raw;
  if (reason === 'length' || reason === 'context-full') return 'length';
  return reason === 'content-filter' || reason === 'refusal' ? 'content_filter' : 'stop';
}
