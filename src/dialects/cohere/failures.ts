// Cohere's errors as ours: `{ id, message, error_type? }`, told apart by what they say, then by status.

import { asString, isObject, parseJson } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure, FailureCode } from '#canonical/failure.ts';
import { rateLimitResetMs, retryAfterMs } from '#canonical/retry-after.ts';
import type { HeaderReader } from '#canonical/retry-after.ts';
import { scrub } from '#canonical/scrub.ts';

const OVERFLOW = /too many tokens|maximum context length|context length|prompt (?:is )?too long/i;
const NO_MODEL = /model .{0,80}(?:was removed|not found|does not exist|is not available)/i;
const QUOTA = /per month|calls ?\/ ?month|billing|payment/i;
const BLOCKED = /blocked (?:input|output)|content (?:filter|policy)/i;
const BUSY = /overloaded|at capacity/i;
const TOO_OFTEN = /too many requests|rate limit/i;

const STATUSES: ReadonlyMap<number, FailureCode> = new Map<number, FailureCode>([
  [401, 'upstream_auth'],
  [402, 'upstream_quota'],
  [403, 'upstream_auth'],
  [404, 'upstream_model_not_found'],
  [408, 'upstream_error'],
  [409, 'upstream_error'],
  [425, 'upstream_error'],
  [429, 'upstream_rate_limited'],
  // The input was blocked by a filter.
  [498, 'content_filtered'],
  // Cancelled on their side, or ours.
  [499, 'upstream_error'],
  [503, 'upstream_overloaded'],
  [529, 'upstream_overloaded'],
]);

export function decodeFailure(
  status: number,
  header: HeaderReader,
  body: string,
  nowWallMs: number,
): Failure {
  const parsed = parseJson(body);
  const message = messageIn(parsed);
  const type = isObject(parsed) ? (asString(parsed['error_type']) ?? '') : '';
  const wait = retryAfterMs(header, nowWallMs);
  return failure(
    classify(status, `${type} ${message ?? ''}`),
    scrub(message ?? `The provider answered ${status} without a message.`),
    {
      upstreamStatus: status,
      retryAfterMs: wait ?? (status === 429 ? rateLimitResetMs(header, nowWallMs) : undefined),
      ...(type === '' ? {} : { detail: scrub(type, 100) }),
    },
  );
}

/** An error inside an answer whose status was 200. */
export function decodeBroken(reason: string, told: Json | undefined): Failure {
  const message = messageIn(told) ?? `The provider broke off its answer: ${reason}.`;
  const code = BUSY.test(message)
    ? 'upstream_overloaded'
    : TOO_OFTEN.test(message)
      ? 'upstream_rate_limited'
      : 'upstream_error';
  return failure(code, scrub(message), reason === '' ? {} : { detail: scrub(reason, 100) });
}

function classify(status: number, said: string): FailureCode {
  const judged = status === 400 || status === 413 || status === 422;
  if (judged && (OVERFLOW.test(said) || said.startsWith('TOO_MANY_TOKENS'))) return 'context_length_exceeded';
  if (judged && NO_MODEL.test(said)) return 'upstream_model_not_found';
  if ((status === 429 || status === 400) && QUOTA.test(said)) return 'upstream_quota';
  if (judged && BLOCKED.test(said)) return 'content_filtered';
  const known = STATUSES.get(status);
  if (known !== undefined) return known;
  if (status >= 500) return 'upstream_error';
  return status >= 400 ? 'upstream_rejected' : 'upstream_protocol';
}

function messageIn(told: Json | undefined): string | undefined {
  const message = typeof told === 'string' ? told : isObject(told) ? asString(told['message']) : undefined;
  return message?.trim() === '' ? undefined : message;
}
