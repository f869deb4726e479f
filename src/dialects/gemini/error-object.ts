// Errors of this vendor: `{error: {code, message, status, details}}`, alone, in a list, or quoted in a text. What they say
// decides before their status, since a bad key comes as 400 and an empty account as 429.

import { asArray, asNumber, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure, FailureCode, Retry } from '#canonical/failure.ts';
import { parseWaitMs } from '#canonical/retry-after.ts';
import { scrub } from '#canonical/scrub.ts';

interface ErrorClass {
  readonly code: FailureCode;
  readonly retry?: Retry;
}

interface Facts {
  readonly message: string;
  /** google.rpc.Code, such as INVALID_ARGUMENT. */
  readonly word: string;
  readonly status: number | undefined;
  /** `reason` of google.rpc.ErrorInfo. */
  readonly reasons: readonly string[];
  /** `quotaId` of google.rpc.QuotaFailure. */
  readonly quotas: readonly string[];
  readonly delay: string | undefined;
}

export function carriesError(body: Json): boolean {
  return errorIn(body) !== undefined;
}

function errorIn(body: Json): JsonObject | undefined {
  const outer = asObject(asArray(body)?.[0]) ?? asObject(body);
  return asObject(outer?.['error']);
}

/** An error inside an answer whose status was 200, or the body of one with another status. */
export function decodeErrorObject(body: Json, status?: number, waitMs?: number): Failure {
  const facts = factsOf(errorIn(body) ?? {}, status);
  const found = classify(facts);
  const said = scrub(facts.message);
  const delayMs = facts.delay === undefined ? undefined : parseWaitMs(facts.delay, 0);
  return failure(
    found.code,
    said === '' ? `The provider answered ${facts.status ?? 'with an error'}.` : said,
    {
      ...(found.retry && { retry: found.retry }),
      retryAfterMs: waitMs ?? delayMs,
      upstreamStatus: status,
      detail:
        facts.word === ''
          ? undefined
          : { codes: [facts.word, ...facts.reasons].map((code) => scrub(code, 80)) },
    },
  );
}

function factsOf(error: JsonObject, status: number | undefined): Facts {
  const details = (asArray(error['details']) ?? []).filter(isObject);
  const named = asNumber(error['code']);
  const violations = details.flatMap((detail) => asArray(detail['violations']) ?? []);
  return {
    message: asString(error['message']) ?? '',
    word: asString(error['status']) ?? '',
    status: status ?? (named !== undefined && named >= 400 && named < 600 ? named : undefined),
    reasons: details.map((detail) => asString(detail['reason'])).filter((reason) => reason !== undefined),
    quotas: violations
      .map((violation) => asString(asObject(violation)?.['quotaId']))
      .filter((quota) => quota !== undefined),
    delay: details.map((detail) => asString(detail['retryDelay'])).find((delay) => delay !== undefined),
  };
}

const WORDS: ReadonlyMap<string, ErrorClass> = new Map<string, ErrorClass>([
  ['INVALID_ARGUMENT', { code: 'upstream_rejected' }],
  ['UNAUTHENTICATED', { code: 'upstream_auth' }],
  ['PERMISSION_DENIED', { code: 'upstream_auth' }],
  ['NOT_FOUND', { code: 'upstream_model_not_found' }],
  ['RESOURCE_EXHAUSTED', { code: 'upstream_rate_limited' }],
  // A place or an account in which the call is not allowed: another target may be elsewhere.
  ['FAILED_PRECONDITION', { code: 'upstream_rejected', retry: 'other-target' }],
  ['UNAVAILABLE', { code: 'upstream_overloaded' }],
  ['DEADLINE_EXCEEDED', { code: 'upstream_error' }],
  ['INTERNAL', { code: 'upstream_error' }],
  ['CANCELLED', { code: 'upstream_error' }],
  ['UNKNOWN', { code: 'upstream_error' }],
  ['ABORTED', { code: 'upstream_error' }],
]);

const OVERFLOW = /input token count|exceeds the maximum number of tokens|context length|prompt is too long/;
const BAD_KEY = /api key not (?:valid|found)|api key expired|invalid api key|reported as leaked/;

function classify(facts: Facts): ErrorClass {
  const message = facts.message.toLowerCase();
  if (
    facts.reasons.some((reason) => /^API_KEY_|^CREDENTIALS_MISSING|^ACCESS_TOKEN/.test(reason)) ||
    BAD_KEY.test(message)
  )
    return { code: 'upstream_auth' };
  const limited = facts.word === 'RESOURCE_EXHAUSTED' || facts.status === 429;
  if (limited) return { code: isLongLimit(facts, message) ? 'upstream_quota' : 'upstream_rate_limited' };
  // Nobody else is asked after it, so an outage that speaks of it must not hide behind it.
  if (OVERFLOW.test(message) && (facts.status ?? 400) < 500) return { code: 'context_length_exceeded' };
  // A cache or a file that is not there is the request's mistake, not the model's absence.
  if (facts.status === 404 && /cache|file/.test(message) && !/models?\//.test(message))
    return { code: 'upstream_rejected' };
  // These pass by themselves, whatever the word beside them says.
  if (facts.status !== undefined && PASSING.has(facts.status)) return { code: 'upstream_error' };
  return WORDS.get(facts.word) ?? classOfStatus(facts.status);
}

/** Too slow, in conflict with another call, too early. */
const PASSING: ReadonlySet<number> = new Set([408, 409, 425]);

/** A limit by the day, or an account that may spend nothing more: waiting a minute does not help. */
function isLongLimit({ quotas }: Facts, message: string): boolean {
  return (
    quotas.some((quota) => /PerDay/i.test(quota)) ||
    /prepayment|billing account.{0,40}(?:disabled|closed)|spending cap|credits are depleted/.test(message)
  );
}

export function classOfStatus(status: number | undefined): ErrorClass {
  switch (status) {
    case 401:
    case 403:
      return { code: 'upstream_auth' };
    case 402:
      return { code: 'upstream_quota' };
    case 404:
      return { code: 'upstream_model_not_found' };
    case 408:
    case 409:
    case 425:
    case 499:
      return { code: 'upstream_error' };
    case 413:
      return { code: 'upstream_rejected', retry: 'other-target' };
    case 429:
      return { code: 'upstream_rate_limited' };
    case 503:
    case 529:
      return { code: 'upstream_overloaded' };
    default:
      if (status === undefined || status >= 500) return { code: 'upstream_error' };
      return { code: status >= 400 ? 'upstream_rejected' : 'upstream_protocol' };
  }
}
