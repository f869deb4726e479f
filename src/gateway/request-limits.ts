// What a request may say about its own exchange, in headers, whatever language it is in. It can make an exchange shorter
// and cheaper than the model's settings, never longer; what happens to a stream that breaks off is its own affair.

import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import { isPriority, lowerOf, PRIORITIES } from '#canonical/priority.ts';
import type { Priority } from '#canonical/priority.ts';
import { parseDuration } from '#config/units.ts';
import type { Limits } from '#routing/plan.ts';

export const PRIORITY = 'x-clew-priority';

type Draft = { -readonly [Name in keyof Limits]: Limits[Name] };

interface Wish {
  readonly header: string;
  readonly form: string;
  /** False when the text is not of the form. */
  readonly apply: (text: string, limits: Draft) => boolean;
}

const WISHES: readonly Wish[] = [
  {
    header: 'x-clew-deadline',
    form: 'a duration with its unit, such as 1500ms or 30s',
    apply: (text, limits) => {
      const ms = parseDuration(text);
      if (ms === undefined || ms < 1) return false;
      limits.deadlineMs = Math.min(limits.deadlineMs, ms);
      return true;
    },
  },
  {
    header: 'x-clew-on-cut',
    form: 'one of error, continue and buffer',
    apply: (text, limits) => {
      if (text !== 'error' && text !== 'continue' && text !== 'buffer') return false;
      limits.onCut = text;
      return true;
    },
  },
  {
    header: PRIORITY,
    form: `one of ${PRIORITIES.join(', ')}`,
    apply: (text, limits) => {
      if (!isPriority(text)) return false;
      limits.priority = lowerOf(limits.priority, text);
      return true;
    },
  },
  {
    header: 'x-clew-hedge',
    form: 'off',
    apply: (text, limits) => {
      limits.hedge = 'off';
      return text === 'off';
    },
  },
];

/**
 * With the class that the caller's key has. A policy's word stands, but none gets more than its key allows. The very limits
 * that were given, where that changes nothing.
 */
export function forKey(limits: Limits, key: Priority | undefined, byPolicy: Priority | undefined): Limits {
  if (key === undefined) return limits;
  const priority = byPolicy === undefined ? key : lowerOf(byPolicy, key);
  return priority === limits.priority ? limits : { ...limits, priority };
}

/** The very limits that were given, where the request says nothing. */
export function limitsFor(
  limits: Limits,
  header: (name: string) => string | undefined,
): Result<Limits, Failure> {
  let draft: Draft | undefined;
  for (const { header: name, form, apply } of WISHES) {
    const text = header(name);
    if (text === undefined) continue;
    draft ??= { ...limits };
    if (!apply(text.trim(), draft)) return err(malformed(name, form));
  }
  return ok(draft ?? limits);
}

function malformed(name: string, form: string): Failure {
  return failure('invalid_request', `The header ${name} must be ${form}.`, { field: name });
}
